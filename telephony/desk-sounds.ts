/**
 * The sounds that are our own: ringback for the agent, music and an apology where a campaign names none. Made at the start
 * of an edge and kept under their hash beside the prompts, so that the recording finds what was played.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeAlaw } from './recording/g711.ts';
import type { Prompt } from './play-prompt.ts';
import { SAMPLE_RATE } from './recording/wav.ts';

export interface DeskSounds {
  /** Romanian ringing tone (ITU-T E.180 supplement 2): 450 Hz, 1.85 s on, 4.15 s off; one period. */
  ringback: Prompt;
  /** Soft chord that comes and goes. */
  music: Prompt;
  /** Three falling tones: nobody is coming. */
  apology: Prompt;
  /** Rising tones, twice: what a test call over a trunk plays where no prompt was chosen. */
  test: Prompt;
}

/** Writes what is not there yet. */
export async function storeDeskSounds(promptsDir: string): Promise<DeskSounds> {
  await mkdir(promptsDir, { recursive: true });
  const [ringback, music, apology, test] = await Promise.all([
    store(promptsDir, [...tones([450], 1_850, 6_000), ...silence(4_150)]),
    store(promptsDir, [
      ...tones([262, 330, 392], 2_000, 1_500),
      ...tones([220, 262, 330], 2_000, 1_500),
      ...tones([175, 220, 262], 2_000, 1_500),
      ...tones([196, 247, 294], 2_000, 1_500),
    ]),
    store(promptsDir, [
      ...tones([523], 300, 4_000),
      ...silence(100),
      ...tones([440], 300, 4_000),
      ...silence(100),
      ...tones([349], 700, 4_000),
      ...silence(500),
    ]),
    store(promptsDir, [...RISING, ...silence(600), ...RISING, ...silence(600)]),
  ]);
  return { ringback, music, apology, test };
}

const RISING = [392, 494, 587, 784].flatMap((frequency) => [
  ...tones([frequency], 350, 4_000),
  ...silence(60),
]);

async function store(promptsDir: string, samples: readonly number[]): Promise<Prompt> {
  const sound = Buffer.from(samples.map((sample) => encodeAlaw(sample)));
  const file = Buffer.concat([alawHeader(sound.length), sound]);
  const sha256 = createHash('sha256').update(file).digest('hex');
  const target = join(promptsDir, `${sha256}.wav`);
  if (!(await stat(target).catch(() => undefined))) {
    const draft = join(promptsDir, `${randomUUID()}.part`);
    await writeFile(draft, file);
    await rename(draft, target);
  }
  return { sha256, durationMs: Math.round((samples.length * 1_000) / SAMPLE_RATE) };
}

/** Sines together, without clicks at the ends. */
function tones(frequencies: readonly number[], ms: number, amplitude: number): number[] {
  const frames = (ms * SAMPLE_RATE) / 1_000;
  const edge = Math.min(frames / 4, SAMPLE_RATE / 20);
  return Array.from({ length: frames }, (_, at) => {
    const swell = Math.min(1, at / edge, (frames - at) / edge);
    const sum = frequencies.reduce((total, hz) => total + Math.sin((2 * Math.PI * hz * at) / SAMPLE_RATE), 0);
    return Math.round(amplitude * swell * sum);
  });
}

function silence(ms: number): number[] {
  return Array<number>((ms * SAMPLE_RATE) / 1_000).fill(0);
}

/** Header of a WAV of A-law, mono, 8 kHz: what goes over the line, and what begins to play with the least work. */
function alawHeader(bytes: number): Buffer {
  const header = Buffer.alloc(46);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(38 + bytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(6, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 38, 'latin1');
  header.writeUInt32LE(bytes, 42);
  return header;
}
