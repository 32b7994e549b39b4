/**
 * When a log-in must wait: pure rule over the row of `login_throttle`.
 * @module
 */

export interface ThrottleState {
  failures: number;
  blockedUntil: Date | null;
  updatedAt: Date;
}

export interface ThrottleRule {
  /** Failures that cost nothing. */
  free: number;
  /** Longest wait. */
  maxSeconds: number;
}

/** A person mistypes; a name must not be lockable by strangers for long. */
export const USER_RULE: ThrottleRule = { free: 5, maxSeconds: 60 };
/** A whole office may sit behind one address. */
export const ADDRESS_RULE: ThrottleRule = { free: 20, maxSeconds: 900 };

/** Without a failure for this long, everything is forgotten. */
const FORGET_MS = 15 * 60_000;

export type ThrottleDecision =
  { allowed: true; next: ThrottleState } | { allowed: false; retryAfterSeconds: number };

/**
 * Decides one attempt. An attempt counts as a failure before the password is checked (success takes it back), so that
 * a hundred at the same moment are a hundred failures. After the free ones the wait is 1, 2, 4 … seconds.
 */
export function decideThrottle(state: ThrottleState | null, now: Date, rule: ThrottleRule): ThrottleDecision {
  const blockedUntil = state?.blockedUntil ?? null;
  if (blockedUntil !== null && blockedUntil > now) {
    return { allowed: false, retryAfterSeconds: Math.ceil((blockedUntil.getTime() - now.getTime()) / 1000) };
  }
  const forgotten = state === null || now.getTime() - state.updatedAt.getTime() > FORGET_MS;
  const failures = forgotten ? 1 : state.failures + 1;
  const over = failures - rule.free;
  const waitSeconds = over < 0 ? 0 : Math.min(2 ** Math.min(over, 30), rule.maxSeconds);
  return {
    allowed: true,
    next: {
      failures,
      blockedUntil: waitSeconds === 0 ? null : new Date(now.getTime() + waitSeconds * 1000),
      updatedAt: now,
    },
  };
}
