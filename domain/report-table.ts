/**
 * Sums in rows and columns of statuses. Every cell lands in exactly one row, so that each column's total is the sum of its rows.
 * @module
 */
import { dayNumber } from './local-dates.ts';
import type { ReportRowKey, RowUnit } from './report-periods.ts';
import { slotOfHour, type SlotName } from './report-slots.ts';

/** Sums of one status in one place of the report. */
export interface StatusCell {
  status: string;
  calls: number;
  answered: number;
  talkMs: number;
}

/** Where a cell lies: what the report does not tell apart is left out. */
export interface ReportCell extends StatusCell {
  /** Local day. */
  date?: string;
  /** 0 to 23; may come twice (the night of 25 hours). */
  localHour?: number;
}

export interface ReportSums {
  /** Status code -> calls; every status asked for has an entry. */
  counts: Record<string, number>;
  /** Sum of `counts`. */
  total: number;
  /** Of the total, those that somebody or something answered. */
  answered: number;
  talkMs: number;
}

export interface ReportTable {
  by: RowUnit;
  rows: (ReportRowKey & ReportSums)[];
}

/**
 * Sorts cells into the rows of `keys`.
 * @param codes the columns; a cell of another status still counts and gets its own entry
 * @throws when a cell lies in no row: a report that loses calls must not be shown
 */
export function buildTable(
  by: RowUnit,
  keys: readonly ReportRowKey[],
  cells: readonly ReportCell[],
  codes: readonly string[],
): ReportTable {
  const rows = keys.map((key) => ({ ...key, ...emptySums(codes) }));
  const rowOf = rowFinder(by, keys);
  for (const cell of cells) {
    const row = rows[rowOf(cell) ?? -1];
    if (row === undefined) throw new Error(`no row for ${cell.date ?? ''} ${cell.localHour ?? ''}`);
    add(row, cell);
  }
  return { by, rows };
}

/** The totals row. */
export function totalOf(cells: readonly StatusCell[], codes: readonly string[]): ReportSums {
  const totals = emptySums(codes);
  for (const cell of cells) add(totals, cell);
  return totals;
}

/** Index of the row that a cell belongs to: by its hour, by its day, or by both. */
function rowFinder(by: RowUnit, keys: readonly ReportRowKey[]): (cell: ReportCell) => number | undefined {
  const byDay = by !== 'slot';
  const bySlot = by === 'slot' || by === 'day-slot';
  const place = (day: number | undefined, slot: SlotName | null): string => `${day} ${slot}`;
  const rows = new Map<string, number>();
  for (const [index, { from, to, slot }] of keys.entries()) {
    if (!byDay) rows.set(place(undefined, slot), index);
    else for (let day = dayNumber(from); day <= dayNumber(to); day += 1) rows.set(place(day, slot), index);
  }
  return ({ date, localHour }) =>
    rows.get(
      place(
        byDay && date !== undefined ? dayNumber(date) : undefined,
        bySlot && localHour !== undefined ? slotOfHour(localHour) : null,
      ),
    );
}

function emptySums(codes: readonly string[]): ReportSums {
  return { counts: Object.fromEntries(codes.map((code) => [code, 0])), total: 0, answered: 0, talkMs: 0 };
}

function add(sums: ReportSums, cell: StatusCell): void {
  sums.counts[cell.status] = (sums.counts[cell.status] ?? 0) + cell.calls;
  sums.total += cell.calls;
  sums.answered += cell.answered;
  sums.talkMs += cell.talkMs;
}

/**
 * Whether each column of each table is the sum of its rows and each row's total is the sum of its cells. A report that does
 * not agree must say so.
 */
export function totalsAgree(report: {
  tables: readonly { rows: readonly ReportSums[] }[];
  totals: ReportSums;
}): boolean {
  return report.tables.every(({ rows }) => {
    const codes = new Set([report.totals, ...rows].flatMap((sums) => Object.keys(sums.counts)));
    const columns = [...codes].every(
      (code) => sum(rows, (row) => row.counts[code] ?? 0) === (report.totals.counts[code] ?? 0),
    );
    return (
      columns &&
      sum(rows, (row) => row.total) === report.totals.total &&
      [...rows, report.totals].every((row) => sum(Object.values(row.counts), (calls) => calls) === row.total)
    );
  });
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
