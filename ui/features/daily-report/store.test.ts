import { describe, expect, it } from 'vitest';
import type { DailyReport } from '../../../contracts/http/reports.ts';
import { ApiError } from '../../api/problem.ts';
import { daily } from '../../dev/fixtures.ts';
import { createDailyStore, dailyAddress, parseDaily, peakRow, stack, totalsAgree } from './store.ts';

const none = { kind: null, campaign: null, list: null };
const report = (date = '2026-11-20'): DailyReport => daily(date, 1, Date.parse('2026-11-21T10:00:00Z'), none);

describe('totals', () => {
  it('agree in a report that adds up', () => {
    expect(totalsAgree(report())).toBe(true);
  });

  it('do not agree when one cell, one row total or the grand total is off by one', () => {
    const cell = report();
    const row = cell.rows[3];
    if (row) row.counts['busy'] = (row.counts['busy'] ?? 0) + 1;
    const rowTotal = report();
    if (rowTotal.rows[4]) rowTotal.rows[4].total += 1;
    const grand = report();
    grand.totals.total += 1;
    expect([cell, rowTotal, grand].map(totalsAgree)).toEqual([false, false, false]);
  });

  it('do not agree when the row outside the interval is missing', () => {
    const short = report();
    expect(totalsAgree({ ...short, rows: short.rows.slice(0, 13) })).toBe(false);
  });
});

describe('chart', () => {
  it('stacks from the bottom; the last visible edge is the row total, a hidden status takes no room', () => {
    const rows = report().rows.slice(0, 13);
    const codes = report().statuses.map(({ code }) => code);
    const all = stack(rows, codes, new Set());
    expect(all.at(-1)).toEqual(rows.map((row) => row.total));
    const without = stack(rows, codes, new Set(['busy']));
    expect(without.at(-1)).toEqual(rows.map((row) => row.total - (row.counts['busy'] ?? 0)));
  });

  it('the fullest hour of an empty day is none', () => {
    expect(peakRow(daily('2026-11-20', 0, 0, none).rows)).toBeUndefined();
  });
});

describe('address', () => {
  it('goes there and back', () => {
    const filter = { date: '2026-11-20', kind: 'robot', campaign: 'oradea' } as const;
    const query = Object.fromEntries(new URL(dailyAddress(filter), 'http://x').searchParams);
    expect(parseDaily(query, '2026-11-21')).toEqual(filter);
  });

  it('a day that is none is today', () => {
    expect(parseDaily({ data: '2026-02-31', tip: 'x' }, '2026-11-21')).toEqual({ date: '2026-11-21' });
  });
});

describe('store', () => {
  it('keeps the old figures, marked old, when renewing fails', async () => {
    let fail = false;
    const store = createDailyStore({
      today: '2026-11-20',
      api: { daily: async ({ date }) => (fail ? Promise.reject(new ApiError('network')) : report(date)) },
    });
    await store.show({ date: '2026-11-20' });
    fail = true;
    await store.report.reload();
    expect(store.report.stale.value).toBe(true);
    expect(store.report.data.value?.date).toBe('2026-11-20');
    fail = false;
    await store.report.reload();
    expect(store.report.stale.value).toBe(false);
  });

  it('an answer for the day before, which arrives late, is dropped', async () => {
    const answers: (() => void)[] = [];
    const store = createDailyStore({
      today: '2026-11-20',
      api: { daily: ({ date }) => new Promise((resolve) => answers.push(() => resolve(report(date)))) },
    });
    const first = store.show({ date: '2026-11-19' });
    const second = store.show({ date: '2026-11-20' });
    answers[1]?.();
    answers[0]?.();
    await Promise.all([first, second]);
    expect(store.report.data.value?.date).toBe('2026-11-20');
  });
});
