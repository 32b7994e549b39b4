/**
 * A stereo A-law recording of nothing: bursts like speech, the prompt on the right, the customer on the left.
 * @module
 */
import { random } from './fixtures.ts';

const RATE = 8_000;

export const FIXTURE_WAV_HEADER = 46;

export function fixtureWav(seconds: number): Buffer {
  const frames = Math.round(seconds * RATE);
  const data = Buffer.alloc(frames * 2);
  const dice = random(3);
  const quiet = (t: number): boolean => t > seconds * 0.45 && t < seconds * 0.56;
  const us = envelope(frames, dice, (t) => (quiet(t) ? 0 : t < seconds * 0.72 ? 0.85 : 0.1));
  const customer = envelope(frames, dice, (t) =>
    quiet(t) ? 0 : t < 2.2 ? 0.7 : t > seconds * 0.74 ? 0.8 : 0.12,
  );
  for (let frame = 0; frame < frames; frame += 1) {
    const t = frame / RATE;
    const voice = (pitch: number): number =>
      0.6 * Math.sin(2 * Math.PI * pitch * t) + 0.4 * Math.sin(2 * Math.PI * pitch * 2.7 * t);
    data[frame * 2] = alawByte((customer[frame] ?? 0) * voice(180));
    data[frame * 2 + 1] = alawByte((us[frame] ?? 0) * voice(220));
  }
  return Buffer.concat([header(data.length), data]);
}

/** Syllables of about a quarter second with pauses between phrases. */
function envelope(frames: number, dice: () => number, loudness: (t: number) => number): Float32Array {
  const shape = new Float32Array(frames);
  for (let at = 0; at < frames;) {
    const length = Math.round(RATE * (0.12 + 0.22 * dice()));
    const most = loudness(at / RATE);
    const level = dice() < 0.18 ? Math.min(most, 0.02) : (0.35 + 0.65 * dice()) * most;
    for (let i = 0; i < length && at + i < frames; i += 1)
      shape[at + i] = level * Math.sin((Math.PI * i) / length);
    at += length;
  }
  return shape;
}

function header(bytes: number): Buffer {
  const head = Buffer.alloc(FIXTURE_WAV_HEADER);
  head.write('RIFF', 0);
  head.writeUInt32LE(38 + bytes, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(6, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 38);
  head.writeUInt32LE(bytes, 42);
  return head;
}

/** ITU-T G.711 A-law of a sample -1..1. */
function alawByte(sample: number): number {
  const linear = Math.max(-32_635, Math.min(32_635, Math.round(sample * 32_767)));
  const sign = linear >= 0 ? 0x80 : 0;
  const magnitude = Math.abs(linear) >> 4;
  let exponent = 0;
  while (exponent < 7 && magnitude >= 32 << exponent) exponent += 1;
  const mantissa = exponent < 1 ? (magnitude >> 1) & 0x0f : (magnitude >> exponent) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}
