/**
 * When a figure of the wall turns amber or red: what supervisors edit. Unit of each figure: `domain/thresholds.ts`.
 * @module
 */

/**
 * Rates are percent of today's calls, `paused-share` percent of the agents on shift; minutes are those of one agent in the
 * state; `days-left` until the disk of the recordings is full at the present pace.
 */
export const THRESHOLD_METRICS = [
  'answer-rate',
  'success-rate',
  'failure-rate',
  'paused-share',
  'pause-minutes',
  'wrap-up-minutes',
  'stuck-calls',
  'lost-recordings',
  'days-left',
] as const;
export type ThresholdMetric = (typeof THRESHOLD_METRICS)[number];

/** On which side of the limit a figure is bad. */
export const THRESHOLD_SIDES: Readonly<Record<ThresholdMetric, 'above' | 'below'>> = {
  'answer-rate': 'below',
  'success-rate': 'below',
  'failure-rate': 'above',
  'paused-share': 'above',
  'pause-minutes': 'above',
  'wrap-up-minutes': 'above',
  'stuck-calls': 'above',
  'lost-recordings': 'above',
  'days-left': 'below',
};

/** Reached or passed: amber, then red. */
export interface Threshold {
  amber: number;
  red: number;
}

/** Null: never coloured. A figure that is left out has its default. */
export type Thresholds = Readonly<Partial<Record<ThresholdMetric, Threshold | null>>>;

/** A named set; the wall uses `WALL_THRESHOLDS`. */
export interface ThresholdsDef {
  name: string;
  metrics: Thresholds;
}

/** Name of the config object that the wall reads; without it the defaults hold. */
export const WALL_THRESHOLDS = 'panou';
