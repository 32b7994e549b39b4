/**
 * The two WAV forms of Apel: recordings (A-law, stereo, 8 kHz) and converted prompts (A-law, mono, 8 kHz; PCM s16 where
 * they were converted before 2026-11).
 * @module
 */
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { decodeAlaw } from './g711.ts';

/** Samples a second, of everything here. */
export const SAMPLE_RATE = 8_000;
/** RIFF + `fmt ` with an empty extension + `fact` + the head of `data`. */
export const RECORDING_HEADER_BYTES = 58;
/** Left and right, one byte each. */
export const RECORDING_FRAME_BYTES = 2;

const CHUNK_BYTES = 64 * 1024;
const FORMAT_PCM = 1;
const FORMAT_ALAW = 6;
/** 20 minutes: nobody listens to more, and it is read into memory. */
const MAX_PROMPT_BYTES = 20 * 60 * SAMPLE_RATE * 2 + 4_096;

/** A WAV that is not what it should be; the message says what is wrong. */
export class WavError extends Error {
  override readonly name = 'WavError';
}

/** Header of a recording of `frames` frames. A compressed format needs the `fact` chunk. */
export function recordingHeader(frames: number): Buffer {
  const header = Buffer.alloc(RECORDING_HEADER_BYTES);
  const dataBytes = frames * RECORDING_FRAME_BYTES;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(RECORDING_HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(FORMAT_ALAW, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * RECORDING_FRAME_BYTES, 28);
  header.writeUInt16LE(RECORDING_FRAME_BYTES, 32);
  header.writeUInt16LE(8, 34);
  header.write('fact', 38, 'latin1');
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(frames, 46);
  header.write('data', 50, 'latin1');
  header.writeUInt32LE(dataBytes, 54);
  return header;
}

export interface RecordingFile {
  sha256: string;
  bytes: number;
  durationMs: number;
}

/**
 * Reads a recording back from the disk: header, length, every byte through SHA-256.
 * @throws WavError when it is not a whole recording of the expected length
 */
export async function verifyRecording(path: string, frames: number): Promise<RecordingFile> {
  const file = await open(path, 'r');
  try {
    const bytes = (await file.stat()).size;
    const expected = RECORDING_HEADER_BYTES + frames * RECORDING_FRAME_BYTES;
    if (bytes !== expected) throw new WavError(`recording has ${bytes} bytes instead of ${expected}`);
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(bytes, CHUNK_BYTES));
    for (let at = 0; at < bytes;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      const head = chunk.subarray(0, Math.min(bytesRead, RECORDING_HEADER_BYTES));
      if (at === 0 && !head.equals(recordingHeader(frames)))
        throw new WavError('recording has a damaged header');
      if (bytesRead === 0) throw new WavError('recording became shorter');
      hash.update(chunk.subarray(0, bytesRead));
      at += bytesRead;
    }
    return { sha256: hash.digest('hex'), bytes, durationMs: Math.round((frames * 1_000) / SAMPLE_RATE) };
  } finally {
    await file.close();
  }
}

/**
 * Reads a converted prompt, or as much of its beginning as is asked for.
 * @throws WavError unless it is A-law or PCM s16, mono, 8 kHz and of a bearable size
 */
export async function readPrompt(path: string, frames = Infinity): Promise<Int16Array> {
  if ((await stat(path)).size > MAX_PROMPT_BYTES) throw new WavError('prompt is longer than 20 minutes');
  const file = await readFile(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new WavError('prompt is no WAV file');
  }
  let format: Buffer | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const id = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, Math.min(at + 8 + size, file.length));
    if (id === 'fmt ') format = body;
    if (id === 'data') {
      return promptSound(format, body, frames);
    }
    at += 8 + size + (size % 2);
  }
  throw new WavError('prompt has no sound');
}

function promptSound(format: Buffer | undefined, body: Buffer, frames: number): Int16Array {
  const form = format !== undefined && format.length >= 16 ? format : Buffer.alloc(16);
  const mono = form.readUInt16LE(2) === 1 && form.readUInt32LE(4) === SAMPLE_RATE;
  const [tag, bits] = [form.readUInt16LE(0), form.readUInt16LE(14)];
  if (mono && tag === FORMAT_ALAW && bits === 8) return decodeAlaw(body.subarray(0, frames));
  if (mono && tag === FORMAT_PCM && bits === 16) return samplesOf(body.subarray(0, 2 * frames));
  throw new WavError('prompt is not A-law or PCM s16, mono, 8 kHz');
}

/** A copy of the bytes as they are: WAV is little-endian, and so is every machine that Node and rtpengine run on here. */
function samplesOf(body: Buffer): Int16Array {
  const whole = body.subarray(0, body.length & ~1);
  return new Int16Array(Uint8Array.from(whole).buffer);
}
