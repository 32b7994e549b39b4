/**
 * Calls per second of a trunk, as a leaky bucket that holds over all edges.
 * @module
 */

/** State in `trunk_health`: `level` calls had not yet drained at `at`. */
export interface CallRateBucket {
  level: number;
  at: Date;
}

export interface CallRateAllowance {
  /** Level now, before any new call. */
  level: number;
  /** Whole calls that may leave now. */
  allowed: number;
  /** When at least one call may leave: now, if `allowed` is positive. */
  nextAt: Date;
}

/** Larger batches cost fewer statements; a tenth of a second of calls at once bothers no carrier. */
const BURST_SHARE = 0.1;

/**
 * How many calls may leave now. In any second at most `callsPerSecond` (rounded up) leave: a burst of `b` is paid for by
 * draining at `callsPerSecond - b + 1`. A bucket from the future (a clock was set back) counts as just written.
 */
export function callRateAllowance(
  bucket: CallRateBucket,
  callsPerSecond: number,
  now: Date,
): CallRateAllowance {
  const burst = Math.max(1, Math.floor(callsPerSecond * BURST_SHARE));
  const drain = callsPerSecond - burst + 1;
  const elapsedSeconds = Math.max(0, now.getTime() - bucket.at.getTime()) / 1000;
  const level = Math.max(0, Math.min(burst, bucket.level) - elapsedSeconds * drain);
  const allowed = Math.floor(burst - level + EPSILON);
  if (allowed >= 1) return { level, allowed, nextAt: now };
  const waitMs = Math.ceil(((level - (burst - 1)) / drain) * 1000);
  return { level, allowed: 0, nextAt: new Date(now.getTime() + Math.max(1, waitMs)) };
}

/** Times have milliseconds; a thousandth of a call must not cost a whole extra look. */
const EPSILON = 1e-3;
