import { describe, expect, it } from 'vitest';
import { THRESHOLD_METRICS, THRESHOLD_SIDES } from '../contracts/model/thresholds.ts';
import { DEFAULT_THRESHOLDS, levelOf, rateOf } from './thresholds.ts';

describe('a figure of the wall', () => {
  it.each([
    ['pause-minutes', 14.9, 'ok'],
    ['pause-minutes', 15, 'amber'],
    ['pause-minutes', 29.9, 'amber'],
    ['pause-minutes', 30, 'red'],
    ['days-left', 15, 'ok'],
    ['days-left', 14, 'amber'],
    ['days-left', 3, 'red'],
    ['days-left', undefined, 'ok'],
    ['answer-rate', 0, 'ok'],
  ] as const)('%s of %s is %s by the defaults', (metric, value, level) => {
    expect(levelOf({}, metric, value)).toBe(level);
  });

  it('is coloured as the supervisor set it, and never when they took the limits away', () => {
    const set = { 'answer-rate': { amber: 40, red: 20 }, 'pause-minutes': null };
    expect([60, 40, 20].map((rate) => levelOf(set, 'answer-rate', rate))).toEqual(['ok', 'amber', 'red']);
    expect(levelOf(set, 'pause-minutes', 500)).toBe('ok');
  });

  it('has defaults in which red is worse than amber', () => {
    for (const metric of THRESHOLD_METRICS) {
      const limits = DEFAULT_THRESHOLDS[metric];
      if (limits === null) continue;
      const worse =
        THRESHOLD_SIDES[metric] === 'above' ? limits.red > limits.amber : limits.red < limits.amber;
      expect([metric, worse]).toEqual([metric, true]);
    }
  });

  it('is no rate of a handful of calls', () => {
    expect([rateOf(1, 2), rateOf(5, 20)]).toEqual([undefined, 25]);
  });
});
