import { describe, expect, it } from 'vitest';
import { untilNight } from './keep-screen.ts';
import { shortName } from './short-name.ts';

describe('a screen', () => {
  it('begins anew at the next four in the morning, never twice within an hour', () => {
    const hours = (at: string): number => untilNight(new Date(at)) / 3_600_000;
    expect(hours('2026-11-21T10:00:00')).toBe(18);
    expect(hours('2026-11-22T02:30:00')).toBe(1.5);
    expect(hours('2026-11-22T03:30:00')).toBe(24.5);
    expect(hours('2026-11-22T04:00:00')).toBe(24);
  });

  it('writes names short where there is no room', () => {
    expect(['Popescu Ioana Maria', 'Țuța', ' '].map(shortName)).toEqual([
      ['Popescu', 'I. M.'],
      ['Țuța', ''],
      ['', ''],
    ]);
  });
});
