/**
 * @module
 */
import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { ImportListInput, ImportResult } from '../contracts/model/import.ts';
import type { ImportActivities } from '../contracts/temporal/activities.ts';
import { cancelImportSignal, progressQuery } from '../contracts/temporal/messages.ts';
import { ImportState } from './import-state.ts';
import { declareVersioning } from './versioning.ts';

/** Repeated until Postgres is there; wrong input and unusable files fail at once, by their failure type. */
const retry = { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' } as const;

/** Copying a file of a gigabyte and writing as many rejects take minutes; both beat. Repeating them is safe. */
const { openImport, finishImport } = proxyActivities<ImportActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  retry,
});

/** Goes on from the committed position, whoever runs it next. Stops between two batches when it is cancelled. */
const { importChunk } = proxyActivities<ImportActivities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/**
 * Imports one list, started by the operator from the Temporal CLI.
 *
 * Ends with the counts of all rows and the name of the rejects file; cancelled (signal `cancelImport`, or the cancel
 * command) with the counts so far, committed rows stay. A failed run may be started again under the same id: it goes on
 * behind the last committed row. History: about 6 events for each 100,000 rows; a file has at most 17 million.
 */
export async function importList(input: ImportListInput): Promise<ImportResult> {
  const state = new ImportState();
  const reading = new CancellationScope();
  setHandler(progressQuery, () => state.progress());
  setHandler(cancelImportSignal, () => reading.cancel());

  const opened = await openImport({ workflowId: state.workflowId, input });
  if (opened.state === 'already-imported') {
    state.finished(opened.result);
    return opened.result;
  }
  const { importId } = opened;
  state.opened(opened.bytesTotal);
  const cancelled = await importAll(importId, reading, state);
  const result = await CancellationScope.nonCancellable(() => finishImport({ importId, cancelled }));
  state.finished(result);
  return result;
}

/** @returns whether it was cancelled before the end of the file */
async function importAll(importId: string, reading: CancellationScope, state: ImportState): Promise<boolean> {
  try {
    await reading.run(async () => {
      while (!state.allRead()) state.read(await importChunk({ importId }));
    });
    return false;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return true;
  } finally {
    state.finishing();
  }
}

declareVersioning('PINNED', importList);
