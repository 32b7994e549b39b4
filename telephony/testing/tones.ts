/**
 * Tones, and how strongly one is in a sound (Goertzel's algorithm).
 * @module
 */
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

/** A prompt as Apel stores it: WAV, PCM s16, mono, 8 kHz. */
export function promptWav(samples: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples.length * 2, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples.length * 2, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}
