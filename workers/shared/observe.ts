/**
 * What a worker process shows of itself: its own metrics, those of the Temporal SDK (workflow task failures, schedule-to-
 * start latencies), health. Nothing is measured by the SDK where nobody listens.
 * @module
 */
import { createServer } from 'node:net';
import type { TelemetryOptions } from '@temporalio/worker';
import type { HostPort } from '../../platform/config.ts';
import { createMetrics, type Metrics } from '../../platform/metrics.ts';
import { startMetricsServer } from '../../platform/metrics-server.ts';
import type { ProcessContext } from '../../platform/process.ts';

export interface Observed {
  metrics: Metrics;
  /** To be given to `Runtime.install`. */
  telemetry: Pick<TelemetryOptions, 'metrics'>;
}

/** The SDK's exporter answers from memory. */
const SDK_TIMEOUT_MS = 1_000;

/** @throws ConfigError when `APEL_METRICS_LISTEN` cannot be used */
export async function observe(
  service: string,
  context: ProcessContext,
  { metricsListen }: { metricsListen?: HostPort },
): Promise<Observed> {
  const metrics = createMetrics(service);
  if (!metricsListen) return { metrics, telemetry: {} };
  // The SDK wants a socket of its own: one on loopback, whose text goes out with ours.
  const bindAddress = `127.0.0.1:${await freePort()}`;
  const server = await startMetricsServer({
    listen: metricsListen,
    metrics,
    isReady: context.isReady,
    more: async () => {
      const reply = await fetch(`http://${bindAddress}/metrics`, {
        signal: AbortSignal.timeout(SDK_TIMEOUT_MS),
      });
      return reply.ok ? reply.text() : '';
    },
  });
  context.onShutdown('metrics', () => server.close());
  const prometheus = {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
  };
  return { metrics, telemetry: { metrics: { prometheus } } };
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
