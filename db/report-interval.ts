/**
 * What reports of an interval read beside its days (`report-sums.ts`): its hours of the day, each of its hours, its kinds.
 * @module
 */
import { CALL_KINDS, type CallKind } from '../contracts/model/call.ts';
import type { StatusCell } from '../domain/report-table.ts';
import { addDays } from '../domain/local-dates.ts';
import type { Database } from './client.ts';
import type { Queryable } from './queryable.ts';
import { dayBounds, dayHours } from './report-bounds.ts';
import { HOUR_NUMBER, keyOf, nameStatuses, partsOf, readSums, unseen } from './report-rows.ts';
import { BETWEEN, choose, SUMS, type Asked, type HourCell, type PeriodFilter } from './report-sums.ts';
import { inTransaction } from './transaction.ts';

/** Several reads of one report see one and the same moment, so that their totals agree. */
export function inOneMoment<T>(db: Pick<Database, 'pool'>, read: (on: Queryable) => Promise<T>): Promise<T> {
  return inTransaction(db, read, [`transaction_isolation = 'repeatable read'`, 'transaction_read_only = on']);
}

/** One local hour of one local day and one status. */
export interface DayHourCell extends HourCell {
  date: string;
}

/** Each hour of a short period (some weeks), in no order. The hour that comes twice is one. */
export async function readPeriodDayHours(on: Queryable, filter: PeriodFilter): Promise<DayHourCell[]> {
  const asked = choose(filter, 2);
  const statement = { name: `report-hours${asked.name}`, text: () => hoursText(asked), talk: true };
  const places = new Map<number, { date: string; localHour: number }>();
  for (let date = filter.from; date <= filter.to; date = addDays(date, 1)) {
    for (const [hour, localHour] of dayHours(filter.zone, date)) places.set(hour, { date, localHour });
  }
  const cells = new Map<number, DayHourCell>();
  await readSums(on, statement, [...boundsOf(filter), ...asked.values], (key, calls, answered, talkMs) => {
    const place = places.get(partsOf(key).first);
    if (place === undefined) throw new Error('an hour of a report is in none of its days');
    const { date, localHour } = place;
    // Written out: a spread here is ten times as slow as the statement of a month.
    cells.set(key, { date, localHour, status: '', calls, answered, talkMs });
  });
  await nameStatuses(on, cells);
  return [...cells.values()];
}

/** Sums of a period by the hour of the day and status, in no order. */
export async function readPeriodHours(on: Queryable, filter: PeriodFilter): Promise<HourCell[]> {
  const asked = choose(filter, 3);
  const statement = { name: `report-slots${asked.name}`, text: () => slotsText(asked), talk: true };
  const cells = new Map<number, HourCell>();
  const values = [...boundsOf(filter), filter.zone, ...asked.values];
  await readSums(on, statement, values, (key, calls, answered, talkMs) => {
    cells.set(key, { localHour: partsOf(key).first, status: '', calls, answered, talkMs });
  });
  await nameStatuses(on, cells);
  return [...cells.values()];
}

/** Sums of one kind and one status. */
export interface KindCell extends StatusCell {
  kind: CallKind;
}

/** Sums of a period by kind and status, in no order; quick in the zones of `report_zones`, right in every one. */
export async function readPeriodKinds(on: Queryable, filter: PeriodFilter): Promise<KindCell[]> {
  const asked = choose(filter, 5);
  const statement = { name: `report-kinds${asked.name}`, text: () => kindsText(asked), talk: true };
  const cells = new Map<number, KindCell>();
  const values = [...boundsOf(filter), filter.zone, filter.from, filter.to, ...asked.values];
  await readSums(on, statement, values, (key, calls, answered, talkMs) => {
    const kind = CALL_KINDS[partsOf(key).first];
    if (kind === undefined) throw new Error('a rollup has a kind that is not in CALL_KINDS');
    cells.set(key, { kind, status: '', calls, answered, talkMs });
  });
  await nameStatuses(on, cells);
  return [...cells.values()];
}

function boundsOf({ zone, from, to }: PeriodFilter): [from: string, to: string] {
  return [dayBounds(zone, from).from, dayBounds(zone, to).to];
}

const KEY_KIND = `array_position('{${CALL_KINDS.join()}}'::text[], kind) - 1`;

function hoursText({ sums, deltas }: Asked): string {
  return `
    select ${keyOf(HOUR_NUMBER, 'status_id')} as key, ${SUMS}
    from (select hour, status_id, calls, answered, talk_ms from report_hours where ${BETWEEN}${sums}
          union all
          select hour, status_id, calls, answered, talk_ms from rollup_deltas where ${BETWEEN}${deltas}) parts
    group by hour, status_id`;
}

function slotsText({ sums, deltas }: Asked): string {
  const hour = `date_part('hour', hour at time zone ${unseen(3, 'text')})::int8 as local_hour`;
  return `
    select ${keyOf('local_hour', 'status_id')} as key, ${SUMS}
    from (select ${hour}, status_id, calls, answered, talk_ms from report_hours where ${BETWEEN}${sums}
          union all
          select ${hour}, status_id, calls, answered, talk_ms from rollup_deltas where ${BETWEEN}${deltas}) parts
    group by local_hour, status_id`;
}

function kindsText({ sums, deltas }: Asked): string {
  const zone = unseen(3, 'text');
  const kept = `exists (select 1 from report_zones where zone = ${zone})`;
  const columns = 'kind, status_id, calls, answered, talk_ms';
  return `
    select ${keyOf(KEY_KIND, 'status_id')} as key, ${SUMS}
    from (select ${columns} from report_days
          where zone = ${zone} and day >= ${unseen(4, 'date')} and day <= ${unseen(5, 'date')}${sums} and ${kept}
          union all
          select ${columns} from report_hours where ${BETWEEN}${sums} and not ${kept}
          union all
          select ${columns} from rollup_deltas where ${BETWEEN}${deltas}) parts
    group by kind, status_id`;
}
