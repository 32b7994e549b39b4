import { describe, expect, it } from 'vitest';
import { rangeWords, rowWords } from './report-words.ts';

describe('the words of reports', () => {
  it.each([
    ['2018-03-29', '2018-03-29', '29 martie 2018'],
    ['2026-11-01', '2026-11-30', 'noiembrie 2026'],
    ['2026-01-01', '2026-12-31', '2026'],
    ['2026-11-01', '2026-11-21', '1 – 21 noiembrie 2026'],
    ['2026-10-26', '2026-11-01', '26 octombrie – 1 noiembrie 2026'],
    ['2025-12-29', '2026-01-04', '29 decembrie 2025 – 4 ianuarie 2026'],
  ])('a range from %s to %s is %s', (from, to, words) => {
    expect(rangeWords('ro', from, to)).toBe(words);
  });

  it.each([
    ['monthly', '2026-11-09', '2026-11-15', 'A treia săptămână', '09.11.2026 – 15.11.2026', '09–15.11'],
    ['monthly', '2026-11-01', '2026-11-01', 'Prima săptămână', '01.11.2026', '01.11'],
    ['interval', '2026-11-30', '2026-12-06', '30.11.2026 – 06.12.2026', undefined, '30.11–06.12'],
  ] as const)('a week of the %s report from %s to %s is %s', (report, from, to, name, days, short) => {
    const row = { from, to, slot: null };
    expect(rowWords('ro', { report, by: 'week' }, row)).toEqual({ name, days, short });
  });
});
