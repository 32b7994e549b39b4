/**
 * Which figures of the wall are amber or red. Pure; read by the page, edited by supervisors.
 * @module
 */
import {
  THRESHOLD_SIDES,
  type Threshold,
  type ThresholdMetric,
  type Thresholds,
} from '../contracts/model/thresholds.ts';

export type Level = 'ok' | 'amber' | 'red';

/** Of a site that has set none. Rates are judged by each site's product, so they are off until somebody sets them. */
export const DEFAULT_THRESHOLDS: Readonly<Record<ThresholdMetric, Threshold | null>> = {
  'answer-rate': null,
  'success-rate': null,
  'failure-rate': { amber: 5, red: 15 },
  'paused-share': { amber: 40, red: 60 },
  'pause-minutes': { amber: 15, red: 30 },
  'wrap-up-minutes': { amber: 2, red: 5 },
  'stuck-calls': { amber: 1, red: 5 },
  'lost-recordings': { amber: 1, red: 10 },
  'days-left': { amber: 14, red: 3 },
};

/** Fewer calls say nothing about a rate. */
export const RATE_NEEDS_CALLS = 20;

/** The limits of a figure; null when it is never coloured. */
export function thresholdOf(thresholds: Thresholds, metric: ThresholdMetric): Threshold | null {
  const set = thresholds[metric];
  return set === undefined ? DEFAULT_THRESHOLDS[metric] : set;
}

/** @param value undefined: not known, which is never a warning */
export function levelOf(thresholds: Thresholds, metric: ThresholdMetric, value: number | undefined): Level {
  const limits = thresholdOf(thresholds, metric);
  if (limits === null || value === undefined || Number.isNaN(value)) return 'ok';
  const reached = (limit: number): boolean =>
    THRESHOLD_SIDES[metric] === 'above' ? value >= limit : value <= limit;
  if (reached(limits.red)) return 'red';
  return reached(limits.amber) ? 'amber' : 'ok';
}

/** Percent of the calls, undefined while there are too few to say. */
export function rateOf(part: number, calls: number): number | undefined {
  return calls < RATE_NEEDS_CALLS ? undefined : (100 * part) / calls;
}
