import { expect, it } from 'vitest';
import { createMetrics } from '../../platform/metrics.ts';
import { observeActivities } from './observe-activities.ts';

it('counts what was done and what failed, and changes neither', async () => {
  const metrics = createMetrics('t');
  const failure = new Error('away');
  let fail = false;
  const { commitCall } = observeActivities(metrics, {
    commitCall: async (id: number) => {
      if (fail) throw failure;
      return id + 1;
    },
  });
  expect(await commitCall(1)).toBe(2);
  expect(await commitCall(2)).toBe(3);
  fail = true;
  await expect(commitCall(3)).rejects.toBe(failure);
  const text = await metrics.metrics();
  expect(text).toMatch(/apel_activity_seconds_count\{.*activity="commitCall",outcome="done".*\} 2/);
  expect(text).toMatch(/apel_activity_seconds_count\{.*activity="commitCall",outcome="failed".*\} 1/);
});
