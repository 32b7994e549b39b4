import { describe, expect, it } from 'vitest';
import type { CalendarDef } from '../contracts/model/config.ts';
import { longestIntervalMs, workdayScheduleSpec } from './schedule-spec.ts';

const office: CalendarDef = {
  name: 'office',
  zone: 'Europe/Bucharest',
  hours: {
    monday: [
      { from: '09:00', to: '13:00' },
      { from: '14:30', to: '19:00' },
    ],
    tuesday: [{ from: '09:00', to: '13:00' }],
    saturday: [{ from: '10:00', to: '24:00' }],
  },
  holidays: 'ro',
  closedDates: ['2026-12-24', '2031-01-03'],
};

describe('workdayScheduleSpec', () => {
  const spec = workdayScheduleSpec(office, 2026);

  it('has one entry for each opening time, with its weekdays, in the zone of the calendar', () => {
    expect(spec.timezone).toBe('Europe/Bucharest');
    expect(spec.calendars).toEqual([
      { hour: 9, minute: 0, dayOfWeek: ['MONDAY', 'TUESDAY'] },
      { hour: 10, minute: 0, dayOfWeek: ['SATURDAY'] },
      { hour: 14, minute: 30, dayOfWeek: ['MONDAY'] },
    ]);
  });

  it('leaves out the holidays of this year and the next, whole days, and closed dates', () => {
    const skipped = spec.skip ?? [];
    expect(skipped).toContainEqual({
      year: 2026,
      month: 'DECEMBER',
      dayOfMonth: 24,
      hour: '*',
      minute: '*',
      second: '*',
    });
    // Vinerea Mare of 2027 is 30 April.
    expect(skipped).toContainEqual(expect.objectContaining({ year: 2027, month: 'APRIL', dayOfMonth: 30 }));
    expect(skipped.every((one) => one.hour === '*' && one.minute === '*' && one.second === '*')).toBe(true);
    expect(new Set(skipped.map((one) => one.year))).toEqual(new Set([2026, 2027]));
  });

  it('knows no holidays where the calendar has none', () => {
    expect(workdayScheduleSpec({ ...office, holidays: 'none', closedDates: [] }, 2026).skip).toEqual([]);
  });
});

describe('longestIntervalMs', () => {
  it('is the catch-up window: later than that, a run would find the calendar closed', () => {
    expect(longestIntervalMs(office)).toBe(14 * 3_600_000);
    expect(longestIntervalMs({ ...office, hours: {} })).toBe(60_000);
  });
});
