import { describe, expect, it } from 'vitest';
import { decideThrottle, networkOf, USER_RULE, type ThrottleState } from './throttle-rule.ts';

const T0 = Date.parse('2026-11-21T10:00:00Z');

/** Fails again and again, as soon as it is allowed; returns the waits in seconds. */
function waits(attempts: number): number[] {
  const found: number[] = [];
  let state: ThrottleState | null = null;
  let now = T0;
  for (let i = 0; i < attempts; i += 1) {
    const decision = decideThrottle(state, new Date(now), USER_RULE);
    if (!decision.allowed) throw new Error('was to be allowed');
    state = decision.next;
    const wait = ((state.blockedUntil?.getTime() ?? now) - now) / 1000;
    found.push(wait);
    now += wait * 1000;
  }
  return found;
}

describe('the throttle', () => {
  it('is free at first, then doubles up to a minute', () => {
    expect(waits(13)).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('tells how long to wait, and does not grow by attempts that were refused', () => {
    const state = { failures: 6, blockedUntil: new Date(T0 + 1500), updatedAt: new Date(T0) };
    expect(decideThrottle(state, new Date(T0), USER_RULE)).toEqual({ allowed: false, retryAfterSeconds: 2 });
  });

  it('forgets after a quarter of an hour without a failure', () => {
    const state = { failures: 50, blockedUntil: null, updatedAt: new Date(T0) };
    expect(decideThrottle(state, new Date(T0 + 15 * 60_000 + 1), USER_RULE)).toMatchObject({
      next: { failures: 1, blockedUntil: null },
    });
  });
});

describe('one source', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
