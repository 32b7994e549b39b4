import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from './local-dates.ts';
import { rowKeysOf, ROW_UNITS } from './report-periods.ts';
import { buildTable, totalOf, totalsAgree } from './report-table.ts';

const CODES = ['busy', 'no-answer', 'message-heard'];
const FIRST = '2026-02-20';

const cell = fc.record({
  date: fc.integer({ min: 0, max: 69 }).map((day) => addDays(FIRST, day)),
  localHour: fc.integer({ min: 0, max: 23 }),
  status: fc.constantFrom(...CODES, 'added-later'),
  calls: fc.nat(1000),
  answered: fc.nat(1000),
  talkMs: fc.nat(1_000_000),
});

describe('a table of a report', () => {
  it('has all rows and columns even without a call', () => {
    const range = { from: FIRST, to: FIRST };
    const { rows } = buildTable('slot', rowKeysOf('slot', range), [], CODES);
    expect(rows).toHaveLength(14);
    expect(rows.every((row) => row.counts['busy'] === 0 && row.total === 0)).toBe(true);
  });

  it('agrees with the totals whatever the calls and whatever the rows are', () => {
    const range = { from: FIRST, to: addDays(FIRST, 69) };
    fc.assert(
      fc.property(fc.array(cell), fc.constantFrom(...ROW_UNITS), (cells, by) => {
        const totals = totalOf(cells, CODES);
        const table = buildTable(by, rowKeysOf(by, range), cells, CODES);
        expect(totalsAgree({ tables: [table], totals })).toBe(true);
        expect(totals.total).toBe(cells.reduce((n, c) => n + c.calls, 0));
        for (const row of table.rows) {
          const mine = cells.filter(({ date, localHour }) => {
            const outside = localHour < 7 || localHour >= 20;
            const slot = outside ? 'outside' : `${localHour}-${localHour + 1}`;
            return row.from <= date && date <= row.to && (row.slot === null || row.slot === slot);
          });
          expect(row.total).toBe(mine.reduce((n, c) => n + c.calls, 0));
          expect(row.talkMs).toBe(mine.reduce((n, c) => n + c.talkMs, 0));
        }
      }),
    );
  });

  it('is not made when a call would be lost', () => {
    const keys = rowKeysOf('day', { from: FIRST, to: FIRST });
    const late = { date: addDays(FIRST, 1), status: 'busy', calls: 1, answered: 0, talkMs: 0 };
    expect(() => buildTable('day', keys, [late], CODES)).toThrow('no row');
  });

  it('does not agree when one cell, one row total or the grand total is off by one', () => {
    const cells = [
      { date: FIRST, localHour: 9, status: 'busy', calls: 5, answered: 0, talkMs: 0 },
      { date: FIRST, localHour: 22, status: 'busy', calls: 2, answered: 0, talkMs: 0 },
    ];
    const report = () => ({
      tables: [buildTable('slot', rowKeysOf('slot', { from: FIRST, to: FIRST }), cells, CODES)],
      totals: totalOf(cells, CODES),
    });
    expect(totalsAgree(report())).toBe(true);
    const [off, row, grand, short] = [report(), report(), report(), report()];
    const first = off.tables[0]?.rows[3];
    if (first) first.counts['busy'] = 1;
    const second = row.tables[0]?.rows[4];
    if (second) second.total += 1;
    grand.totals.total += 1;
    short.tables[0]?.rows.pop();
    expect([off, row, grand, short].map(totalsAgree)).toEqual([false, false, false, false]);
  });
});
