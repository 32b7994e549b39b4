/**
 * Where a call's pcaps are.
 * @module
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { JournalEntry } from '../journal.ts';
import { all } from '../placed-call.ts';

export interface RecordingFolders {
  /** rtpengine's recording folder: `pcaps` and `metadata` are below it. */
  spoolDir: string;
  recordingsDir: string;
  promptsDir: string;
}

export interface CapturedCall {
  callId: string;
  entries: readonly JournalEntry[];
}

/** There is no pcap where one should be. */
export class CaptureMissing extends Error {
  override readonly name = 'CaptureMissing';
}

/** All pcaps of the call, oldest first: the one named in the journal, or what rtpengine named after the call. */
export async function capturesOf(folders: RecordingFolders, call: CapturedCall): Promise<string[]> {
  const folder = join(folders.spoolDir, 'pcaps');
  const named = all(call.entries, 'media').flatMap(({ pcap }) =>
    pcap === undefined ? [] : [basename(pcap)],
  );
  // The media server's path may be another one than ours (a container): only the name of the file counts.
  const found = named.length > 0 ? named : await namesOf(folder, call.callId);
  const paths = found.map((name) => join(folder, name));
  for (const path of paths) {
    if (!(await stat(path).catch(() => undefined))) throw new CaptureMissing('pcap is not in the spool');
  }
  if (paths.length === 0) throw new CaptureMissing('no pcap was made');
  return paths;
}

/** Deletes whatever rtpengine has written of the call. */
export async function removeCapture(
  folders: RecordingFolders,
  { callId }: { callId: string },
): Promise<void> {
  for (const folder of ['pcaps', 'metadata', 'tmp']) {
    const path = join(folders.spoolDir, folder);
    for (const name of await namesOf(path, callId)) await rm(join(path, name), { force: true });
  }
}

/** rtpengine names its files `<call id>-<random>.pcap` and `rtpengine-meta-<call id>-<random>.txt`. */
async function namesOf(folder: string, callId: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(
    (name) => name.startsWith(`${callId}-`) || name.startsWith(`rtpengine-meta-${callId}-`),
  );
}
