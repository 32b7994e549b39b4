import { afterEach, expect, it } from 'vitest';
import { createMetrics, gaugeOf, observePool } from './metrics.ts';
import { startMetricsServer, type MetricsServer } from './metrics-server.ts';

let server: MetricsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const LISTEN = { host: '127.0.0.1', port: 0 };

async function ask(path: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const reply = await fetch(`http://127.0.0.1:${server?.port}${path}`, { method });
  return { status: reply.status, text: await reply.text() };
}

it('tells whether the process answers and whether it works', async () => {
  let ready = false;
  server = await startMetricsServer({ listen: LISTEN, metrics: createMetrics('t'), isReady: () => ready });
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/readyz')).status).toBe(503);
  ready = true;
  expect((await ask('/readyz')).status).toBe(200);
  expect((await ask('/')).status).toBe(404);
  expect((await ask('/metrics', 'POST')).status).toBe(404);
});

it('renders its own metrics with those of the SDK behind them, and without them when they fail', async () => {
  const metrics = createMetrics('t');
  observePool(metrics, { totalCount: 3, idleCount: 1, waitingCount: 2 });
  let more = async (): Promise<string> => 'temporal_tasks 7\n';
  server = await startMetricsServer({ listen: LISTEN, metrics, isReady: () => true, more: () => more() });
  const { text } = await ask('/metrics');
  expect(text).toContain('apel_pg_pool_waiting{service="t"} 2');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text).toMatch(/\ntemporal_tasks 7\n/);
  more = () => Promise.reject(new Error('away'));
  expect((await ask('/metrics')).text).toContain('apel_pg_pool_waiting');
});

it('a gauge that cannot be read costs the others nothing', async () => {
  const metrics = createMetrics('t');
  gaugeOf(metrics, 'apel_bad', 'x', () => Promise.reject(new Error('away')));
  gaugeOf(metrics, 'apel_good', 'x', () => 5);
  const text = await metrics.metrics();
  expect(text).toContain('apel_bad{service="t"} Nan');
  expect(text).toContain('apel_good{service="t"} 5');
});

it('an address that is taken is named', async () => {
  const options = { metrics: createMetrics('t'), isReady: () => true };
  server = await startMetricsServer({ ...options, listen: LISTEN });
  const { port } = server;
  await expect(startMetricsServer({ ...options, listen: { host: '127.0.0.1', port } })).rejects.toThrow(
    /^APEL_METRICS_LISTEN: 127\.0\.0\.1:\d+ cannot be used \(EADDRINUSE\)$/,
  );
});
