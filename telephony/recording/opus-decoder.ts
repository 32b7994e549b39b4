/**
 * Decodes the Opus packets of a call by ffmpeg, which prompts need anyway: all packets go in as they came, one after the other,
 * and each gets its own stretch of the sound that comes out. Memory does not grow with the length of the call.
 * @module
 */
import { spawn } from 'node:child_process';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { once } from 'node:events';
import { createOggOpus, opusDuration } from './opus.ts';
import { FRAMES_PER_MS } from './rtp-placer.ts';

/** An hour of sound takes seconds. */
const TIMEOUT_MS = 120_000;

/** The sound of a party cannot be decoded here. */
export class OpusError extends Error {
  override readonly name = 'OpusError';
}

export interface OpusSound {
  /** The samples of the next packet, in the order in which they went in: 8 kHz. Undefined when it was none. */
  next(packet: Uint8Array): Promise<Int16Array | undefined>;
  close(): Promise<void>;
}

export interface DecodeOpusOptions {
  /** Path for the sound in between. */
  draft: string;
  packets: AsyncIterable<Uint8Array>;
  /** `ffmpeg` on the PATH unless given. */
  ffmpeg?: string;
}

/** @throws OpusError */
export async function decodeOpus({ draft, packets, ffmpeg }: DecodeOpusOptions): Promise<OpusSound> {
  const file = await open(draft, 'w+', 0o600);
  // Without a name: nothing is left of it, however this process ends.
  await rm(draft);
  const close = (): Promise<void> => file.close().catch(() => undefined);
  try {
    await run(file, packets, ffmpeg ?? 'ffmpeg');
  } catch (error) {
    await close();
    throw error;
  }
  let at = 0;
  return {
    next: async (packet) => {
      const ms = opusDuration(packet);
      if (ms === undefined) return undefined;
      const frames = ms * FRAMES_PER_MS;
      const bytes = Buffer.alloc(frames * 2);
      await file.read(bytes, 0, bytes.length, at * 2);
      at += frames;
      return Int16Array.from({ length: frames }, (_, index) => bytes.readInt16LE(index * 2));
    },
    close,
  };
}

async function run(file: FileHandle, packets: AsyncIterable<Uint8Array>, program: string): Promise<void> {
  const args = ['-hide_banner', '-loglevel', 'error', '-f', 'ogg', '-i', 'pipe:0'];
  const child = spawn(program, [...args, '-ac', '1', '-ar', '8000', '-f', 's16le', 'pipe:1'], {
    stdio: ['pipe', file.fd, 'ignore'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const { stdin } = child;
  if (!stdin) throw new OpusError('ffmpeg has no input');
  // Whatever is wrong with it is in how it ends.
  stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  const write = async (bytes: Buffer): Promise<void> => {
    if (bytes.length === 0 || stdin.destroyed || stdin.write(bytes)) return;
    await Promise.race([once(stdin, 'drain').catch(() => undefined), ended]);
  };
  const ogg = createOggOpus();
  try {
    for await (const packet of packets) {
      const ms = opusDuration(packet);
      if (ms !== undefined) await write(ogg.add(packet, ms));
    }
    await write(ogg.end());
  } finally {
    stdin.end();
  }
  const code = await ended;
  if (code !== 0)
    throw new OpusError(`ffmpeg could not decode the Opus of a call (${code ?? 'not started'})`);
}
