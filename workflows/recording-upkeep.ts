/**
 * @module
 */
import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { RecordingActivities } from '../contracts/temporal/activities.ts';
import { RECORDINGS_QUEUE } from '../contracts/temporal/queues.ts';
import type { RecordingUpkeepInput, RecordingUpkeepResult } from '../contracts/temporal/workflow-types.ts';
import { declareVersioning } from './versioning.ts';

/** Only so that passes which find nothing to do cannot follow one another at once. */
const PAUSE = '1 second';

/**
 * Each works for about a minute and then says whether there is more; what one was killed over the next one finishes. The
 * start-to-close bound only outlasts the longest recording that one pass may be encoding (4 h of sound).
 */
const { keepRecordings, checkRecordings } = proxyActivities<RecordingActivities>({
  taskQueue: RECORDINGS_QUEUE,
  heartbeatTimeout: '30 seconds',
  startToCloseTimeout: '3 hours',
  retry: { initialInterval: '5 seconds', maximumInterval: '5 minutes' },
});

/**
 * Retention and archive of recordings: deletes the sound whose days are over, archives what is old, then looks whether rows
 * and files say the same. Started hourly by its Schedule; a run that takes longer is not overtaken by the next one.
 *
 * Ends when nothing is left to do, with what was done. Cancelled: the recording at hand is left as it was. History: 11 events
 * a minute of work, continued as new when the server says so (4,096).
 */
export async function recordingUpkeep(input?: RecordingUpkeepInput): Promise<RecordingUpkeepResult> {
  const result = { ...(input?.soFar ?? NOTHING) };
  let next: 'keep' | 'check' | 'end' = 'keep';
  for (;;) {
    if (next === 'keep') next = await keepOnce(result);
    if (next === 'check') next = await checkOnce(result);
    if (next === 'end') return result;
    if (workflowInfo().continueAsNewSuggested)
      return continueAsNew<typeof recordingUpkeep>({ soFar: result });
    await sleep(PAUSE);
  }
}

async function keepOnce(result: RecordingUpkeepResult): Promise<'keep' | 'check'> {
  const { archived, deleted, kept, freedBytes, more, archive } = await keepRecordings();
  result.archived += archived;
  result.deleted += deleted;
  result.kept += kept;
  result.freedBytes += freedBytes;
  if (archive !== undefined) result.archive = archive;
  return more ? 'keep' : 'check';
}

async function checkOnce(result: RecordingUpkeepResult): Promise<'check' | 'end'> {
  const { days, missing, strangers, more } = await checkRecordings();
  result.days += days;
  result.missing += missing;
  result.strangers += strangers;
  return more ? 'check' : 'end';
}

const NOTHING: RecordingUpkeepResult = {
  archived: 0,
  deleted: 0,
  kept: 0,
  freedBytes: 0,
  days: 0,
  missing: 0,
  strangers: 0,
};

declareVersioning('PINNED', recordingUpkeep);
