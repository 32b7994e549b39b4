/**
 * Calls that do not go on by themselves.
 * @module
 */

/** Why a call is stuck; what to do about each is in the words of the page and in `docs/runbooks/stuck-calls.md`. */
export const STUCK_REASONS = [
  /** Its edge is gone, and it is not settled. */
  'edge-gone',
  /** Claimed, and nobody has started it. */
  'not-started',
  /** Over, and its outcome is not saved. */
  'not-saved',
  /** Longer than the campaign lets it ring. */
  'rings-long',
  /** Longer than the campaign lets people talk. */
  'talks-long',
  /** The time for the wrap-up is over, and nobody has saved. */
  'wrap-up-over',
] as const;
export type StuckReason = (typeof STUCK_REASONS)[number];
