import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutline, OUTLINE_RATE, skippedMs, skipSilence, type SoundOutline } from './sound-outline.ts';

interface Stretch {
  ms: number;
  left?: number;
  right?: number;
}

/** A square wave of that loudness: its RMS is its peak. */
function outlineOf(stretches: readonly Stretch[], columns?: number): SoundOutline {
  const frames = stretches.reduce((sum, { ms }) => sum + (ms * OUTLINE_RATE) / 1_000, 0);
  const maker = createOutline(frames, columns);
  let at = 0;
  for (const { ms, left = 0, right = 0 } of stretches) {
    for (let frame = 0; frame < (ms * OUTLINE_RATE) / 1_000; frame++, at++) {
      const sign = at % 8 < 4 ? 1 : -1;
      maker.add(sign * left, sign * right);
    }
  }
  return maker.finish();
}

const VOICE = 6_000;

describe('silences', () => {
  it('are longer than a second and of both sides', () => {
    const { silences, durationMs } = outlineOf([
      { ms: 500, left: VOICE },
      { ms: 1_000 },
      { ms: 500, right: VOICE },
      { ms: 1_100 },
      { ms: 2_000, left: VOICE },
      { ms: 3_000, right: VOICE },
      { ms: 2_000 },
    ]);
    expect(durationMs).toBe(10_100);
    expect(silences).toEqual([
      [2_000, 3_100],
      [8_100, 10_100],
    ]);
  });

  it.each([
    ['the noise of a quiet line', 120, 1],
    ['a voice far away', 400, 0],
    ['a voice', VOICE, 0],
  ])('%s (%i) makes %i of them', (_, left, expected) => {
    expect(outlineOf([{ ms: 3_000, left }]).silences).toHaveLength(expected);
  });

  it('a voice on the side of the agent alone is none', () => {
    expect(outlineOf([{ ms: 3_000, right: VOICE }]).silences).toEqual([]);
  });
});

describe('peaks', () => {
  it('lie where the sound is, on the side where it is', () => {
    const { channels } = outlineOf(
      [{ ms: 1_000, left: 32_767 }, { ms: 1_000 }, { ms: 2_000, right: 16_384 }],
      4,
    );
    expect(channels).toEqual([
      [255, 0, 0, 0],
      [0, 0, 128, 128],
    ]);
  });

  it('of more sound than was announced stay in the picture, of less leave the rest empty', () => {
    const long = createOutline(8, 4);
    for (let frame = 0; frame < 32; frame++) long.add(frame === 31 ? -32_768 : 0, 0);
    expect(long.finish()).toMatchObject({
      durationMs: 4,
      channels: [
        [0, 0, 0, 255],
        [0, 0, 0, 0],
      ],
    });
    const short = createOutline(8, 4);
    for (let frame = 0; frame < 2; frame++) short.add(32_767, 0);
    expect(short.finish().channels[0]).toEqual([255, 0, 0, 0]);
    expect(createOutline(0, 2).finish()).toEqual({
      durationMs: 0,
      channels: [
        [0, 0],
        [0, 0],
      ],
      silences: [],
    });
  });

  it('of fewer frames than columns are all there', () => {
    const maker = createOutline(2, 8);
    maker.add(32_767, 0);
    maker.add(0, 32_767);
    expect(maker.finish().channels).toEqual([
      [255, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 255, 0, 0, 0],
    ]);
  });
});

describe('skipping', () => {
  const silences = [[2_000, 4_000], [10_000, 11_200]] as const; // prettier-ignore

  it.each([
    [0, undefined],
    [2.1, undefined],
    [2.25, 3.75],
    [3, 3.75],
    [3.75, undefined],
    [5, undefined],
    [10.3, 10.95],
    [11.1, undefined],
    [12, undefined],
  ])('from %d s goes to %s', (position, to) => {
    expect(skipSilence(silences, position)).toBe(to);
  });

  it('never goes back, never twice, and hears every sound', () => {
    const gaps = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1_001, max: 9_000 })),
      {
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 300_000 }), (lengths, ms) => {
        let at = 0;
        const made = lengths.map(([sound, quiet]): [number, number] => {
          const from = at + sound;
          at = from + quiet;
          return [from, at];
        });
        const to = skipSilence(made, ms / 1_000);
        if (to === undefined) return;
        expect(to).toBeGreaterThan(ms / 1_000);
        expect(skipSilence(made, to)).toBeUndefined();
        expect(made.some(([from, end]) => from <= ms && to * 1_000 <= end)).toBe(true);
      }),
    );
  });

  it('tells how much it saves', () => {
    expect(skippedMs(silences)).toBe(1_500 + 700);
    expect(skippedMs([])).toBe(0);
  });
});
