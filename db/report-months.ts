/**
 * What reports of years read: `report_months` and `report_month_hours` for the months that a period has whole, and hours or days for what is left of
 * it at both ends. With a list, of which there are no months, hours and days for all of it.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { addDays } from '../domain/local-dates.ts';
import { wholeMonths, type DateRange } from '../domain/report-periods.ts';
import type { StatusCell } from '../domain/report-table.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';
import { dayBounds } from './report-bounds.ts';
import { keyOf, nameStatuses, partsOf, readSums, unseen } from './report-rows.ts';
import {
  BETWEEN,
  choose,
  dateOfDay,
  SUMS,
  type Asked,
  type HourCell,
  type PeriodCell,
  type PeriodFilter,
} from './report-sums.ts';

/** Sums of a period by the hour of the day and status, in no order. */
export async function readPeriodHours(on: Queryable, filter: PeriodFilter): Promise<HourCell[]> {
  const asked = choose(filter, VALUES);
  const values = valuesOf(filter, 'hours', asked);
  const statement = { name: `report-slots${asked.name}`, text: () => slotsText(asked), talk: true };
  const cells = new Map<number, HourCell>();
  await readSums(on, statement, values, (key, calls, answered, talkMs) => {
    cells.set(key, { localHour: partsOf(key).first, status: '', calls, answered, talkMs });
  });
  await nameStatuses(on, cells);
  return [...cells.values()];
}

/** As `readPeriod`, but of a month that is whole there are only its sums, told as of its first day. */
export async function readPeriodMonths(on: Queryable, filter: PeriodFilter): Promise<PeriodCell[]> {
  const asked = choose(filter, VALUES);
  const values = valuesOf(filter, 'days', asked);
  const statement = { name: `report-months${asked.name}`, text: () => monthsText(asked), talk: true };
  const cells = new Map<number, PeriodCell>();
  await readSums(on, statement, values, (key, calls, answered, talkMs) => {
    cells.set(key, { date: dateOfDay(partsOf(key).first), status: '', calls, answered, talkMs });
  });
  await nameStatuses(on, cells);
  return [...cells.values()];
}

/** Sums of one kind and one status. */
export interface KindCell extends StatusCell {
  kind: CallKind;
  /** Calls that rang until an answer, and how long in all. */
  waited: number;
  waitedMs: number;
  /** Calls that rang until their end without one. */
  givenUp: number;
  givenUpMs: number;
}

/** Sums of a period by kind and status, with how long the calls rang, in no order. */
export async function readPeriodKinds(on: Queryable, filter: PeriodFilter): Promise<KindCell[]> {
  const asked = choose(filter, VALUES);
  const statement = { name: `report-kinds${asked.name}`, text: kindsText(asked) };
  return preparedRowsOf<KindCell>(on, statement, valuesOf(filter, 'days', asked));
}

/**
 * Before those of `choose`: `$1` and `$2` instants, `$3` zone, `$4` and `$5` first and last day of the whole months; `$6` and `$7`
 * their instants for hours, the days of the period for days.
 */
const VALUES = 7;

function valuesOf(filter: PeriodFilter, around: 'hours' | 'days', asked: Asked): unknown[] {
  const { zone, from, to } = filter;
  const months = monthsOf(filter);
  const rest = around === 'hours' ? instantsOf(zone, months) : [from, to];
  return [...instantsOf(zone, filter), zone, months.from, months.to, ...rest, ...asked.values];
}

/** None, after the last day, where there are none. */
function monthsOf({ from, to, listId }: PeriodFilter): DateRange {
  const months = listId === undefined ? wholeMonths({ from, to }) : null;
  return months ?? { from: addDays(to, 1), to };
}

/** Begin of the first day, end of the last. */
function instantsOf(zone: string, { from, to }: DateRange): [string, string] {
  return [dayBounds(zone, from).from, dayBounds(zone, addDays(to, 1)).from];
}

const ZONE = unseen(3, 'text');
const KEPT = `exists (select 1 from report_zones where zone = ${ZONE})`;
const MONTHS_FROM = unseen(6, 'timestamptz');
const MONTHS_TO = unseen(7, 'timestamptz');

function months(table: string, columns: string, asked: Asked): string {
  return `
    select ${columns} from ${table}
    where zone = ${ZONE} and month >= ${unseen(4, 'date')} and month <= ${unseen(5, 'date')}${asked.months} and ${KEPT}`;
}

/** Before and after the months. */
function daysAround(columns: string, asked: Asked): string {
  const part = (which: string) => `
    select ${columns} from report_days where zone = ${ZONE} and ${which}${asked.sums} and ${KEPT}`;
  return `${part(`day >= ${unseen(6, 'date')} and day < ${unseen(4, 'date')}`)}
    union all ${part(`day > ${unseen(5, 'date')} and day <= ${unseen(7, 'date')}`)}`;
}

function slotsText(asked: Asked): string {
  const sums = 'status_id, calls, answered, talk_ms';
  const hours = (table: string, which: string) => `
    select date_part('hour', hour at time zone ${ZONE})::int8 as local_hour, ${sums} from ${table} where ${which}`;
  return `
    select ${keyOf('local_hour', 'status_id')} as key, ${SUMS}
    from (${months('report_month_hours', `local_hour::int8, ${sums}`, asked)}
      union all ${hours('report_hours', `hour >= ${unseen(1, 'timestamptz')} and hour < ${MONTHS_FROM}${asked.sums}`)}
      union all ${hours('report_hours', `hour >= ${MONTHS_TO} and hour < ${unseen(2, 'timestamptz')}${asked.sums}`)}
      union all ${hours('report_hours', `hour >= ${MONTHS_FROM} and hour < ${MONTHS_TO}${asked.sums} and not ${KEPT}`)}
      union all ${hours('rollup_deltas', `${BETWEEN}${asked.deltas}`)}) parts
    group by local_hour, status_id`;
}

function monthsText(asked: Asked): string {
  const sums = 'status_id, calls, answered, talk_ms';
  const hours = (table: string, which: string) => `
    select (hour at time zone ${ZONE})::date as day, ${sums} from ${table} where ${BETWEEN}${which}`;
  return `
    select ${keyOf("day - '1970-01-01'::date", 'status_id')} as key, ${SUMS}
    from (${months('report_months', `month as day, ${sums}`, asked)}
      union all ${daysAround(`day, ${sums}`, asked)}
      union all ${hours('report_hours', `${asked.sums} and not ${KEPT}`)}
      union all ${hours('rollup_deltas', asked.deltas)}) parts
    group by day, status_id`;
}

function kindsText(asked: Asked): string {
  const columns = 'kind, status_id, calls, answered, talk_ms, waited, waited_ms, given_up, given_up_ms';
  return `
    select p.kind, s.code as status, p.calls, p.answered, p.talk_ms as "talkMs", p.waited, p."waitedMs", p."givenUp", p."givenUpMs"
    from (
      select kind, status_id, ${SUMS}, sum(waited)::int4 as waited, sum(waited_ms::float8)::int8 as "waitedMs",
        sum(given_up)::int4 as "givenUp", sum(given_up_ms::float8)::int8 as "givenUpMs"
      from (${months('report_months', columns, asked)}
        union all ${daysAround(columns, asked)}
        union all select ${columns} from rollup_hours where ${BETWEEN}${asked.deltas} and not ${KEPT}
        union all select ${columns} from rollup_deltas where ${BETWEEN}${asked.deltas}) parts
      group by kind, status_id) p
    join statuses s on s.id = p.status_id where in_one_process()`;
}
