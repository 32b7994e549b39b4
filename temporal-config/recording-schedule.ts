/**
 * The Schedule of the upkeep of recordings: one for the whole site.
 * @module
 */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { RECORDING_UPKEEP_ID } from '../contracts/temporal/ids.ts';
import { CALLS_QUEUE } from '../contracts/temporal/queues.ts';

/** Once an hour is soon enough for days. */
const OPTIONS = {
  scheduleId: RECORDING_UPKEEP_ID,
  spec: { intervals: [{ every: '1 hour', offset: '23 minutes' }] },
  // A first archive may take days; what it does not reach the next hour finds.
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' },
  action: {
    type: 'startWorkflow',
    workflowType: 'recordingUpkeep',
    workflowId: RECORDING_UPKEEP_ID,
    taskQueue: CALLS_QUEUE,
    args: [],
    staticSummary: 'Înregistrări: ce a trecut de termen se șterge, ce este vechi se arhivează',
  },
} as const satisfies ScheduleOptions;

/** Makes it where it is not. Whether it is paused, and how often it runs, stays as an operator left it. */
export async function ensureRecordingSchedule(client: Client): Promise<'created' | 'there'> {
  try {
    await client.schedule.getHandle(OPTIONS.scheduleId).describe();
    return 'there';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  try {
    await client.schedule.create(OPTIONS);
    return 'created';
  } catch (error) {
    // Another worker was quicker.
    if (error instanceof ScheduleAlreadyRunning) return 'there';
    throw error;
  }
}
