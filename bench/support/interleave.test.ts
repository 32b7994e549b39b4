import { expect, it } from 'vitest';
import { interleave, quantile } from './interleave.ts';

it('runs both sides in turns after a warm-up, and compares the medians', async () => {
  const order: string[] = [];
  const side = (name: string, perRound: readonly number[]) => (round: number) => {
    order.push(`${name}${round}`);
    return Promise.resolve({ units: perRound[round] ?? 1, ms: 1000, cpuMs: 500 });
  };
  const result = await interleave({
    ours: side('a', [9_999, 80, 90, 100, 10, 90]),
    peer: side('b', [9_999, 100, 100, 100, 100, 1]),
  });
  expect(order.slice(0, 6)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  expect(result).toMatchObject({ rounds: 5, ratio: 0.9, spread: { min: 0.1, median: 0.9, max: 90 } });
  expect(result.ours).toMatchObject({ perSecond: 90, minPerSecond: 10, maxPerSecond: 100 });
  expect(result.peer.cpuMsPerUnit).toBe(5);
});

it('ends after five rounds when the time is up', async () => {
  const side = () => Promise.resolve({ units: 1, ms: 1, cpuMs: 1 });
  const result = await interleave({ ours: side, peer: side, rounds: 50, until: 0 });
  expect(result.rounds).toBe(5);
});

it('takes quantiles between neighbours', () => {
  expect([quantile([3, 1, 2, 4], 0.5), quantile([1, 2], 0.25), quantile([7], 0.99)]).toEqual([2.5, 1.25, 7]);
});
