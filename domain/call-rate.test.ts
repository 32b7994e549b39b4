import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { callRateAllowance } from './call-rate.ts';

it('never lets more calls leave in a second than the trunk allows, and does not stand still', () => {
  const rate = fc.oneof(fc.constantFrom(0.2, 0.5, 1, 2, 5), fc.integer({ min: 1, max: 80 }));
  fc.assert(
    fc.property(rate, fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (perSecond, pauses) => {
      let now = 1_000_000;
      let bucket = { level: 0, at: new Date(now) };
      const sent: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const { allowed, level, nextAt } = callRateAllowance(bucket, perSecond, new Date(now));
        expect(nextAt.getTime() - now).toBeLessThanOrEqual(Math.ceil(1000 / Math.min(perSecond, 1)) + 1);
        for (let i = 0; i < allowed; i += 1) sent.push(now);
        bucket = { level: level + allowed, at: new Date(now) };
      }
      for (const begin of sent) {
        // EPSILON of the bucket is worth a few milliseconds.
        const inWindow = sent.filter((at) => at >= begin && at < begin + 990).length;
        expect(inWindow).toBeLessThanOrEqual(Math.max(1, Math.ceil(perSecond)));
      }
    }),
  );
});

it('says exactly when the next call may leave', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 10, noNaN: true }),
      (rate, level) => {
        const at = new Date(5_000_000);
        const first = callRateAllowance({ level, at }, rate, at);
        expect(callRateAllowance({ level, at }, rate, first.nextAt).allowed).toBeGreaterThanOrEqual(1);
      },
    ),
  );
});
