import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, weekdayIndex } from './local-dates.ts';
import {
  anchorOf,
  nearestMonths,
  periodAround,
  presetRange,
  rowKeysOf,
  rowUnitOf,
  ROW_UNITS,
  shiftRange,
  weekOfMonth,
  type DateRange,
} from './report-periods.ts';

const text = ({ from, to }: DateRange): string => `${from} ${to}`;
const date = fc.integer({ min: 0, max: 20_000 }).map((day) => addDays('1990-01-01', day));

describe('periods', () => {
  it.each([
    ['daily', '2018-03-29', '2018-03-29 2018-03-29'],
    ['weekly', '2026-11-16', '2026-11-16 2026-11-22'],
    ['weekly', '2026-11-22', '2026-11-16 2026-11-22'],
    ['weekly', '2027-01-01', '2026-12-28 2027-01-03'],
    ['monthly', '2024-02-10', '2024-02-01 2024-02-29'],
    ['monthly', '2026-02-10', '2026-02-01 2026-02-28'],
    ['yearly', '2026-11-22', '2026-01-01 2026-12-31'],
  ] as const)('%s around %s', (report, day, range) => {
    expect(text(periodAround(report, day))).toBe(range);
  });

  it.each([
    ['2026-01-01', '2026-12-31', '2026-01-01 2026-12-31'],
    ['2026-01-02', '2026-12-30', '2026-01-01 2026-12-31'],
    ['2026-01-20', '2026-12-10', '2026-02-01 2026-11-30'],
    ['2026-02-08', '2026-02-28', '2026-02-01 2026-02-28'],
    ['2026-02-08', '2026-02-20', null],
    ['2026-02-20', '2026-03-10', null],
    ['2026-01-31', '2026-02-01', null],
    ['2026-02-01', '2026-02-01', null],
  ])('from %s to %s is nearest to %s', (from, to, months) => {
    const nearest = nearestMonths({ from, to });
    expect(nearest && text(nearest)).toBe(months);
  });

  it('are at most half a month from the nearest months at each end', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 45, max: 900 }), (from, days) => {
        const to = addDays(from, days);
        const months = nearestMonths({ from, to });
        expect(months?.from.slice(-2)).toBe('01');
        expect(addDays(months?.to ?? '', 1).slice(-2)).toBe('01');
        for (const [one, other] of [
          [from, months?.from],
          [to, months?.to],
        ]) {
          const [first = '', second = ''] = [one ?? '', other ?? ''].toSorted();
          expect(daysBetween(first, second) - 1).toBeLessThanOrEqual(15);
        }
      }),
    );
  });

  it('move by a whole month or year, else by as many days', () => {
    expect(text(shiftRange({ from: '2026-03-01', to: '2026-03-31' }, -1))).toBe('2026-02-01 2026-02-28');
    expect(text(shiftRange({ from: '2026-02-01', to: '2026-02-28' }, 1))).toBe('2026-03-01 2026-03-31');
    expect(text(shiftRange({ from: '2024-01-01', to: '2024-12-31' }, 1))).toBe('2025-01-01 2025-12-31');
    expect(text(shiftRange({ from: '2026-11-16', to: '2026-11-22' }, -1))).toBe('2026-11-09 2026-11-15');
    expect(text(shiftRange({ from: '2026-11-20', to: '2026-11-21' }, 1))).toBe('2026-11-22 2026-11-23');
  });

  it.each([
    ['today', '2026-11-22 2026-11-22'],
    ['yesterday', '2026-11-21 2026-11-21'],
    ['this-week', '2026-11-16 2026-11-22'],
    ['last-week', '2026-11-09 2026-11-15'],
    ['this-month', '2026-11-01 2026-11-30'],
    ['last-month', '2026-10-01 2026-10-31'],
    ['this-year', '2026-01-01 2026-12-31'],
  ] as const)('%s, on a Sunday', (preset, range) => {
    expect(text(presetRange(preset, '2026-11-22'))).toBe(range);
  });

  it('another report opens on today where today is shown', () => {
    expect(anchorOf({ from: '2026-01-01', to: '2026-12-31' }, '2026-11-22')).toBe('2026-11-22');
    expect(anchorOf({ from: '2025-01-01', to: '2025-12-31' }, '2026-11-22')).toBe('2025-01-01');
  });
});

describe('weeks of a month', () => {
  it.each([
    // A month that begins on a Sunday: its first week is one day; a February of exactly four weeks.
    ['2026-11', '1-1 2-8 9-15 16-22 23-29 30-30'],
    ['2027-02', '1-7 8-14 15-21 22-28'],
    ['2026-10', '1-4 5-11 12-18 19-25 26-31'],
  ])('of %s are clipped to it', (month, weeks) => {
    const rows = rowKeysOf('week', periodAround('monthly', `${month}-15`));
    expect(rows.map(({ from, to }) => `${Number(from.slice(8))}-${Number(to.slice(8))}`).join(' ')).toBe(
      weeks,
    );
    expect(rows.map(({ from }) => weekOfMonth(from))).toEqual(rows.map((_, index) => index));
    expect(rows.map(({ to }) => weekOfMonth(to))).toEqual(rows.map((_, index) => index));
  });
});

describe('rows', () => {
  it('share out the days and hours of any range, each once and in order', () => {
    fc.assert(
      fc.property(date, fc.nat(500), fc.constantFrom(...ROW_UNITS), (from, days, unit) => {
        const range = { from, to: addDays(from, days) };
        const rows = rowKeysOf(unit, range);
        const slots = unit === 'slot' || unit === 'day-slot';
        const shared = rows.filter(({ slot }) => slot === null || slot === '9-10');
        expect(shared.reduce((sum, row) => sum + daysBetween(row.from, row.to), 0)).toBe(days + 1);
        expect(shared[0]?.from).toBe(range.from);
        expect(shared.at(-1)?.to).toBe(range.to);
        expect(rows.length).toBe(slots ? shared.length * 14 : shared.length);
        for (const [index, row] of shared.slice(1).entries()) {
          expect(row.from).toBe(addDays(shared[index]?.to ?? '', 1));
          if (unit === 'week') expect(weekdayIndex(row.from)).toBe(0);
          if (unit === 'month') expect(row.from.slice(8)).toBe('01');
        }
      }),
    );
  });

  it('of an interval stay as many as people read', () => {
    const unit = (to: string) => rowUnitOf('interval', { from: '2026-01-01', to });
    expect(['2026-01-01', '2026-03-03', '2026-03-04', '2027-02-04', '2027-02-05'].map(unit)).toEqual([
      'day',
      'day',
      'week',
      'week',
      'month',
    ]);
  });
});
