/**
 * What `/metrics` tells: our own HTTP, and the state of the site as one statement at each scrape. Labels are names of
 * configuration, never people or numbers.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { Counter, Gauge, Histogram } from 'prom-client';
import { CALL_STAGES } from '../../contracts/model/call.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from '../env.ts';
import type { FoldLag } from '../live/fold-lag.ts';
import { readMetricsFacts, type MetricsFacts } from '../queries/metrics.ts';

export interface ApiMetrics {
  /** Measures and logs each request. */
  middleware: MiddlewareHandler<ApiEnv>;
  /** Prometheus text; when Postgres is away only what this process knows. */
  render(): Promise<string>;
}

export function createApiMetrics(
  deps: Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'metrics'>,
  lag: FoldLag,
): ApiMetrics {
  const registers = [deps.metrics];
  const seconds = new Histogram({
    name: 'apel_http_request_seconds',
    help: 'Time to the head of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const errors = new Counter({ name: 'apel_http_errors_total', help: 'Answers of 500 and above', registers });
  const site = createSiteGauges(deps);

  return {
    middleware: async (c, next) => {
      const started = performance.now();
      await next();
      const routes = matchedRoutes(c).filter((r) => r.method !== 'ALL');
      // `/*` is the page and matches every GET.
      const route = (routes.find((r) => !r.path.endsWith('*')) ?? routes[0])?.path ?? 'none';
      const { status } = c.res;
      const ms = Math.round(performance.now() - started);
      seconds.observe({ method: c.req.method, route, status: String(status) }, ms / 1000);
      if (status >= 500) errors.inc();
      const line = { requestId: c.var.requestId, method: c.req.method, route, status, ms };
      if (status >= 500) deps.logger.error(line, 'request failed');
      else deps.logger.debug(line, 'request');
    },
    async render() {
      try {
        const now = deps.clock.now();
        const facts = await readMetricsFacts(deps.db, now);
        site.set(facts, lag.observe(facts.oldest_delta, now));
      } catch (error) {
        deps.logger.warn({ err: error }, 'metrics without Postgres');
        site.postgresAway();
      }
      return deps.metrics.metrics();
    },
  };
}

function createSiteGauges(deps: Pick<ApiDeps, 'metrics'>) {
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `apel_${name}`, help, labelNames, registers: [deps.metrics] });
  const postgres = gauge('postgres_up', '1 when Postgres answered this scrape');
  const live = gauge('live_calls', 'Open calls by stage', ['stage']);
  const oldest = gauge('live_call_oldest_seconds', 'Age of the oldest call in its stage', ['stage']);
  const queue = gauge('dial_queue', 'Contacts that may still be called (estimate)');
  const leased = gauge('dial_queue_leased', 'Contacts on a call');
  const committed = gauge('calls_committed_today', 'Committed calls of the UTC day', ['status']);
  const trunkState = gauge('trunk_state', '0 well, 1 backing off, 2 suspended', ['trunk']);
  const channels = gauge('trunk_channels', 'Channels in use', ['trunk']);
  const maxChannels = gauge('trunk_channels_max', 'Channels of the trunk', ['trunk']);
  const edges = gauge('edges', 'Open edge epochs');
  const draining = gauge('edges_draining', 'Open edges that take no further calls');
  const refusing = gauge('edges_refusing', 'Open edges that refuse calls', ['reason']);
  const imported = gauge('import_rows', 'Rows of all imports that were not undone', ['outcome']);
  const lost = gauge('recordings_lost_hour', 'Calls of the last hour without their recording', ['reason']);
  const missing = gauge('recordings_missing', 'Recordings that calls name and that are not on the disk');
  const unfolded = gauge('rollup_unfolded', 'Rollup deltas not folded yet (at most 100000)');
  const foldLag = gauge('rollup_fold_lag_seconds', 'How long the oldest delta has been waiting');

  return {
    set(facts: MetricsFacts, lagSeconds: number): void {
      postgres.set(1);
      for (const stage of CALL_STAGES) {
        const found = facts.stages.find((s) => s.stage === stage);
        live.set({ stage }, found?.calls ?? 0);
        oldest.set({ stage }, found?.oldest_seconds ?? 0);
      }
      queue.set(facts.queued);
      leased.set(facts.leased);
      committed.reset();
      for (const row of facts.committed_today) committed.set({ status: row.status }, row.calls);
      for (const row of facts.trunks) {
        trunkState.set({ trunk: row.trunk }, row.suspended ? 2 : row.backing_off ? 1 : 0);
        channels.set({ trunk: row.trunk }, row.channels);
        maxChannels.set({ trunk: row.trunk }, row.max_channels);
      }
      edges.set(facts.edges);
      draining.set(facts.edges_draining);
      refusing.reset();
      for (const row of facts.refusing) refusing.set({ reason: row.reason }, row.edges);
      for (const [outcome, rows] of Object.entries(facts.imported)) imported.set({ outcome }, rows);
      lost.reset();
      for (const row of facts.recordings_lost) lost.set({ reason: row.reason }, row.calls);
      missing.set(facts.recordings_missing);
      unfolded.set(facts.deltas);
      foldLag.set(lagSeconds);
    },
    /** Old values would look like news. */
    postgresAway(): void {
      for (const g of [live, queue, leased, committed, trunkState, channels, maxChannels, edges]) g.reset();
      for (const g of [oldest, draining, refusing, imported, lost, unfolded, foldLag]) g.reset();
      postgres.set(0);
    },
  };
}
