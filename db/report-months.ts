/**
 * What reports of years read: `report_months` and `report_month_hours` for the months that a period is nearest to, and hours or days for what is to be
 * added to them or taken out of them at both ends. With a list, of which there are no months, hours and days for all of it.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { addDays } from '../domain/local-dates.ts';
import { nearestMonths, type DateRange } from '../domain/report-periods.ts';
import type { StatusCell } from '../domain/report-table.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';
import { dayBounds } from './report-bounds.ts';
import { WAIT_SUMS } from './rollups.ts';
import { keyOf, nameStatuses, partsOf, readSums, unseen } from './report-rows.ts';
import {
  BETWEEN,
  BY_ID,
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

/** As `readPeriod`, but a month may be told as of its first day in the period: for rows that are months. */
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
 * Before those of `choose`: `$1` and `$2` instants, `$3` zone, `$4` and `$5` first and last day of the months; `$6` and `$7`
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
  const months = listId === undefined ? nearestMonths({ from, to }) : null;
  return months ?? { from: addDays(to, 1), to };
}

/** Begin of the first day, end of the last. */
function instantsOf(zone: string, { from, to }: DateRange): [string, string] {
  return [dayBounds(zone, from).from, dayBounds(zone, addDays(to, 1)).from];
}

const ZONE = unseen(3, 'text');
const KEPT = `exists (select 1 from report_zones where zone = ${ZONE})`;

function months(table: string, columns: string, asked: Asked): string {
  return `
    select ${columns} from ${table}
    where zone = ${ZONE} and month >= ${unseen(4, 'date')} and month <= ${unseen(5, 'date')}${asked.months} and ${KEPT}`;
}

/** Of some stretches; those that are taken away are empty where the others are not. */
function around(part: (which: string, sign: Sign) => string, unit: 'day' | 'hour'): string {
  const type = unit === 'day' ? 'date' : 'timestamptz';
  const [from, to, first, last] = unit === 'day' ? DAY_PLACES : HOUR_PLACES;
  const at = (place: number) => unseen(place, type);
  // The last of days is included, of hours it is the end.
  const [after, until] = unit === 'day' ? ['>', '<='] : ['>=', '<'];
  return [
    part(`${unit} >= ${at(from)} and ${unit} < ${at(first)}`, ''),
    part(`${unit} >= ${at(first)} and ${unit} < ${at(from)}`, '-'),
    part(`${unit} ${after} ${at(last)} and ${unit} ${until} ${at(to)}`, ''),
    part(`${unit} ${after} ${at(to)} and ${unit} ${until} ${at(last)}`, '-'),
  ].join(' union all ');
}

type Sign = '' | '-';
/** Of the period's first and last, and the months'. */
const DAY_PLACES = [6, 7, 4, 5] as const;
const HOUR_PLACES = [1, 2, 6, 7] as const;

const signed = (sign: Sign, sums: readonly string[]) => sums.map((sum) => `${sign}${sum}`).join(', ');
const SUM_COLUMNS = ['calls', 'answered', 'talk_ms'];
const WAIT_COLUMNS = WAIT_SUMS.split(', ');

function slotsText(asked: Asked): string {
  const hours = (table: string, which: string, sign: Sign) => `
    select date_part('hour', hour at time zone ${ZONE})::int8 as local_hour, status_id, ${signed(sign, SUM_COLUMNS)}
    from ${table} where ${which}`;
  return `
    select ${keyOf('local_hour', 'status_id')} as key, ${SUMS}
    from (${months('report_month_hours', `local_hour::int8, status_id, ${signed('', SUM_COLUMNS)}`, asked)}
      union all ${around((which, sign) => hours('report_hours', `${which}${asked.sums} and ${KEPT}`, sign), 'hour')}
      union all ${hours('report_hours', `${BETWEEN}${asked.sums} and not ${KEPT}`, '')}
      union all ${hours('rollup_deltas', `${BY_ID} and ${BETWEEN}${asked.deltas}`, '')}) parts
    group by local_hour, status_id having sum(calls) <> 0`;
}

function daysAround(columns: (sign: Sign) => string, asked: Asked): string {
  return around(
    (which, sign) => `
    select ${columns(sign)} from report_days where zone = ${ZONE} and ${which}${asked.sums} and ${KEPT}`,
    'day',
  );
}

function monthsText(asked: Asked): string {
  const sums = (sign: Sign) => `status_id, ${signed(sign, SUM_COLUMNS)}`;
  /** A month may begin before the period. */
  const day = (column: string) => `greatest(${column}, ${unseen(6, 'date')}) as day`;
  const hours = (table: string, which: string) => `
    select (hour at time zone ${ZONE})::date as day, ${sums('')} from ${table} where ${BETWEEN}${which}`;
  return `
    select ${keyOf("day - '1970-01-01'::date", 'status_id')} as key, ${SUMS}
    from (${months('report_months', `${day('month')}, ${sums('')}`, asked)}
      union all ${daysAround((sign) => `${sign === '' ? 'day' : day(MONTH_OF_DAY)}, ${sums(sign)}`, asked)}
      union all ${hours('report_hours', `${asked.sums} and not ${KEPT}`)}
      union all ${hours('rollup_deltas', ` and ${BY_ID}${asked.deltas}`)}) parts
    group by day, status_id having sum(calls) <> 0`;
}

const MONTH_OF_DAY = `date_trunc('month', day::timestamp)::date`;

function kindsText(asked: Asked): string {
  const columns = (sign: Sign) => `kind, status_id, ${signed(sign, [...SUM_COLUMNS, ...WAIT_COLUMNS])}`;
  const counted = `calls, answered, talk_ms, ${WAIT_SUMS}`;
  const hours = (table: string, which: string) => `
    select kind, status_id, ${counted} from ${table} where ${BETWEEN}${which}`;
  return `
    select p.kind, s.code as status, p.calls, p.answered, p.talk_ms as "talkMs", p.waited, p."waitedMs", p."givenUp", p."givenUpMs"
    from (
      select kind, status_id, ${SUMS}, sum(waited)::int4 as waited, sum(waited_ms::float8)::int8 as "waitedMs",
        sum(given_up)::int4 as "givenUp", sum(given_up_ms::float8)::int8 as "givenUpMs"
      from (${months('report_months', columns(''), asked)}
        union all ${daysAround(columns, asked)}
        union all ${hours('rollup_hours', `${asked.deltas} and not ${KEPT}`)}
        union all ${hours('rollup_deltas', ` and ${BY_ID}${asked.deltas}`)}) parts
      group by kind, status_id having sum(calls) <> 0) p
    join statuses s on s.id = p.status_id where in_one_process()`;
}
