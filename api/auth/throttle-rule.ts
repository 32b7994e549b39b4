/**
 * When a log-in must wait: pure rule over the row of `login_throttle`.
 * @module
 */
import { isIPv6 } from 'node:net';

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

/**
 * What counts as one source: an IPv4 address, or the /64 that every customer of a provider has at the least (RFC 6177);
 * by single addresses it would be 2^64 sources.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  // The URL parser writes every address in one way: lower case, no leading zeros, the longest run of zeros as `::`.
  const [before = '', after] = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1).split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
