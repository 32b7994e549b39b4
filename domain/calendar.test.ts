import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS, type CalendarDef, type LocalInterval } from '../contracts/model/config.ts';
import { localDay, localDayBounds, nextLocalDay, nextOpening, openIntervalAt } from './calendar.ts';
import { isRomanianHoliday, orthodoxEaster } from './holidays.ro.ts';

const ZONE = 'Europe/Bucharest';

function calendar(daily: readonly LocalInterval[], more: Partial<CalendarDef> = {}): CalendarDef {
  const hours = Object.fromEntries(WEEKDAYS.map((day) => [day, daily]));
  return { name: 'test', zone: ZONE, hours, holidays: 'none', ...more };
}

const utc = (text: string) => new Date(`${text}Z`);
const iso = (interval: { opensAt: Date; closesAt: Date } | undefined) =>
  interval && [interval.opensAt.toISOString().slice(0, 16), interval.closesAt.toISOString().slice(0, 16)];

describe('a calendar', () => {
  const split = calendar([
    { from: '09:00', to: '12:00' },
    { from: '14:00', to: '18:30' },
  ]);

  it.each([
    ['2026-11-23T06:59:59', undefined],
    ['2026-11-23T07:00', ['2026-11-23T07:00', '2026-11-23T10:00']],
    ['2026-11-23T10:00', undefined],
    ['2026-11-23T16:29:59', ['2026-11-23T12:00', '2026-11-23T16:30']],
    ['2026-07-01T06:00', ['2026-07-01T06:00', '2026-07-01T09:00']],
  ])('at %s UTC is in %j', (at, expected) => {
    expect(iso(openIntervalAt(split, utc(at)))).toEqual(expected);
  });

  it('names the next opening, the same afternoon or after a long weekend', () => {
    expect(iso(nextOpening(split, utc('2026-11-23T07:00')))?.[0]).toBe('2026-11-23T12:00');
    const office: CalendarDef = {
      name: 'office',
      zone: ZONE,
      hours: { friday: [{ from: '09:00', to: '17:00' }], monday: [{ from: '09:00', to: '17:00' }] },
      holidays: 'ro',
    };
    // Good Friday 10 April and Easter Monday 13 April 2026 are closed.
    expect(iso(nextOpening(office, utc('2026-04-07T00:00')))?.[0]).toBe('2026-04-17T06:00');
  });

  it('that is never open has no next opening', () => {
    expect(nextOpening(calendar([]), utc('2026-01-01T00:00'))).toBeUndefined();
  });

  it('is closed on the dates the site names', () => {
    const closed = calendar([{ from: '00:00', to: '24:00' }], { closedDates: ['2026-11-23'] });
    expect(openIntervalAt(closed, utc('2026-11-23T12:00'))).toBeUndefined();
    expect(iso(nextOpening(closed, utc('2026-11-23T12:00')))?.[0]).toBe('2026-11-23T22:00');
  });

  it('that is always open has days of 23 and 25 hours', () => {
    const always = calendar([{ from: '00:00', to: '24:00' }]);
    expect(iso(openIntervalAt(always, utc('2026-03-29T12:00')))).toEqual([
      '2026-03-28T22:00',
      '2026-03-29T21:00',
    ]);
    expect(iso(openIntervalAt(always, utc('2026-10-25T12:00')))).toEqual([
      '2026-10-24T21:00',
      '2026-10-25T22:00',
    ]);
  });

  it.each([
    [
      'opening in the missing hour opens at the change',
      '03:30',
      '08:00',
      '2026-03-29T02:00',
      '2026-03-29T01:00',
    ],
    [
      'opening in the doubled hour takes the second',
      '03:30',
      '08:00',
      '2026-10-25T02:00',
      '2026-10-25T01:30',
    ],
  ])('%s', (_name, from, to, at, opensAt) => {
    expect(iso(openIntervalAt(calendar([{ from, to }]), utc(at)))?.[0]).toBe(opensAt);
  });

  it('does not open in an hour that does not exist', () => {
    const gap = calendar([{ from: '03:10', to: '03:50' }]);
    expect(iso(nextOpening(gap, utc('2026-03-28T22:00')))?.[0]).toBe('2026-03-30T00:10');
  });

  it('is open only when the wall clock is inside its hours, at any minute of the days around a change', () => {
    const minutes = fc.integer({ min: 0, max: 6 * 60 });
    const time = (m: number) =>
      `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
    fc.assert(
      fc.property(
        minutes,
        minutes,
        fc.constantFrom('2026-03-29', '2026-10-25'),
        minutes,
        (a, b, day, offset) => {
          fc.pre(a !== b);
          const hours = { from: time(Math.min(a, b)), to: time(Math.max(a, b)) };
          const at = new Date(localDayBounds(ZONE, day).from.getTime() + offset * 60_000);
          const wall = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, timeStyle: 'short' }).format(at);
          const open = openIntervalAt(calendar([hours]), at);
          if (open) expect(wall >= hours.from && wall < hours.to).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('opens next where it is open: the two functions agree', () => {
    const instant = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }).map((ms) => new Date(ms));
    fc.assert(
      fc.property(instant, (at) => {
        const next = nextOpening(split, at);
        expect(next !== undefined && next.opensAt > at).toBe(true);
        expect(openIntervalAt(split, next!.opensAt)).toEqual(next);
        expect(openIntervalAt(split, next!.closesAt)).not.toEqual(next);
      }),
      { numRuns: 300 },
    );
  });
});

describe('local days', () => {
  it('begin at local midnight, whatever their length', () => {
    expect(localDay(ZONE, utc('2026-10-24T20:59:59'))).toBe('2026-10-24');
    expect(localDay(ZONE, utc('2026-10-24T21:00'))).toBe('2026-10-25');
    expect(nextLocalDay(ZONE, utc('2026-10-25T10:00')).toISOString()).toBe('2026-10-25T22:00:00.000Z');
  });
});

describe('Romanian holidays', () => {
  it.each([
    [2019, '2019-04-28'],
    [2024, '2024-05-05'],
    [2025, '2025-04-20'],
    [2026, '2026-04-12'],
    [2027, '2027-05-02'],
    [2028, '2028-04-16'],
    [2030, '2030-04-28'],
  ])('Orthodox Easter of %i is on %s', (year, date) => {
    expect(orthodoxEaster(year)).toBe(date);
  });

  it('are those of the law in 2026, when the Monday of Rusalii is 1 June', () => {
    const days = Array.from({ length: 365 }, (_, i) =>
      new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
    );
    const winter = '2026-01-01 2026-01-02 2026-01-06 2026-01-07 2026-01-24';
    const spring = '2026-04-10 2026-04-12 2026-04-13 2026-05-01 2026-05-31 2026-06-01';
    const rest = '2026-08-15 2026-11-30 2026-12-01 2026-12-25 2026-12-26';
    expect(days.filter(isRomanianHoliday).join(' ')).toBe(`${winter} ${spring} ${rest}`);
  });
});
