import { describe, expect, it } from 'vitest';
import { hoursOfSlot, REPORT_SLOTS, slotOfHour } from './report-slots.ts';

describe('the slots of the daily report', () => {
  it('are 13 from 7-8 to 19-20 and one for the rest', () => {
    expect(REPORT_SLOTS.map((s) => s.slot)).toEqual(
      '7-8 8-9 9-10 10-11 11-12 12-13 13-14 14-15 15-16 16-17 17-18 18-19 19-20 outside'.split(' '),
    );
  });

  it.each([
    [6, 'outside'],
    [7, '7-8'],
    [19, '19-20'],
    [20, 'outside'],
    [0, 'outside'],
  ])('hour %i belongs to %s', (hour, slot) => {
    expect(slotOfHour(hour)).toBe(slot);
  });

  it('share out the hours of a day, each once', () => {
    const hours = REPORT_SLOTS.flatMap(({ slot }) => hoursOfSlot(slot));
    expect(hours.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
    expect(hoursOfSlot('9-10')).toEqual([9]);
    expect(hoursOfSlot('outside')).toContain(20);
  });
});
