/**
 * Puts a report of calls together: from the sums of the database to the rows of the page.
 * @module
 */
import type {
  CallsReport,
  IntervalReportQuery,
  PeriodReport,
  PeriodReportQuery,
  ReportFilters,
  ReportStatus,
} from '../../contracts/http/reports.ts';
import { CALL_KINDS, type CallKind } from '../../contracts/model/call.ts';
import type { Database } from '../../db/client.ts';
import { inOneMoment, readPeriodDayHours } from '../../db/report-interval.ts';
import { readPeriodHours, readPeriodKinds, readPeriodMonths, type KindCell } from '../../db/report-months.ts';
import { readDay, readPeriod, type PeriodFilter } from '../../db/report-sums.ts';
import { SKIPPED_STATUS } from '../../domain/agent-commit.ts';
import { kindsOf } from '../../domain/call-kinds.ts';
import { daysBetween } from '../../domain/local-dates.ts';
import {
  MAX_INTERVAL_DAYS,
  MOST_DAY_SLOT_DAYS,
  periodAround,
  rowKeysOf,
  rowUnitOf,
  type DateRange,
  type PeriodReportName,
} from '../../domain/report-periods.ts';
import {
  buildTable,
  totalOf,
  type ReportCell,
  type ReportTable,
  type StatusCell,
} from '../../domain/report-table.ts';
import type { Clock } from '../../platform/clock.ts';
import { ApiProblem } from '../http/problem.ts';
import { findCampaign } from './campaigns.ts';
import { listStatuses } from './statuses.ts';

export interface ReportDeps {
  db: Database;
  clock: Clock;
  siteZone: string;
}

/** The filters of every report, as they are asked for. */
export type AskedFilters = Omit<PeriodReportQuery, 'date'>;

/** The day, week, month or year that `date` is in. */
export async function periodReport(
  deps: ReportDeps,
  report: Exclude<PeriodReportName, 'interval'>,
  { date, ...asked }: PeriodReportQuery,
): Promise<PeriodReport> {
  const range = periodAround(report, date);
  const { zone, filter, filters } = await resolve(deps, range, asked);
  const cells: ReportCell[] =
    report === 'daily'
      ? await readDay(deps.db.pool, { ...filter, date })
      : await (report === 'yearly' ? readPeriodMonths : readPeriod)(deps.db.pool, filter);
  return finish(deps, { report, ...range, zone, filters }, cells, (kept, codes) => {
    const by = rowUnitOf(report, range);
    return [buildTable(by, rowKeysOf(by, range), kept, codes)];
  });
}

/** Any days: by day, by hour, and when they are few by both. */
export async function intervalReport(
  deps: ReportDeps,
  { from, to, ...asked }: IntervalReportQuery,
): Promise<PeriodReport> {
  const range = checked({ from, to });
  const { zone, filter, filters } = await resolve(deps, range, asked);
  const head = { report: 'interval' as const, ...range, zone, filters };
  const by = rowUnitOf('interval', range);
  const [days, slots] = [rowKeysOf(by, range), rowKeysOf('slot', range)];
  if (daysBetween(from, to) <= MOST_DAY_SLOT_DAYS) {
    const cells = await readPeriodDayHours(deps.db.pool, filter);
    return finish(deps, head, cells, (kept, codes) => [
      buildTable(by, days, kept, codes),
      buildTable('slot', slots, kept, codes),
      withoutEmpty(buildTable('day-slot', rowKeysOf('day-slot', range), kept, codes)),
    ]);
  }
  const { cells, hours } = await inOneMoment(deps.db, async (on) => ({
    cells: await (by === 'month' ? readPeriodMonths : readPeriod)(on, filter),
    hours: await readPeriodHours(on, filter),
  }));
  return finish(deps, head, cells, (kept, codes) => [
    buildTable(by, days, kept, codes),
    buildTable('slot', slots, ofStatus(hours, filters), codes),
  ]);
}

/** How calls went by kind. */
export async function callsReport(
  deps: ReportDeps,
  { from, to, ...asked }: IntervalReportQuery,
): Promise<CallsReport> {
  const range = checked({ from, to });
  // Both ways, unless one of them is asked for.
  const { zone, filter, filters } = await resolve(deps, range, { ...asked, kind: asked.kind ?? 'all' });
  const cells = ofStatus(await readPeriodKinds(deps.db.pool, filter), filters);
  const { statuses, codes, totals } = await columns(deps, cells, filters);
  const kinds = filter.kinds ?? CALL_KINDS;
  return {
    ...range,
    zone,
    generatedAt: deps.clock.now().toISOString(),
    filters,
    statuses,
    kinds: kinds.map((kind) => ({
      kind,
      ...totalOf(
        cells.filter((cell) => cell.kind === kind),
        codes,
      ),
    })),
    totals,
    waits: kinds.map((kind) => waitsOf(kind, cells)),
  };
}

function checked(range: DateRange): DateRange {
  const days = daysBetween(range.from, range.to);
  if (days < 1) throw invalid('is before `from`');
  if (days > MAX_INTERVAL_DAYS) throw invalid(`is more than ${MAX_INTERVAL_DAYS} days after \`from\``);
  return range;
}

function invalid(message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path: 'to', message }] });
}

/** Names to ids, the zone, and what was not said. */
async function resolve(
  deps: ReportDeps,
  range: DateRange,
  { kind = 'dialed', campaign, list, status }: AskedFilters,
): Promise<{ zone: string; filter: PeriodFilter; filters: ReportFilters }> {
  const found = campaign === undefined ? undefined : await findCampaign(deps.db, campaign);
  if (found === null) throw new ApiProblem('not-found');
  const zone = found?.calendar?.zone ?? deps.siteZone;
  return {
    zone,
    filter: { ...range, zone, kinds: kindsOf(kind), campaignId: found?.id, listId: list },
    filters: { kind, campaign: campaign ?? null, list: list ?? null, status: status ?? null },
  };
}

/** Cells of the one status that is asked for. */
function ofStatus<Cell extends StatusCell>(
  cells: readonly Cell[],
  { status }: ReportFilters,
): readonly Cell[] {
  return status === null ? cells : cells.filter((cell) => cell.status === status);
}

/**
 * The statuses are read after the sums: one that appeared in between is among the columns. The one of contacts that were
 * passed over is not: they are no calls.
 */
async function columns(
  deps: ReportDeps,
  cells: readonly StatusCell[],
  filters: ReportFilters,
): Promise<{ statuses: ReportStatus[]; codes: string[]; totals: ReturnType<typeof totalOf> }> {
  const all = await listStatuses(deps.db);
  const statuses = all.filter(
    ({ code }) => code !== SKIPPED_STATUS && (filters.status === null || code === filters.status),
  );
  const codes = statuses.map(({ code }) => code);
  const totals = totalOf(cells, codes);
  return {
    statuses: statuses.map((status) => ({ ...status, used: (totals.counts[status.code] ?? 0) > 0 })),
    codes,
    totals,
  };
}

type Head = Pick<PeriodReport, 'report' | 'from' | 'to' | 'zone' | 'filters'>;

async function finish<Cell extends ReportCell>(
  deps: ReportDeps,
  head: Head,
  all: readonly Cell[],
  tablesOf: (cells: readonly Cell[], codes: readonly string[]) => ReportTable[],
): Promise<PeriodReport> {
  const cells = ofStatus(all, head.filters);
  const { statuses, codes, totals } = await columns(deps, cells, head.filters);
  return {
    ...head,
    generatedAt: deps.clock.now().toISOString(),
    statuses,
    tables: tablesOf(cells, codes),
    totals,
  };
}

function withoutEmpty({ by, rows }: ReportTable): ReportTable {
  return { by, rows: rows.filter(({ total }) => total > 0) };
}

function waitsOf(kind: CallKind, cells: readonly KindCell[]): CallsReport['waits'][number] {
  const sums = { waited: 0, waitedMs: 0, givenUp: 0, givenUpMs: 0 };
  for (const cell of cells) {
    if (cell.kind !== kind) continue;
    sums.waited += cell.waited;
    sums.waitedMs += cell.waitedMs;
    sums.givenUp += cell.givenUp;
    sums.givenUpMs += cell.givenUpMs;
  }
  const mean = (ms: number, calls: number) => (calls === 0 ? null : Math.round(ms / calls));
  return {
    kind,
    answered: sums.waited,
    answeredMs: mean(sums.waitedMs, sums.waited),
    unanswered: sums.givenUp,
    unansweredMs: mean(sums.givenUpMs, sums.givenUp),
  };
}
