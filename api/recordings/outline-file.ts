/**
 * The outline of a recording, read from its file: the WAV as it was recorded directly, everything else (the archive) through
 * ffmpeg. Memory does not grow with the length of a call.
 * @module
 */
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { alawSamples } from '../../domain/alaw.ts';
import { createOutline, OUTLINE_RATE, type SoundOutline } from '../../domain/sound-outline.ts';

const CHUNK_BYTES = 64 * 1024;
/** The head of a recording is 58 bytes. */
const HEAD_BYTES = 4_096;
const FORMAT_ALAW = 6;
/** An hour of Opus takes ten seconds of a processor that has nothing else to do. */
const TIMEOUT_MS = 180_000;
/** Left and right, 16 bits each. */
const PCM_FRAME_BYTES = 4;

/** The file is no sound that can be read. */
export class OutlineError extends Error {
  override readonly name = 'OutlineError';
}

/**
 * @param path absolute
 * @param durationMs as the row says: where in the picture a sound lies
 * @throws OutlineError, or what the disk says
 */
export async function outlineOfFile(
  path: string,
  durationMs: number,
  ffmpeg = 'ffmpeg',
): Promise<SoundOutline> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    const data = alawData(head.subarray(0, bytesRead));
    if (data === undefined) return await outlineByFfmpeg(path, durationMs, ffmpeg);
    const outline = createOutline(data.bytes / 2);
    const samples = alawSamples();
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const end = data.start + data.bytes;
    for (let at = data.start; at + 1 < end;) {
      const { bytesRead: read } = await file.read(chunk, 0, Math.min(CHUNK_BYTES, end - at), at);
      // A file that is shorter than its head says: what there is of it.
      if (read < 2) break;
      for (let index = 0; index + 1 < read; index += 2) {
        outline.add(samples[chunk[index] ?? 0] ?? 0, samples[chunk[index + 1] ?? 0] ?? 0);
      }
      at += read - (read % 2);
    }
    return outline.finish();
  } finally {
    await file.close();
  }
}

/** Where the sound of an A-law stereo WAV of 8 kHz lies; undefined for anything else. */
function alawData(head: Buffer): { start: number; bytes: number } | undefined {
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let fits = false;
  for (let at = 12; at + 8 <= head.length;) {
    const id = head.toString('latin1', at, at + 4);
    const size = head.readUInt32LE(at + 4);
    if (id === 'fmt ' && at + 24 <= head.length) {
      fits =
        head.readUInt16LE(at + 8) === FORMAT_ALAW &&
        head.readUInt16LE(at + 10) === 2 &&
        head.readUInt32LE(at + 12) === OUTLINE_RATE;
    }
    if (id === 'data') return fits ? { start: at + 8, bytes: size } : undefined;
    // Chunks are padded to even sizes.
    at += 8 + size + (size % 2);
  }
  return undefined;
}

async function outlineByFfmpeg(path: string, durationMs: number, program: string): Promise<SoundOutline> {
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-protocol_whitelist', 'file', '-i', path];
  const child = spawn(program, [...args, '-ac', '2', '-ar', String(OUTLINE_RATE), '-f', 's16le', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  const outline = createOutline(Math.round((durationMs * OUTLINE_RATE) / 1_000));
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const part of child.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
      const whole = bytes.length - (bytes.length % PCM_FRAME_BYTES);
      for (let at = 0; at < whole; at += PCM_FRAME_BYTES) {
        outline.add(bytes.readInt16LE(at), bytes.readInt16LE(at + 2));
      }
      rest = bytes.subarray(whole);
    }
  } finally {
    child.kill('SIGKILL');
  }
  const code = await ended;
  const found = outline.finish();
  if (code !== 0 || found.durationMs === 0) {
    throw new OutlineError(`ffmpeg could not read the sound (${code ?? 'not started'})`);
  }
  return found;
}
