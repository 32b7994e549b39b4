import { describe, expect, it } from 'vitest';
import type { SoundOutline } from '../../domain/sound-outline.ts';
import { createOutlines } from './outlines.ts';

const OUTLINE: SoundOutline = { durationMs: 1, channels: [[], []], silences: [] };

/** Reckonings that end when they are told to. */
function slow() {
  const running: { path: string; end: (outcome?: Error) => void }[] = [];
  const reckon = (path: string): Promise<SoundOutline> =>
    new Promise((resolve, reject) => {
      running.push({ path, end: (error) => (error ? reject(error) : resolve(OUTLINE)) });
    });
  return { running, reckon };
}

const file = (name: string) => ({ etag: name, path: name, durationMs: 1 });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('outlines', () => {
  it('of one file are reckoned once, for all who ask', async () => {
    const { running, reckon } = slow();
    const outlines = createOutlines(reckon, 60_000);
    const asked = [outlines.find(file('a')), outlines.find(file('a'))];
    await settle();
    expect(running).toHaveLength(1);
    running[0]?.end();
    expect(await Promise.all(asked)).toEqual([OUTLINE, OUTLINE]);
    expect(await outlines.find(file('a'))).toEqual(OUTLINE);
    expect(running).toHaveLength(1);
  });

  it('are two at a time; the others wait, and too many are turned away', async () => {
    const { running, reckon } = slow();
    const outlines = createOutlines(reckon, 0);
    for (let n = 0; n < 52; n++) expect(await outlines.find(file(`f${n}`))).toBe('working');
    expect(running.map(({ path }) => path)).toEqual(['f0', 'f1']);
    expect(await outlines.find(file('one too many'))).toBe('busy');
    running[0]?.end();
    await settle();
    expect(running.at(-1)?.path).toBe('f2');
    expect(await outlines.find(file('one more'))).toBe('working');
  });

  it('that failed are tried again', async () => {
    const { running, reckon } = slow();
    const outlines = createOutlines(reckon, 60_000);
    const first = outlines.find(file('a'));
    await settle();
    running[0]?.end(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await settle();
    const second = outlines.find(file('a'));
    await settle();
    running[1]?.end();
    expect(await second).toEqual(OUTLINE);
  });
});
