/**
 * Where a call's pcaps are.
 * @module
 */
import { readdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { JournalEntry } from '../journal.ts';
import { all } from '../placed-call.ts';
import { openPcap, type Pcap } from './pcap-reader.ts';

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
export async function openCaptures(folders: RecordingFolders, call: CapturedCall): Promise<Pcap[]> {
  const folder = join(folders.spoolDir, 'pcaps');
  const named = namedIn(call);
  const names = named.length > 0 ? named : await namesOf(folder, call.callId);
  if (names.length === 0) throw new CaptureMissing('no pcap was made');
  const pcaps: Pcap[] = [];
  try {
    for (const name of names) pcaps.push(await openPcap(join(folder, name)));
    return pcaps;
  } catch (error) {
    await closeAll(pcaps);
    if (isAbsence(error)) throw new CaptureMissing('pcap is not in the spool');
    throw error;
  }
}

export async function closeAll(pcaps: readonly Pcap[]): Promise<void> {
  await Promise.all(pcaps.map((pcap) => pcap.close()));
}

/**
 * Deletes whatever rtpengine has written of the call. Where the journal names the capture its files are known; a spool
 * of a thousand calls is not listed for each of them.
 */
export async function removeCapture(folders: RecordingFolders, call: CapturedCall): Promise<void> {
  const named = namedIn(call).flatMap((name) => {
    const metadata = `rtpengine-meta-${basename(name, '.pcap')}.txt`;
    return [join('pcaps', name), join('metadata', metadata), join('tmp', metadata)];
  });
  const names = named.length > 0 ? named : await everythingOf(folders, call.callId);
  await Promise.all(names.map((name) => removeFile(join(folders.spoolDir, name))));
}

/** The media server's path may be another one than ours (a container): only the name of the file counts. */
function namedIn({ entries }: CapturedCall): string[] {
  return all(entries, 'media').flatMap(({ pcap }) => (pcap === undefined ? [] : [basename(pcap)]));
}

async function everythingOf({ spoolDir }: RecordingFolders, callId: string): Promise<string[]> {
  const found = ['pcaps', 'metadata', 'tmp'].map(async (folder) =>
    (await namesOf(join(spoolDir, folder), callId)).map((name) => join(folder, name)),
  );
  return (await Promise.all(found)).flat();
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** rtpengine names its files `<call id>-<random>.pcap` and `rtpengine-meta-<call id>-<random>.txt`. */
async function namesOf(folder: string, callId: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(
    (name) => name.startsWith(`${callId}-`) || name.startsWith(`rtpengine-meta-${callId}-`),
  );
}
