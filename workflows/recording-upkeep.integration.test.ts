import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type {
  CheckRecordingsResult,
  KeepRecordingsResult,
  RecordingActivities,
} from '../contracts/temporal/activities.ts';
import { CALLS_QUEUE, RECORDINGS_QUEUE } from '../contracts/temporal/queues.ts';
import type { RecordingUpkeepResult } from '../contracts/temporal/workflow-types.ts';
import { RECORDINGS_WORKER_OPTIONS } from '../temporal-config/worker-options.ts';
import { captureHistory } from '../test/support/temporal-histories.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  startTestTemporal,
  whileRunning,
} from '../test/support/temporal.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  // Of thousands, as it is on a site, a test would wait for an hour.
  env = await startTestTemporal(['limit.historyCount.suggestContinueAsNew=34']);
});
afterAll(() => env?.teardown());

const kept: KeepRecordingsResult = { archived: 2, deleted: 3, kept: 1, freedBytes: 1_000, more: false };
const checked: CheckRecordingsResult = { days: 4, missing: 1, strangers: 2, more: false };

async function run<T>(
  scenario: string,
  activities: RecordingActivities,
  work: (handle: WorkflowHandleWithFirstExecutionRunId) => Promise<T>,
): Promise<T> {
  const workers = [
    createWorkflowWorker(env, {}),
    createActivityWorker(env, RECORDINGS_QUEUE, activities, RECORDINGS_WORKER_OPTIONS),
  ];
  return whileRunning(workers, async () => {
    const handle = await env.client.workflow.start('recordingUpkeep', {
      workflowId: `recording-upkeep-${scenario}`,
      taskQueue: CALLS_QUEUE,
    });
    return work(handle);
  });
}

describe('recordingUpkeep', () => {
  it('keeps recordings until nothing is left, then looks at the folders, and ends with what was done', async () => {
    const keepRecordings = vi
      .fn<RecordingActivities['keepRecordings']>()
      .mockResolvedValueOnce({ ...kept, more: true, archive: 'no-encoder' })
      .mockResolvedValue(kept);
    const checkRecordings = vi.fn<RecordingActivities['checkRecordings']>(async () => checked);
    const result = await run('kept', { keepRecordings, checkRecordings }, async (handle) => {
      const all = (await handle.result()) as RecordingUpkeepResult;
      await captureHistory(handle, 'recordingUpkeep', 'kept');
      return all;
    });
    expect(result).toEqual({
      archived: 4,
      deleted: 6,
      kept: 2,
      freedBytes: 2_000,
      archive: 'no-encoder',
      days: 4,
      missing: 1,
      strangers: 2,
    });
    expect([keepRecordings.mock.calls.length, checkRecordings.mock.calls.length]).toEqual([2, 1]);
  });

  it('goes on in a new run when its history is long, and forgets nothing', async () => {
    let passes = 0;
    let runs = new Set<string>();
    const keepRecordings = async (): Promise<KeepRecordingsResult> => {
      passes += 1;
      runs = runs.add(Context.current().info.workflowExecution?.runId ?? '');
      return { ...kept, more: runs.size < 2 };
    };
    await run('continued', { keepRecordings, checkRecordings: async () => checked }, async (handle) => {
      const result = (await handle.result()) as RecordingUpkeepResult;
      expect(runs.size).toBe(2);
      expect(result).toMatchObject({ archived: 2 * passes, deleted: 3 * passes, days: 4 });
      await captureHistory(handle, 'recordingUpkeep', 'continued', handle.firstExecutionRunId);
    });
  });

  it('stops when it is cancelled, with the recording at hand left as it was', async () => {
    let begun = (): void => undefined;
    const working = new Promise<void>((resolve) => (begun = resolve));
    const keepRecordings = async (): Promise<KeepRecordingsResult> => {
      const { cancelled, heartbeat } = Context.current();
      const beat = setInterval(() => heartbeat.call(Context.current()), 100);
      begun();
      return cancelled.finally(() => clearInterval(beat));
    };
    await run('cancelled', { keepRecordings, checkRecordings: async () => checked }, async (handle) => {
      await working;
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      await captureHistory(handle, 'recordingUpkeep', 'cancelled');
    });
  });
});
