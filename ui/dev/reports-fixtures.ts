/// <reference types="node" />
/**
 * Made-up reports by period, put together by the rules of the real ones.
 * @module
 */
import type { CallsReport, PeriodReport, ReportFilters } from '../../contracts/http/reports.ts';
import { CALL_KINDS, KIND_CHOICES, type CallKind } from '../../contracts/model/call.ts';
import { kindsOf } from '../../domain/call-kinds.ts';
import { addDays, daysBetween, weekdayIndex } from '../../domain/local-dates.ts';
import {
  MOST_DAY_SLOT_DAYS,
  periodAround,
  PERIOD_REPORTS,
  rowKeysOf,
  rowUnitOf,
  type DateRange,
} from '../../domain/report-periods.ts';
import { buildTable, totalOf, type ReportCell } from '../../domain/report-table.ts';
import { dayCells, STATUSES } from './fixtures.ts';

const ZONE = 'Europe/Bucharest';
/** Share of each kind in the calls of a day. */
const SCALES: Readonly<Record<CallKind, number>> = { outbound: 0.45, robot: 1.1, inbound: 0.2 };
const SATURDAY = 5;
/** No calls before: for the report that has none. */
const FIRST_YEAR = '2020';

const columns = STATUSES.filter(({ code }) => code !== 'skipped');

/** The answer to a report's request, or undefined when the path is none of them. */
export function reportFixture(
  path: string,
  query: URLSearchParams,
  now: number,
): PeriodReport | CallsReport | undefined {
  const name = /^\/api\/reports\/(\w+)$/.exec(path)?.[1];
  const report = PERIOD_REPORTS.find((one) => one === name);
  const from = query.get('date') ?? query.get('from') ?? '';
  if (name === 'calls') return callsReport({ from, to: query.get('to') ?? from }, query, now);
  if (report === undefined) return undefined;
  const range = report === 'interval' ? { from, to: query.get('to') ?? from } : periodAround(report, from);
  const filters = filtersOf(query, 'dialed');
  const cells = (kindsOf(filters.kind) ?? CALL_KINDS).flatMap((kind) => cellsOf(range, kind, filters, now));
  const codes = columns.map(({ code }) => code);
  const by = rowUnitOf(report, range);
  const units =
    report !== 'interval'
      ? [by]
      : daysBetween(range.from, range.to) <= MOST_DAY_SLOT_DAYS
        ? [by, 'slot' as const, 'day-slot' as const]
        : [by, 'slot' as const];
  const tables = units.map((unit) => buildTable(unit, rowKeysOf(unit, range), cells, codes));
  return {
    report,
    ...head(range, filters, now),
    ...withStatuses(cells),
    tables: tables.map((table) =>
      table.by === 'day-slot' ? { ...table, rows: table.rows.filter(({ total }) => total > 0) } : table,
    ),
  };
}

function callsReport(range: DateRange, query: URLSearchParams, now: number): CallsReport {
  const filters = filtersOf(query, 'all');
  const kinds = kindsOf(filters.kind) ?? CALL_KINDS;
  const byKind = kinds.map((kind) => ({ kind, cells: cellsOf(range, kind, filters, now) }));
  const codes = columns.map(({ code }) => code);
  return {
    ...head(range, filters, now),
    ...withStatuses(byKind.flatMap(({ cells }) => cells)),
    kinds: byKind.map(({ kind, cells }) => ({ kind, ...totalOf(cells, codes) })),
    waits: byKind.map(({ kind, cells }) => {
      const { total, answered } = totalOf(cells, codes);
      const mean = kind === 'inbound' ? 14_300 : 8_900;
      return { kind, answered, answeredMs: mean, unanswered: total - answered, unansweredMs: 21_400 };
    }),
  };
}

function head(range: DateRange, filters: ReportFilters, now: number) {
  return { ...range, zone: ZONE, generatedAt: new Date(now).toISOString(), filters };
}

function withStatuses(cells: readonly ReportCell[]) {
  const totals = totalOf(
    cells,
    columns.map(({ code }) => code),
  );
  return {
    statuses: columns.map((status) => ({ ...status, used: (totals.counts[status.code] ?? 0) > 0 })),
    totals,
  };
}

function filtersOf(query: URLSearchParams, kind: 'dialed' | 'all'): ReportFilters {
  return {
    kind: KIND_CHOICES.find((choice) => choice === query.get('kind')) ?? kind,
    campaign: query.get('campaign'),
    list: query.has('list') ? Number(query.get('list')) : null,
    status: query.get('status'),
  };
}

function cellsOf(range: DateRange, kind: CallKind, filters: ReportFilters, now: number): ReportCell[] {
  const cells: ReportCell[] = [];
  const today = new Date(now).toISOString().slice(0, 10);
  for (let date = range.from; date <= range.to && date <= today; date = addDays(date, 1)) {
    const weekday = weekdayIndex(date);
    if (date < FIRST_YEAR || weekday > SATURDAY) continue;
    const scale = SCALES[kind] * (weekday === SATURDAY ? 0.5 : 1) * (filters.campaign === null ? 1 : 0.6);
    for (const cell of dayCells(date, scale, `${kind}${filters.campaign ?? ''}`)) {
      if (cell.calls > 0 && (filters.status === null || cell.status === filters.status))
        cells.push({ date, ...cell });
    }
  }
  return cells;
}
