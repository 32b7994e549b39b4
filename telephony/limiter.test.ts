import { expect, test } from 'vitest';
import { deferred } from './deferred.ts';
import { createLimiter } from './limiter.ts';

test('no more than the limit runs at once, in order, and a failure frees its place', async () => {
  const limit = createLimiter(2);
  const gates = [deferred<void>(), deferred<void>(), deferred<void>(), deferred<void>()];
  const started: number[] = [];
  const runs = gates.map((gate, index) =>
    limit(async () => {
      started.push(index);
      await gate.promise;
      if (index === 0) throw new Error('broken');
      return index;
    }),
  );
  const first = expect(runs[0]).rejects.toThrow('broken');
  expect(started).toEqual([0, 1]);
  gates[0]?.resolve();
  await first;
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  expect(await Promise.all(runs.slice(1))).toEqual([1, 2, 3]);
  expect(started).toEqual([0, 1, 2, 3]);
});
