/**
 * The outline of a two-channel recording: the loudest sample of each short stretch for the picture, and the stretches in
 * which neither side speaks, which a player may skip. Made while the sound passes by, so that an hour costs no memory.
 * @module
 */

/** Samples a second of every recording. */
export const OUTLINE_RATE = 8_000;
/** About two pixels of a wide screen each. */
export const OUTLINE_COLUMNS = 600;
/** Peaks are told in so many steps. */
export const PEAK_STEPS = 255;

/** Loudness is judged over stretches of 50 ms, the length of a short syllable. */
const WINDOW_FRAMES = 400;
const WINDOW_MS = 50;
/** -45 dBFS: noise and echo of a quiet line lie below, a voice that can be understood above. */
const SILENCE_RMS = 32_768 * 10 ** (-45 / 20);
/** Shorter pauses belong to speech. */
const MIN_SILENCE_MS = 1_000;
/** Of each silence that is skipped so much is still heard at both ends: no word is cut. */
const KEPT_SECONDS = 0.25;
/** A silence each second for three hours; what comes after is played as it is. */
const MAX_SILENCES = 5_400;

/** From and to, in ms from the start. */
export type Silence = readonly [from: number, to: number];

export interface SoundOutline {
  durationMs: number;
  /** Left the customer, right the prompt or agent: peaks 0..`PEAK_STEPS`. */
  channels: [number[], number[]];
  /** Longer than a second, in order; both sides are quiet. */
  silences: Silence[];
}

export interface OutlineMaker {
  /** One frame: a sample of each side, -32768..32767. */
  add(left: number, right: number): void;
  /** What was added, however long it was announced. */
  finish(): SoundOutline;
}

/** @param frames length that is announced: where in the picture a frame lies; what is beyond it falls into the last column */
export function createOutline(frames: number, columns: number = OUTLINE_COLUMNS): OutlineMaker {
  const left = new Int32Array(columns);
  const right = new Int32Array(columns);
  const silences: Silence[] = [];
  let frame = 0;
  let column = 0;
  let columnEnd = frames / columns;
  let inWindow = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  let windows = 0;
  let quietSince: number | undefined;
  const mostSquares = SILENCE_RMS * SILENCE_RMS * WINDOW_FRAMES;

  function endWindow(): void {
    const quiet = leftSquares < mostSquares && rightSquares < mostSquares;
    if (quiet) quietSince ??= windows * WINDOW_MS;
    else endSilence();
    windows += 1;
    inWindow = 0;
    leftSquares = 0;
    rightSquares = 0;
  }
  function endSilence(): void {
    const to = windows * WINDOW_MS;
    if (quietSince !== undefined && to - quietSince > MIN_SILENCE_MS && silences.length < MAX_SILENCES) {
      silences.push([quietSince, to]);
    }
    quietSince = undefined;
  }

  return {
    add(l, r) {
      if (frame >= columnEnd && column < columns - 1) {
        column = Math.min(columns - 1, Math.floor((frame * columns) / frames));
        columnEnd = ((column + 1) * frames) / columns;
      }
      const loudLeft = l < 0 ? -l : l;
      const loudRight = r < 0 ? -r : r;
      if (loudLeft > (left[column] ?? 0)) left[column] = loudLeft;
      if (loudRight > (right[column] ?? 0)) right[column] = loudRight;
      leftSquares += l * l;
      rightSquares += r * r;
      frame += 1;
      inWindow += 1;
      if (inWindow === WINDOW_FRAMES) endWindow();
    },
    finish() {
      endSilence();
      const steps = (peaks: Int32Array): number[] =>
        Array.from(peaks, (peak) => Math.min(PEAK_STEPS, Math.round((peak * PEAK_STEPS) / 32_768)));
      return {
        durationMs: Math.round((frame * 1_000) / OUTLINE_RATE),
        channels: [steps(left), steps(right)],
        silences,
      };
    },
  };
}

/**
 * Where to go on playing from a position that lies in a silence, keeping a moment of it at both ends.
 * @param position seconds from the start
 * @returns seconds; undefined where there is nothing to skip
 */
export function skipSilence(silences: readonly Silence[], position: number): number | undefined {
  let [low, high] = [0, silences.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((silences[middle]?.[1] ?? 0) / 1_000 > position) high = middle;
    else low = middle + 1;
  }
  const found = silences[low];
  if (found === undefined) return undefined;
  const [from, to] = [found[0] / 1_000 + KEPT_SECONDS, found[1] / 1_000 - KEPT_SECONDS];
  return position >= from && position < to ? to : undefined;
}

/** How much shorter a recording is without them, ms. */
export function skippedMs(silences: readonly Silence[]): number {
  return silences.reduce((sum, [from, to]) => sum + to - from - 2_000 * KEPT_SECONDS, 0);
}
