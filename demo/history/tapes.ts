/**
 * Sound for made-up recordings: some conversations of some lengths, each a real file that many calls share by hard links. What is
 * deleted of one call stays with the others.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeAlaw } from '../../telephony/recording/g711.ts';
import { SAMPLE_RATE, readPrompt, recordingHeader } from '../../telephony/recording/wav.ts';
import { TAPES_MS } from './recordings.ts';

export interface Tape {
  ms: number;
  bytes: number;
  sha256: string;
}

export interface Tapes {
  /** By place in `TAPES_MS`. */
  tapes: readonly Tape[];
  /** Makes the recording of a call. @param path relative to the folder of the recordings */
  put(tape: number, path: string): void;
  /** All that was put goes again. */
  undo(): void;
  /** What was put stays. */
  close(): Promise<void>;
}

/** Where the other side begins to talk. */
const AGENT_SHIFT_S = 2.5;
const TONE_HZ = 320;

/** @param voices folder with a WAV for each voice, as `getDemoVoices` makes it; tones when absent */
export async function makeTapes(recordingsDir: string, voices: string | undefined): Promise<Tapes> {
  const folder = join(recordingsDir, `.tapes-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const sounds = await readSounds(voices);
  const tapes: Tape[] = [];
  for (const [place, ms] of TAPES_MS.entries()) {
    const customer = sounds[place % sounds.length];
    const agent = sounds[(place + 1) % sounds.length];
    const data = conversation(ms, customer ?? [], agent ?? []);
    await writeFile(join(folder, `${place}.wav`), data);
    tapes.push({ ms, bytes: data.length, sha256: createHash('sha256').update(data).digest('hex') });
  }
  const put: string[] = [];
  const known = new Set<string>();
  return {
    tapes,
    put(tape, path) {
      const file = join(recordingsDir, path);
      const day = dirname(file);
      if (!known.has(day)) mkdirSync(day, { recursive: true });
      known.add(day);
      linkSync(join(folder, `${tape}.wav`), file);
      put.push(file);
    },
    undo() {
      for (const file of put) rmSync(file, { force: true });
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A-law, left the customer, right the agent; each goes on from its begin when it is over. */
function conversation(ms: number, customer: ArrayLike<number>, agent: ArrayLike<number>): Buffer {
  const frames = Math.round((ms * SAMPLE_RATE) / 1_000);
  const header = recordingHeader(frames);
  const data = Buffer.alloc(header.length + 2 * frames);
  header.copy(data);
  const shift = Math.round(AGENT_SHIFT_S * SAMPLE_RATE);
  for (let frame = 0; frame < frames; frame++) {
    data[header.length + 2 * frame] = customer[frame % customer.length] ?? 0;
    data[header.length + 2 * frame + 1] = agent[(frame + shift) % agent.length] ?? 0;
  }
  return data;
}

async function readSounds(voices: string | undefined): Promise<Uint8Array[]> {
  const files =
    voices === undefined ? [] : (await readdir(voices)).filter((name) => name.endsWith('.wav')).sort();
  const samples = await Promise.all(files.map((name) => readPrompt(join(voices ?? '', name))));
  if (samples.length === 0) samples.push(tone());
  return samples.map((sound) => Uint8Array.from(sound, encodeAlaw));
}

/** A second of a tone, a second of silence. */
function tone(): Int16Array {
  return Int16Array.from({ length: 2 * SAMPLE_RATE }, (_, at) =>
    at < SAMPLE_RATE ? Math.round(4_000 * Math.sin((2 * Math.PI * TONE_HZ * at) / SAMPLE_RATE)) : 0,
  );
}
