/**
 * Finished recordings on the disk, for their upkeep: archived, removed, listed. Each step is on the disk before the next
 * begins, and each may be done again.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { link, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveOutcome, NotArchivedReason, StoredFile } from '../../contracts/model/recording.ts';
import { removeCapture } from './captures.ts';
import { ArchiveError, encodeArchive, hasOpusEncoder, verifyArchive } from './opus-archive.ts';
import { verifyRecording, RECORDING_FRAME_BYTES, RECORDING_HEADER_BYTES, WavError } from './wav.ts';

/** Implements the port of the same name in `activities/ports.ts`. Paths are relative to the recordings folder. */
export interface RecordingStore {
  canArchive(): Promise<boolean>;
  archive(recording: { path: string; sha256: string }, signal?: AbortSignal): Promise<ArchiveOutcome>;
  remove(path: string): Promise<void>;
  removeCapture(callId: string): Promise<void>;
  days(): Promise<string[]>;
  filesOf(day: string): Promise<StoredFile[]>;
}

/** What a process that is killed may have done last. */
export const ARCHIVE_STEPS = ['encoded', 'verified', 'linked'] as const;
export type ArchiveStep = (typeof ARCHIVE_STEPS)[number];

export interface RecordingStoreOptions {
  recordingsDir: string;
  /** rtpengine's: captures of calls whose recording was lost. */
  spoolDir: string;
  ffmpeg?: string;
  /** Of the encoder; last of all unless given. */
  priority?: number;
  /** For tests: awaited behind each step. */
  afterStep?: (step: ArchiveStep) => Promise<void>;
}

/** `YYYY/MM/DD/<call id>.<form>`, as `recordingPath` makes them: nothing else is ever removed. */
const PATH = /^\d{4}\/\d{2}\/\d{2}\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(wav|ogg)(\.[\w.-]+\.part)?$/;

export function createRecordingStore(options: RecordingStoreOptions): RecordingStore {
  const { recordingsDir, spoolDir } = options;
  return {
    canArchive: () => hasOpusEncoder(options),
    archive: (recording, signal) => archive(options, recording, signal),
    remove: async (path) => {
      if (!PATH.test(path)) throw new Error('not the path of a recording');
      const file = join(recordingsDir, path);
      await unlink(file).catch(ignoreAbsence);
      await syncFolder(dirname(file)).catch(ignoreAbsence);
    },
    removeCapture: (callId) =>
      removeCapture({ recordingsDir, spoolDir, promptsDir: '' }, { callId, entries: [] }),
    days: () => listDays(recordingsDir),
    filesOf: (day) => listFiles(join(recordingsDir, day)),
  };
}

async function archive(
  options: RecordingStoreOptions,
  { path, sha256 }: { path: string; sha256: string },
  signal: AbortSignal | undefined,
): Promise<ArchiveOutcome> {
  const kept = (reason: NotArchivedReason, detail: string): ArchiveOutcome => ({
    state: 'kept',
    reason,
    detail,
  });
  if (!PATH.test(path)) return kept('file-missing', 'not the path of a recording');
  const archived = path.replace(/\.wav$/, '.ogg');
  const [wav, target] = [join(options.recordingsDir, path), join(options.recordingsDir, archived)];
  try {
    if ((await hashOf(wav)) !== sha256) return kept('file-changed', 'its hash is not the one of its call');
    const file = await makeOnce({ ...options, wav, target, signal });
    return { state: 'archived', path: archived, ...file };
  } catch (error) {
    if (signal?.aborted) return kept('stopped', 'told to stop');
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return kept('file-missing', 'there is no such file');
    if (code === 'ENOSPC' || code === 'EDQUOT') return kept('disk-full', 'no room on the disk');
    if (error instanceof WavError) return kept('file-changed', error.message);
    if (error instanceof ArchiveError) {
      return error.message.endsWith('ENOSPC')
        ? kept('disk-full', 'no room on the disk')
        : kept('cannot-be-archived', error.message);
    }
    throw error;
  }
}

interface Making extends RecordingStoreOptions {
  wav: string;
  target: string;
  signal: AbortSignal | undefined;
}

/**
 * A file in its final place was verified before it was linked there, and is never replaced: of two that work at once, the
 * second takes the first one's. It is compared again all the same, since nothing says in which run it was made.
 */
async function makeOnce(making: Making): Promise<{ sha256: string; bytes: number }> {
  const { wav, target, signal } = making;
  const program = { ffmpeg: making.ffmpeg, priority: making.priority, signal };
  const draft = `${target}.${randomUUID()}.part`;
  if (await exists(target)) {
    try {
      return await verifyArchive({ ...program, wav, archive: target });
    } catch (error) {
      if (!(error instanceof ArchiveError) || signal?.aborted) throw error;
      await unlink(target).catch(ignoreAbsence);
    }
  }
  try {
    await encodeArchive({ ...program, wav, archive: draft });
    await making.afterStep?.('encoded');
    const file = await verifyArchive({ ...program, wav, archive: draft });
    await making.afterStep?.('verified');
    await link(draft, target);
    await unlink(draft);
    await syncFolder(dirname(target));
    await making.afterStep?.('linked');
    return file;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      return await verifyArchive({ ...program, wav, archive: target });
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function hashOf(wav: string): Promise<string> {
  const { size } = await stat(wav);
  const frames = Math.max(0, Math.floor((size - RECORDING_HEADER_BYTES) / RECORDING_FRAME_BYTES));
  return (await verifyRecording(wav, frames)).sha256;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** A name is on the disk once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function listDays(recordingsDir: string): Promise<string[]> {
  const days: string[] = [];
  for (const year of await numbered(recordingsDir, 4)) {
    for (const month of await numbered(join(recordingsDir, year), 2)) {
      for (const day of await numbered(join(recordingsDir, year, month), 2))
        days.push(`${year}/${month}/${day}`);
    }
  }
  return days;
}

async function numbered(folder: string, digits: number): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.length === digits && /^\d+$/.test(name)).sort();
}

async function listFiles(folder: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile()) files.push({ name, bytes: found.size, modifiedAt: found.mtime });
  }
  return files;
}

function ignoreAbsence(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
