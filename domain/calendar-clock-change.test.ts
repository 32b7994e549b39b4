import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS, type CalendarDef } from '../contracts/model/config.ts';
import {
  clockChanges,
  localDayBounds,
  localTime,
  nextOpening,
  openIntervalAt,
  openingsOn,
} from './calendar.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Whole-hour offsets, on both halves of the globe; the Azores change at midnight, Cairo skips one. */
const ZONES = [
  'Europe/Bucharest',
  'Europe/Lisbon',
  'America/New_York',
  'America/Santiago',
  'Atlantic/Azores',
  'Africa/Cairo',
  'Australia/Sydney',
  'Asia/Tokyo',
] as const;

function daily(zone: string, from: string, to: string): CalendarDef {
  const hours = Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from, to }]]));
  return { name: 'test', zone, hours, holidays: 'none' };
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const changesOf = (zone: string) =>
  clockChanges(zone, new Date('2026-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z'));

/** Hours around a clock change of 2026 (or around 1 June, where there is none). */
const around = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    which: fc.nat({ max: 1 }),
    offset: fc.integer({ min: -30 * 60, max: 30 * 60 }),
    a: fc.nat({ max: 1_440 }),
    b: fc.nat({ max: 1_440 }),
  })
  .filter(({ a, b }) => a !== b)
  .map(({ zone, which, offset, a, b }) => {
    const change = changesOf(zone)[which] ?? new Date('2026-06-01T00:00:00Z');
    const [from, to] = [clock(Math.min(a, b)), clock(Math.max(a, b))];
    return { zone, from, to, at: new Date(change.getTime() + offset * MINUTE_MS) };
  });

describe('clockChanges', () => {
  it('finds both of Romania in 2026, and none where there are none', () => {
    expect(changesOf('Europe/Bucharest').map((at) => at.toISOString())).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
    ]);
    expect(changesOf('Asia/Tokyo')).toEqual([]);
  });
});

describe('a calendar around clock changes, in any zone of whole hours', () => {
  it('is never open when the wall says closed', () => {
    fc.assert(
      fc.property(around, ({ zone, from, to, at }) => {
        const wall = localTime(zone, at);
        if (openIntervalAt(daily(zone, from, to), at)) expect(wall >= from && wall < to).toBe(true);
      }),
      { numRuns: 800 },
    );
  });

  it('is closed inside its hours only in an hour that comes twice', () => {
    fc.assert(
      fc.property(around, ({ zone, from, to, at }) => {
        const wall = localTime(zone, at);
        if (wall < from || wall >= to || openIntervalAt(daily(zone, from, to), at)) return;
        // The same wall time an hour away: a doubled hour, of which one half is used at most.
        const twin = [at.getTime() - HOUR_MS, at.getTime() + HOUR_MS].map((ms) =>
          localTime(zone, new Date(ms)),
        );
        expect(twin).toContain(wall);
      }),
      { numRuns: 800 },
    );
  });

  it('opens every day that has any of its hours, once, and never overlaps itself', () => {
    fc.assert(
      fc.property(around, ({ zone, from, to, at }) => {
        const calendar = daily(zone, from, to);
        const openings = openingsOn(calendar, at);
        expect(openings.length).toBeLessThanOrEqual(1);
        const day = localDayBounds(zone, openDay(zone, at));
        let minutes = 0;
        for (let t = day.from.getTime(); t < day.to.getTime(); t += MINUTE_MS) {
          const wall = localTime(zone, new Date(t));
          if (wall >= from && wall < to) minutes += 1;
        }
        expect(openings.length).toBe(minutes > 0 ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [
      '29 March, 02:00-04:00: one hour of it exists',
      '2026-03-28T22:00Z',
      '02:00',
      '04:00',
      ['00:00', '01:00'],
    ],
    ['29 March, 03:00-04:00: none of it exists', '2026-03-28T22:00Z', '03:00', '04:00', undefined],
    ['29 March, 03:30-05:00: from the change on', '2026-03-28T22:00Z', '03:30', '05:00', ['01:00', '02:00']],
    ['25 October, 02:00-04:00: three hours', '2026-10-24T21:00Z', '02:00', '04:00', ['23:00', '02:00']],
    [
      '25 October, 02:00-03:30: until the first 03:30',
      '2026-10-24T21:00Z',
      '02:00',
      '03:30',
      ['23:00', '00:30'],
    ],
    [
      '25 October, 03:30-05:00: from the second 03:30',
      '2026-10-24T21:00Z',
      '03:30',
      '05:00',
      ['01:30', '03:00'],
    ],
    [
      '25 October, 03:10-03:50: in the second hour',
      '2026-10-24T21:00Z',
      '03:10',
      '03:50',
      ['01:10', '01:50'],
    ],
  ])('%s', (_name, midnight, from, to, expected) => {
    const [opening] = openingsOn(daily('Europe/Bucharest', from, to), new Date(midnight));
    const iso = opening && [opening.opensAt, opening.closesAt].map((at) => at.toISOString().slice(11, 16));
    expect(iso).toEqual(expected);
  });

  it('finds the next opening from inside the hour that comes twice', () => {
    const night = daily('Europe/Bucharest', '03:30', '05:00');
    expect(nextOpening(night, new Date('2026-10-25T00:30:00Z'))?.opensAt.toISOString()).toBe(
      '2026-10-25T01:30:00.000Z',
    );
  });
});

function openDay(zone: string, at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
}
