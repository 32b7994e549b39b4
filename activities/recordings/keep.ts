/**
 * Retention and archive of recordings. Whatever moment this process is killed at, the next run finds what was begun:
 * rows change before files are unlinked, and a row names what is still to be unlinked.
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { KeepRecordingsResult } from '../../contracts/temporal/activities.ts';
import {
  clearLeftover,
  markArchived,
  markDeleted,
  noteTrouble,
  readArchivable,
  readLeftovers,
  readOverdue,
  withUpkeepLock,
  type ArchivableRecording,
  type Leftover,
} from '../../db/recording-upkeep.ts';
import { RUN_MS, type RecordingUpkeepDeps } from './dependencies.ts';

const LOCK_AGAIN_MS = 1_000;
/** Unlinking is quick; so many rows are one transaction. */
const DELETE_BATCH = 200;
const ARCHIVE_BATCH = 20;

/** @param signal ends the run between two recordings, and the one that is being encoded */
export async function keepRecordings(
  deps: RecordingUpkeepDeps,
  signal: AbortSignal,
): Promise<KeepRecordingsResult> {
  const result: KeepRecordingsResult = { archived: 0, deleted: 0, kept: 0, freedBytes: 0, more: false };
  const until = performance.now() + RUN_MS;
  const isOver = (): boolean => signal.aborted || performance.now() > until;
  for (;;) {
    const done = await withUpkeepLock(deps.db, async () => {
      await finishLeftovers(deps, isOver);
      await deleteOverdue(deps, result, isOver);
      await archiveOld(deps, result, { isOver, signal });
      return true;
    });
    if (done || isOver()) return { ...result, more: isOver() };
    // Another worker, whose heartbeat was lost, may still be at it.
    await wait(LOCK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function finishLeftovers(deps: RecordingUpkeepDeps, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const leftovers = await readLeftovers(deps.db.pool, { limit: DELETE_BATCH });
    await unlinkAll(deps, leftovers);
    if (leftovers.length < DELETE_BATCH) return;
  }
}

async function unlinkAll(deps: RecordingUpkeepDeps, leftovers: readonly Leftover[]): Promise<void> {
  for (const leftover of leftovers) {
    await deps.store.remove(leftover.path);
    await deps.afterStep?.('unlinked');
    await clearLeftover(deps.db.pool, leftover);
  }
}

async function deleteOverdue(
  deps: RecordingUpkeepDeps,
  result: KeepRecordingsResult,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const now = deps.clock.now();
    const overdue = await readOverdue(deps.db.pool, { now, limit: DELETE_BATCH });
    if (overdue.length === 0) return;
    for (const { callId, state } of overdue) if (state === 'lost') await deps.store.removeCapture(callId);
    const marked = await markDeleted(deps.db, { callIds: overdue.map(({ callId }) => callId), now });
    result.deleted += marked.deleted;
    result.freedBytes += marked.freedBytes;
    await deps.afterStep?.('deleted');
    await unlinkAll(deps, marked.leftovers);
    if (marked.deleted > 0)
      deps.logger.info({ recordings: marked.deleted }, 'recordings deleted: their days are over');
  }
}

async function archiveOld(
  deps: RecordingUpkeepDeps,
  result: KeepRecordingsResult,
  run: { isOver: () => boolean; signal: AbortSignal },
): Promise<void> {
  while (!run.isOver()) {
    const recordings = await readArchivable(deps.db.pool, { now: deps.clock.now(), limit: ARCHIVE_BATCH });
    if (recordings.length === 0) return;
    if (!(await deps.store.canArchive())) {
      result.archive = 'no-encoder';
      deps.logger.warn('recordings stay WAV: there is no ffmpeg with libopus here (apt-get install ffmpeg)');
      return;
    }
    for (const recording of recordings) {
      if (run.isOver() || (await archiveOne(deps, result, recording, run.signal)) === 'stop') return;
    }
  }
}

async function archiveOne(
  deps: RecordingUpkeepDeps,
  result: KeepRecordingsResult,
  recording: ArchivableRecording,
  signal: AbortSignal,
): Promise<'go-on' | 'stop'> {
  const { callId, path } = recording;
  const outcome = await deps.store.archive(recording, signal);
  const now = deps.clock.now();
  if (outcome.state === 'kept') {
    if (outcome.reason === 'stopped') return 'stop';
    if (outcome.reason === 'disk-full') {
      result.archive = 'disk-full';
      return 'stop';
    }
    result.kept += 1;
    await noteTrouble(deps.db.pool, { callId, reason: `${outcome.reason}: ${outcome.detail}`, now });
    deps.logger.error(
      { callId, reason: outcome.reason, detail: outcome.detail },
      'recording is not archived',
    );
    return 'go-on';
  }
  // Otherwise somebody else was quicker; a file that no row names is found by the check.
  if (await markArchived(deps.db, { recording, archive: outcome, now })) {
    result.archived += 1;
    result.freedBytes += recording.bytes - outcome.bytes;
    await deps.afterStep?.('archived');
    await unlinkAll(deps, [{ callId, path }]);
  }
  return 'go-on';
}
