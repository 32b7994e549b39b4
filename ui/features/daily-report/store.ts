/**
 * Raport zilnic: one day, by hour and status.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { DailyReport, DailyReportRow } from '../../../contracts/http/reports.ts';
import { CALL_KINDS, type CallKind } from '../../../contracts/model/call.ts';
import { search, type Api } from '../../api/client.ts';
import { isLocalDate } from '../../i18n/format.ts';
import { listId } from '../calls/filters.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

export interface DailyFilter {
  date: string;
  kind?: CallKind;
  campaign?: string;
  /** Id of a list. */
  list?: number;
}

export interface DailyStore {
  report: Resource<DailyReport>;
  filter: ReadonlySignal<DailyFilter>;
  /** Statuses hidden in the chart by a click on the legend. */
  hidden: ReadonlySignal<ReadonlySet<string>>;
  /** Columns that no call of the day has are shown too. */
  allColumns: ReadonlySignal<boolean>;
  /** Old figures stay until the new day's are here, when only a filter changed they belong to another question: they go. */
  show: (filter: DailyFilter) => Promise<void>;
  toggle: (code: string) => void;
  showAll: () => void;
  toggleColumns: () => void;
  dispose: () => void;
}

export function createDailyStore(deps: { api: Pick<Api, 'daily'>; today: string }): DailyStore {
  const filter = signal<DailyFilter>({ date: deps.today });
  const hidden = signal<ReadonlySet<string>>(new Set());
  const allColumns = signal(false);
  const report = createResource((abort) => deps.api.daily(filter.peek(), abort));

  return {
    report,
    filter,
    hidden,
    allColumns,
    show: async (next) => {
      filter.value = next;
      report.clear();
      await report.reload();
    },
    toggle: (code) => {
      const next = new Set(hidden.peek());
      if (!next.delete(code)) next.add(code);
      hidden.value = next;
    },
    showAll: () => {
      hidden.value = new Set();
    },
    toggleColumns: () => {
      allColumns.value = !allColumns.peek();
    },
    dispose: report.dispose,
  };
}

/** Reads `?data=2026-11-20&tip=robot&campanie=oradea`; a day that is none becomes today. */
export function parseDaily(query: Readonly<Record<string, string | undefined>>, today: string): DailyFilter {
  const kind = CALL_KINDS.find((name) => name === query['tip']);
  const list = listId(query['lista']);
  return {
    date: isLocalDate(query['data']) ? query['data'] : today,
    ...(kind === undefined ? {} : { kind }),
    ...(query['campanie'] ? { campaign: query['campanie'] } : {}),
    ...(list === undefined ? {} : { list }),
  };
}

export function dailyAddress(filter: DailyFilter): string {
  return `/rapoarte/zilnic${search({ data: filter.date, tip: filter.kind, campanie: filter.campaign, lista: filter.list })}`;
}

/**
 * Whether each column is the sum of its rows and each row's total (the last row's too, which makes the grand total) the
 * sum of its cells. A report that does not agree must say so.
 */
export function totalsAgree(report: Pick<DailyReport, 'rows' | 'totals'>): boolean {
  const codes = new Set([report.totals, ...report.rows].flatMap((sums) => Object.keys(sums.counts)));
  const columnsAgree = [...codes].every(
    (code) => sum(report.rows, (row) => row.counts[code] ?? 0) === (report.totals.counts[code] ?? 0),
  );
  const rowsAgree = [...report.rows, report.totals].every(
    (row) => sum(Object.values(row.counts), (calls) => calls) === row.total,
  );
  return columnsAgree && rowsAgree;
}

/** The hour with the most calls; undefined on an empty day. */
export function peakRow(rows: readonly DailyReportRow[]): DailyReportRow | undefined {
  return rows.reduce<DailyReportRow | undefined>(
    (best, row) => (row.total > (best?.total ?? 0) ? row : best),
    undefined,
  );
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** Columns stacked from the bottom: for each status the upper edges, per row. Hidden ones take no room. */
export function stack(
  rows: readonly DailyReportRow[],
  codes: readonly string[],
  hidden: ReadonlySet<string>,
): number[][] {
  const tops = rows.map(() => 0);
  return codes.map((code) =>
    rows.map((row, index) => {
      const top = (tops[index] ?? 0) + (hidden.has(code) ? 0 : (row.counts[code] ?? 0));
      tops[index] = top;
      return top;
    }),
  );
}
