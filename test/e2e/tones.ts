/**
 * Hears tones in a recording: A-law decoding and Goertzel's filter, written apart from the product's own.
 * @module
 */
export interface StereoSound {
  /** Samples -1..1 at 8 kHz. */
  left: Float64Array;
  right: Float64Array;
  durationMs: number;
}

/** @param wav RIFF, A-law (format 6), 8 kHz, two channels, `fmt ` and `data` chunks in any place. */
export function readStereoAlaw(wav: Buffer): StereoSound {
  const at = wav.indexOf('data', 12, 'latin1');
  if (at < 0) throw new Error('no data chunk');
  const data = wav.subarray(at + 8, at + 8 + wav.readUInt32LE(at + 4));
  const frames = Math.floor(data.length / 2);
  const left = new Float64Array(frames);
  const right = new Float64Array(frames);
  for (let i = 0; i < frames; i++) {
    left[i] = alaw(data[2 * i] ?? 0);
    right[i] = alaw(data[2 * i + 1] ?? 0);
  }
  return { left, right, durationMs: frames / 8 };
}

/** Amplitude (0..1) of one frequency within a stretch of sound (Goertzel 1958). */
export function toneLevel(
  sound: Float64Array,
  hertz: number,
  range: { fromMs: number; toMs: number },
): number {
  const samples = sound.subarray(range.fromMs * 8, range.toMs * 8);
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / 8_000);
  let [s1, s2] = [0, 0];
  for (const sample of samples) [s1, s2] = [sample + turn * s1 - s2, s1];
  return (2 * Math.sqrt(s1 * s1 + s2 * s2 - turn * s1 * s2)) / samples.length;
}

/** ITU-T G.711, A-law to linear, scaled to -1..1. */
function alaw(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = ((value & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return (value & 0x80 ? magnitude : -magnitude) / 32_768;
}
