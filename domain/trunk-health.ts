/**
 * When a trunk is spared: numbers and what a call's end says about it. The state is in `trunk_health`, changed by the
 * commit in SQL, because two commits at once must not overwrite each other's count.
 * @module
 */
import type { CallEnd, EndReason } from '../contracts/model/call.ts';

export const FIRST_BACKOFF_SECONDS = 2;
export const MAX_BACKOFF_SECONDS = 60;
/** This many technical failures within the window suspend the trunk. */
export const SUSPEND_AFTER_FAILURES = 10;
export const SUSPEND_WINDOW_SECONDS = 30;
/** A suspended trunk gets one call a minute until one gets through. */
export const PROBE_INTERVAL_MS = 60_000;

/**
 * `ok`: the far side was reached. `unavailable`: 503 or silence, back off. `technical`: counts towards the suspension.
 * `none`: says nothing about the trunk (our own failure).
 */
export type TrunkSignal = 'ok' | 'unavailable' | 'technical' | 'none';

const UNAVAILABLE: readonly EndReason[] = ['unavailable', 'no-response', 'congestion'];

export function trunkSignal(end: CallEnd, answered: boolean): TrunkSignal {
  if (answered || end.result === 'success' || end.result === 'customer') return 'ok';
  if (end.result !== 'carrier') return 'none';
  return UNAVAILABLE.includes(end.reason) ? 'unavailable' : 'technical';
}
