/**
 * A small recording, as the telephony library writes them: A-law, stereo, 8 kHz.
 * @module
 */
import { alawSamples } from '../../domain/alaw.ts';

const RATE = 8_000;
const HEAD_BYTES = 58;

/** @param stretches loudness of each side, 0..32767, of square waves one after the other */
export function alawWav(stretches: readonly { ms: number; left: number; right: number }[]): Buffer {
  const parts = stretches.map(({ ms, left, right }) => {
    const part = Buffer.alloc((ms * RATE * 2) / 1_000);
    const codes = [-1, 1].map((sign) => [codeOf(sign * left), codeOf(sign * right)]);
    for (let at = 0; at < part.length; at += 2) part.set(codes[(at >> 3) % 2] ?? [], at);
    return part;
  });
  const data = Buffer.concat(parts);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(HEAD_BYTES - 8 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(6, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(8, 34);
  head.write('fact', 38, 'latin1');
  head.writeUInt32LE(4, 42);
  head.writeUInt32LE(data.length / 2, 46);
  head.write('data', 50, 'latin1');
  head.writeUInt32LE(data.length, 54);
  return Buffer.concat([head, data]);
}

/** The code whose sample lies nearest. */
function codeOf(sample: number): number {
  const samples = alawSamples();
  let best = 0;
  for (let code = 1; code < 256; code++) {
    if (Math.abs((samples[code] ?? 0) - sample) < Math.abs((samples[best] ?? 0) - sample)) best = code;
  }
  return best;
}
