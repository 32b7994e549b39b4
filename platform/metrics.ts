/**
 * Prometheus metrics: one registry per process, handed in as a dependency. No labels with personal data, none without
 * a bound.
 * @module
 */
import { collectDefaultMetrics, Registry } from 'prom-client';

export type Metrics = Registry;

/** @param service name of the process, a label on every metric */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
