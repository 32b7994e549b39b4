import { describe, expect, it } from 'vitest';
import { parseFilter } from '../calls/filters.ts';
import { cellAddress, parseReport, reportAddress } from './filter.ts';

const TODAY = '2026-11-22';
const queryOf = (address: string) => Object.fromEntries(new URL(address, 'http://x').searchParams);

describe('the address of a report', () => {
  it('goes there and back', () => {
    const filter = {
      from: '2026-11-16',
      to: '2026-11-22',
      kind: 'inbound',
      campaign: 'oradea',
      list: 7,
      status: 'busy',
    } as const;
    const address = reportAddress('/rapoarte/generic', filter);
    expect(address).toBe(
      '/rapoarte/generic?de=2026-11-16&pana=2026-11-22&tip=inbound&campanie=oradea&lista=7&status=busy',
    );
    expect(parseReport(queryOf(address), 'interval', TODAY)).toEqual(filter);
  });

  it.each([
    ['daily', {}, '2026-11-22', '2026-11-22'],
    ['weekly', {}, '2026-11-16', '2026-11-22'],
    ['monthly', { luna: '2026-02' }, '2026-02-01', '2026-02-28'],
    ['yearly', { an: '2025' }, '2025-01-01', '2025-12-31'],
    ['weekly', { saptamana: '2026-11-11' }, '2026-11-09', '2026-11-15'],
    ['weekly', { de: '2026-11-11', pana: '2026-12-31' }, '2026-11-09', '2026-11-15'],
    ['daily', { data: '2018-03-29' }, '2018-03-29', '2018-03-29'],
    ['interval', { de: '2026-11-16', pana: '2026-11-15' }, '2026-11-16', '2026-11-16'],
    ['interval', { de: '2026-02-31', tip: 'x', lista: '-1' }, '2026-11-01', '2026-11-30'],
    ['interval', { de: '1990-01-01', pana: '2026-01-01' }, '1990-01-01', '1990-01-01'],
  ] as const)('of the %s report, asked for %j, is %s to %s', (report, query, from, to) => {
    expect(parseReport(query, report, TODAY)).toEqual({ from, to });
  });
});

describe('the calls behind a cell', () => {
  it('are asked for with all that the cell is told apart by', () => {
    const filters = { kind: 'dialed', campaign: 'oradea', list: 7, status: null } as const;
    const row = { from: '2026-11-16', to: '2026-11-22', slot: 'outside' } as const;
    expect(parseFilter(queryOf(cellAddress(filters, row, { status: 'busy' })))).toEqual({
      ...row,
      campaign: 'oradea',
      list: 7,
      kind: 'dialed',
      status: 'busy',
      state: 'counted',
    });
    const total = { ...filters, kind: 'all', status: 'declined' } as const;
    expect(parseFilter(queryOf(cellAddress(total, { from: row.from, to: row.to }, {})))).toEqual({
      from: row.from,
      to: row.to,
      campaign: 'oradea',
      list: 7,
      status: 'declined',
      state: 'counted',
    });
  });
});
