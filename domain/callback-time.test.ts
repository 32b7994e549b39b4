import { describe, expect, it } from 'vitest';
import { callbackInstant, isTwice } from './callback-time.ts';

const ZONE = 'Europe/Bucharest';
const at = (local: string, fold?: 0 | 1) => callbackInstant(ZONE, local, fold)?.toISOString();

describe('callbackInstant', () => {
  it('is the time on the customer’s clock, in winter and in summer', () => {
    expect(at('2026-11-23T10:00')).toBe('2026-11-23T08:00:00.000Z');
    expect(at('2026-07-01T10:00')).toBe('2026-07-01T07:00:00.000Z');
  });

  it('knows both 03:30 of the night of 25 hours', () => {
    expect(isTwice(ZONE, '2026-10-25T03:30')).toBe(true);
    expect(at('2026-10-25T03:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(at('2026-10-25T03:30', 1)).toBe('2026-10-25T01:30:00.000Z');
    expect(isTwice(ZONE, '2026-10-25T04:00')).toBe(false);
  });

  it('goes on an hour later in the night of 23 hours, whichever fold was sent', () => {
    expect(isTwice(ZONE, '2026-03-29T03:30')).toBe(false);
    expect(at('2026-03-29T03:30')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('2026-03-29T03:30', 1)).toBe('2026-03-29T01:30:00.000Z');
    expect(at('2026-11-23T10:00', 1)).toBe('2026-11-23T08:00:00.000Z');
  });

  it('refuses what is no date', () => {
    expect(at('2026-02-30T10:00')).toBeUndefined();
    expect(at('mâine')).toBeUndefined();
    expect(isTwice(ZONE, '2026-02-30T10:00')).toBe(false);
  });
});
