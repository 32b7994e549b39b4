/**
 * Tones, and how strongly one is in a sound (Goertzel's algorithm).
 * @module
 */
import { encodeAlaw } from '../recording/g711.ts';

const RATE = 8_000;

/** A sine of 16-bit samples at 8 kHz. */
export function tone(frequency: number, frames: number, amplitude = 8_000): Int16Array {
  return Int16Array.from({ length: frames }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * index) / RATE)),
  );
}

/** Amplitude of a frequency in the sound, in units of its samples. */
export function amplitudeOf(samples: Int16Array, frequency: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / RATE);
  let last = 0;
  let before = 0;
  for (const sample of samples) [last, before] = [sample + coefficient * last - before, last];
  const power = last * last + before * before - coefficient * last * before;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** A prompt as Apel stores it: WAV, A-law, mono, 8 kHz. */
export function promptWav(samples: Int16Array): Buffer {
  return wav(6, Buffer.from(Uint8Array.from(samples, (sample) => encodeAlaw(sample))));
}

/** A prompt as Apel stored it before: WAV, PCM s16, mono, 8 kHz. */
export function oldPromptWav(samples: Int16Array): Buffer {
  return wav(1, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
}

/** @param format 1: PCM s16; 6: A-law */
function wav(format: 1 | 6, sound: Buffer): Buffer {
  const frameBytes = format === 1 ? 2 : 1;
  const header = Buffer.alloc(46);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(38 + sound.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(format, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(8 * frameBytes, 34);
  header.write('data', 38, 'latin1');
  header.writeUInt32LE(sound.length, 42);
  return Buffer.concat([header, sound]);
}
