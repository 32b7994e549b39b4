import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/problem.ts';
import { createReportStore } from './report-store.ts';
import { peakRow, stack } from './stack.ts';

const row = (busy: number, success: number) => ({ counts: { busy, success }, total: busy + success });

describe('the chart of a report', () => {
  it('stacks from the bottom; the last visible edge is the row total, a hidden status takes no room', () => {
    const rows = [row(1, 2), row(0, 5), row(3, 0)];
    const codes = ['busy', 'success'];
    expect(stack(rows, codes, new Set())).toEqual([
      [1, 0, 3],
      [3, 5, 3],
    ]);
    expect(stack(rows, codes, new Set(['busy'])).at(-1)).toEqual([2, 5, 0]);
  });

  it('has no fullest row without calls', () => {
    expect(peakRow([row(0, 0), row(0, 0)])).toBeUndefined();
    expect(peakRow([row(0, 1), row(2, 2), row(4, 0)])).toEqual(row(2, 2));
  });
});

describe('the store of a report', () => {
  it('keeps the old figures, marked old, when renewing fails', async () => {
    let fail = false;
    const store = createReportStore(async (day: string) => {
      if (fail) throw new ApiError('network');
      return day;
    });
    await store.show('2026-11-20');
    fail = true;
    await store.report.reload();
    expect(store.report.stale.value).toBe(true);
    expect(store.report.data.value).toBe('2026-11-20');
    fail = false;
    await store.report.reload();
    expect(store.report.stale.value).toBe(false);
  });

  it('drops an answer for the day before that arrives late; another day is shown whole', async () => {
    const answers: (() => void)[] = [];
    const store = createReportStore(
      (day: string) => new Promise<string>((resolve) => answers.push(() => resolve(day))),
    );
    const first = store.show('2026-11-19');
    store.view.setZoom({ first: 2, last: 3 });
    const second = store.show('2026-11-20');
    answers[1]?.();
    answers[0]?.();
    await Promise.all([first, second]);
    expect(store.report.data.value).toBe('2026-11-20');
    expect(store.view.zoom.value).toBeUndefined();
  });
});
