/**
 * What customers say and play, as frames of 20 ms of A-law at 8 kHz.
 * @module
 */
export const FRAME_SAMPLES = 160;

/** The frame of a number, from 0; each sound begins again when it is over. */
export type Sound = (frame: number) => Buffer;

/** A-law of a zero sample. */
const SILENCE = Buffer.alloc(FRAME_SAMPLES, 0xd5);
/** "Alo?", a pause, and again: 0.8 s of tone every 2 s. */
const TALK_FRAMES = 40;
const TALK_PERIOD_FRAMES = 100;
/** 400 Hz: 20 ms hold eight whole periods, so that the same frame repeats without a click. */
const TONE = toneFrame(400, 8_000);
/** A chord in turns, half a second each; also whole periods. */
const NOTES = [500, 600, 750, 600].map((hertz) => toneFrame(hertz, 4_000));
const NOTE_FRAMES = 25;

/** A customer without a voice. */
export const TONES: Sound = (frame) => (frame % TALK_PERIOD_FRAMES < TALK_FRAMES ? TONE : SILENCE);

/** While the customer has put the caller on hold. */
export const MUSIC: Sound = (frame) => NOTES[Math.floor(frame / NOTE_FRAMES) % NOTES.length] ?? SILENCE;

/** @param alaw at least one frame */
export function speechOf(alaw: Buffer): Sound {
  const frames = Math.floor(alaw.length / FRAME_SAMPLES);
  return (frame) => {
    const from = (frame % frames) * FRAME_SAMPLES;
    return alaw.subarray(from, from + FRAME_SAMPLES);
  };
}

/**
 * The samples of a WAV file (RIFF, format 6: A-law), mono at 8 kHz.
 * @throws Error when it is another format, or shorter than a frame
 */
export function readAlawWav(file: Buffer): Buffer {
  if (file.toString('latin1', 0, 4) !== 'RIFF') throw new Error('is no WAV file');
  let format: Buffer = Buffer.alloc(0);
  for (let at = 12; at + 8 <= file.length;) {
    const size = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, at + 8 + size);
    const name = file.toString('latin1', at, at + 4);
    if (name === 'fmt ') format = body;
    if (name === 'data') {
      const is = format.length >= 8 && [
        format.readUInt16LE(0),
        format.readUInt16LE(2),
        format.readUInt32LE(4),
      ];
      if (String(is) !== '6,1,8000') throw new Error('is not A-law, mono, 8 kHz');
      if (body.length < FRAME_SAMPLES) throw new Error('has no sound');
      return body;
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('has no samples');
}

function toneFrame(hertz: number, amplitude: number): Buffer {
  const frame = Buffer.alloc(FRAME_SAMPLES);
  for (let i = 0; i < FRAME_SAMPLES; i += 1) {
    frame[i] = toAlaw(Math.round(amplitude * Math.sin((2 * Math.PI * hertz * i) / 8_000)));
  }
  return frame;
}

/** ITU-T G.711, table 1a, from a 16-bit sample. */
function toAlaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767) >> 3;
  if (magnitude < 32) return (sign | (magnitude >> 1)) ^ 0x55;
  const exponent = 31 - Math.clz32(magnitude) - 4;
  return (sign | (exponent << 4) | ((magnitude >> exponent) & 0x0f)) ^ 0x55;
}
