/**
 * @module
 */
import { Histogram } from 'prom-client';
import type { Metrics } from '../../platform/metrics.ts';

type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

/**
 * The same activities, counted and timed by name and outcome. A retried commit is `commitCall` with `failed`; an edge that
 * was lost is a `takeEpoch`, what it left behind a `settleEpoch`.
 */
export function observeActivities<A extends object>(metrics: Metrics, activities: A): A {
  const seconds = new Histogram({
    name: 'apel_activity_seconds',
    help: 'Runs of activities by name and outcome',
    labelNames: ['activity', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [metrics],
  });
  const observed = Object.entries(activities as Activities).map(([activity, run]) => [
    activity,
    async (...args: never[]) => {
      const done = seconds.startTimer({ activity });
      try {
        const result = await run(...args);
        done({ outcome: 'done' });
        return result;
      } catch (error) {
        done({ outcome: 'failed' });
        throw error;
      }
    },
  ]);
  return Object.fromEntries(observed) as A;
}
