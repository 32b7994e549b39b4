/**
 * The activities of the upkeep of recordings, on `RECORDINGS_QUEUE`.
 * @module
 */
import { Context } from '@temporalio/activity';
import type { RecordingActivities } from '../contracts/temporal/activities.ts';
import { checkRecordings } from './recordings/check.ts';
import type { RecordingUpkeepDeps } from './recordings/dependencies.ts';
import { keepRecordings } from './recordings/keep.ts';

/** The workflow's heartbeat time-out is 30 s. */
const BEAT_EVERY_MS = 5_000;

export function createRecordingActivities(deps: RecordingUpkeepDeps): RecordingActivities {
  return {
    keepRecordings: () => beating((signal) => keepRecordings(deps, signal)),
    checkRecordings: () => beating((signal) => checkRecordings(deps, signal)),
  };
}

/** Beats as long as this process runs: an encoder has a time-out of its own. */
async function beating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), BEAT_EVERY_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
