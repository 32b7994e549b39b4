/**
 * A recording as Ogg Opus (RFC 7845): made by ffmpeg, which prompts need anyway, and read back before anybody trusts it.
 * @module
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createSoundComparison, DECODED_FRAME_BYTES, unlikeness } from './compare-sound.ts';
import { asTwoStreams } from './opus.ts';
import { RECORDING_FRAME_BYTES, RECORDING_HEADER_BYTES, SAMPLE_RATE } from './wav.ts';

/** Of both channels together. Speech at 12 kbit/s a channel is what telephones have at their best; 16 leaves room. */
const BITS_PER_SECOND = 32_000;
const FRAME_MS = 20;
/** One Opus frame: the decoder may be so much longer or shorter. */
const LENGTH_TOLERANCE = (FRAME_MS * SAMPLE_RATE) / 1_000;
/** A minute takes a second of a quiet core; last in the queue of a busy one it may take long. */
const TIMEOUT_MS = 120_000;
const TIMEOUT_SHARE = 0.5;
const MAX_ERROR_CHARS = 2_000;

/** An archive that is not the recording, or could not be made; the message says why, without names of files. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export interface ArchiveOptions {
  /** The recording: A-law, stereo, with our own header. */
  wav: string;
  archive: string;
  /** `ffmpeg` on the PATH unless given. */
  ffmpeg?: string | undefined;
  /** As `nice` has it, -20 to 19; last of all unless given, because calls go first. */
  priority?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Writes and syncs the archive: two streams of one channel each, nothing predicted from one to the other.
 * @throws ArchiveError; an error of the file system as it is
 */
export async function encodeArchive(options: ArchiveOptions): Promise<void> {
  const { wav, archive } = options;
  const codec = ['-c:a', 'libopus', '-application', 'voip', '-b:a', String(BITS_PER_SECOND)];
  // Family 255 is how ffmpeg is told to couple nothing; `asTwoStreams` says the rest to players.
  const streams = ['-mapping_family', '255', '-frame_duration', String(FRAME_MS), '-threads', '1'];
  const plain = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'];
  const { child, ended } = run(
    options,
    ['-i', wav, ...codec, ...streams, ...plain, '-f', 'ogg', '-y', archive],
    {
      seconds: await secondsOf(wav),
    },
  );
  child.stdout?.resume();
  const failure = await ended;
  if (failure !== undefined) throw new ArchiveError(`cannot be encoded: ${failure}`);
  const file = await open(archive, 'r+');
  try {
    await labelStreams(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Decodes the archive again and compares it with the recording: length within one Opus frame, and each channel its own.
 * @throws ArchiveError
 */
export async function verifyArchive(options: ArchiveOptions): Promise<{ sha256: string; bytes: number }> {
  const { wav, archive } = options;
  const recording = await open(wav, 'r');
  try {
    const frames = await framesOf(recording);
    const raw = ['-ar', String(SAMPLE_RATE), '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'];
    const { child, ended } = run(options, ['-c:a', 'libopus', '-i', archive, '-map', '0:a:0', ...raw], {
      seconds: frames / SAMPLE_RATE,
    });
    if (!child.stdout) throw new ArchiveError('cannot be decoded: no output');
    const comparison = createSoundComparison();
    const decoded = await compare(child.stdout, recording, { frames, comparison });
    const failure = await ended;
    if (failure !== undefined) throw new ArchiveError(`cannot be decoded: ${failure}`);
    if (Math.abs(decoded - frames) > LENGTH_TOLERANCE)
      throw new ArchiveError(`is ${decoded} frames long instead of ${frames}`);
    for (const [channel, likeness] of comparison.result().entries()) {
      const wrong = unlikeness(likeness);
      if (wrong) throw new ArchiveError(`channel ${channel === 0 ? 'left' : 'right'} ${wrong}`);
    }
  } finally {
    await recording.close();
  }
  const bytes = await readFile(archive);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/** Can recordings be archived on this machine? Asks the program each time: it may have been installed meanwhile. */
export async function hasOpusEncoder(program: Pick<ArchiveOptions, 'ffmpeg' | 'priority'>): Promise<boolean> {
  const { child, ended } = run(program, ['-encoders'], { seconds: 0 });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return (await ended) === undefined && /^ A\S* libopus /m.test(text);
}

/** @returns frames decoded in all; those beyond the recording are only counted */
async function compare(
  stdout: Readable,
  recording: FileHandle,
  { frames, comparison }: { frames: number; comparison: ReturnType<typeof createSoundComparison> },
): Promise<number> {
  let decoded = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = Math.floor(bytes.length / DECODED_FRAME_BYTES);
    const wanted = Math.max(0, Math.min(whole, frames - decoded));
    const recorded = Buffer.alloc(wanted * RECORDING_FRAME_BYTES);
    const at = RECORDING_HEADER_BYTES + decoded * RECORDING_FRAME_BYTES;
    const { bytesRead } = await recording.read(recorded, 0, recorded.length, at);
    comparison.add(recorded.subarray(0, bytesRead), bytes);
    decoded += whole;
    rest = bytes.subarray(whole * DECODED_FRAME_BYTES);
  }
  return decoded;
}

/** The first page says how to read the rest. */
async function labelStreams(file: FileHandle): Promise<void> {
  const page = Buffer.alloc(64);
  const { bytesRead } = await file.read(page, 0, page.length, 0);
  const head = asTwoStreams(page.subarray(0, bytesRead));
  if (!head) throw new ArchiveError('cannot be encoded: not two streams of one channel');
  await file.write(head, 0, head.length, 0);
}

async function secondsOf(wav: string): Promise<number> {
  const file = await open(wav, 'r');
  try {
    return (await framesOf(file)) / SAMPLE_RATE;
  } finally {
    await file.close();
  }
}

async function framesOf(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  return Math.max(0, Math.floor((size - RECORDING_HEADER_BYTES) / RECORDING_FRAME_BYTES));
}

/** `ended`: why it failed, else undefined. */
function run(
  { ffmpeg, priority, signal }: Pick<ArchiveOptions, 'ffmpeg' | 'priority' | 'signal'>,
  args: readonly string[],
  { seconds }: { seconds: number },
) {
  const common = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-protocol_whitelist', 'file,pipe'];
  const child = spawn(ffmpeg ?? 'ffmpeg', [...common, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: Math.ceil(TIMEOUT_MS + seconds * 1_000 * TIMEOUT_SHARE),
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  });
  if (child.pid !== undefined) setPriorityOf(child.pid, priority ?? constants.priority.PRIORITY_LOW);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < MAX_ERROR_CHARS) errors += text;
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    child.once('close', (code, killed) => {
      if (code === 0) resolve(undefined);
      else resolve(killed ?? (/no space left/i.test(errors) ? 'ENOSPC' : `exit ${code}`));
    });
  });
  return { child, ended };
}

function setPriorityOf(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // It is over already, or this system has no such thing.
  }
}
