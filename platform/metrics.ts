/**
 * Prometheus metrics: one registry per process, handed in as a dependency. No labels with personal data, none without
 * a bound.
 * @module
 */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export type Metrics = Registry;

/** @param service name of the process, a label on every metric */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What node-postgres tells of a pool. */
interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Connections of a process; whoever waits for one waits with a call or a person behind it. */
export function observePool(metrics: Metrics, pool: PoolCounts): void {
  gaugeOf(metrics, 'apel_pg_pool_connections', 'Open connections to Postgres', () => pool.totalCount);
  gaugeOf(metrics, 'apel_pg_pool_idle', 'Connections that nobody uses', () => pool.idleCount);
  gaugeOf(metrics, 'apel_pg_pool_waiting', 'Statements that wait for a connection', () => pool.waitingCount);
}

/** A gauge that is read at each scrape. `read` may be slow; what it throws becomes `NaN`, never a failed scrape. */
export function gaugeOf(
  metrics: Metrics,
  name: string,
  help: string,
  read: () => number | Promise<number>,
): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    async collect() {
      this.set(
        await Promise.resolve()
          .then(read)
          .catch(() => Number.NaN),
      );
    },
  });
  metrics.registerMetric(gauge);
}

/** As `gaugeOf`, one value for each value of a label; one that is gone keeps no old number. */
export function gaugesOf(
  metrics: Metrics,
  name: string,
  help: string,
  label: string,
  read: () => Record<string, number> | Promise<Record<string, number>>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [],
    async collect() {
      const values = await Promise.resolve()
        .then(read)
        .catch(() => ({}));
      this.reset();
      for (const [of, value] of Object.entries(values)) this.set({ [label]: of }, value);
    },
  });
  metrics.registerMetric(gauge);
}
