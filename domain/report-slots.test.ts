import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSlotTable, hoursOfSlot, REPORT_SLOTS, slotOfHour } from './report-slots.ts';

const cell = fc.record({
  localHour: fc.integer({ min: 0, max: 23 }),
  status: fc.constantFrom('busy', 'no-answer', 'message-heard', 'added-later'),
  calls: fc.nat(1000),
  answered: fc.nat(1000),
  talkMs: fc.nat(1_000_000),
});

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

  it('have all rows and columns even without a call', () => {
    const table = buildSlotTable([], ['busy', 'no-answer']);
    expect(table.rows).toHaveLength(14);
    expect(table.rows.every((row) => row.counts['busy'] === 0 && row.total === 0)).toBe(true);
  });

  it('agree with the totals whatever the calls', () => {
    fc.assert(
      fc.property(fc.array(cell), (cells) => {
        const { rows, totals } = buildSlotTable(cells, ['busy', 'no-answer', 'message-heard']);
        const sum = (pick: (row: (typeof rows)[number]) => number) =>
          rows.reduce((n, row) => n + pick(row), 0);
        expect(totals.total).toBe(cells.reduce((n, c) => n + c.calls, 0));
        expect(sum((r) => r.total)).toBe(totals.total);
        expect(sum((r) => r.answered)).toBe(totals.answered);
        expect(sum((r) => r.talkMs)).toBe(totals.talkMs);
        for (const code of Object.keys(totals.counts)) {
          expect(sum((r) => r.counts[code] ?? 0)).toBe(totals.counts[code]);
        }
        for (const row of rows) {
          expect(Object.values(row.counts).reduce((a, b) => a + b, 0)).toBe(row.total);
        }
      }),
    );
  });
});
