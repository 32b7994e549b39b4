/**
 * What reports of an interval read beside its days (`report-sums.ts`): each of its hours; and how several reads agree.
 * @module
 */
import { addDays } from '../domain/local-dates.ts';
import type { Database } from './client.ts';
import type { Queryable } from './queryable.ts';
import { dayBounds, dayHours } from './report-bounds.ts';
import { HOUR_NUMBER, keyOf, nameStatuses, partsOf, readSums } from './report-rows.ts';
import { BETWEEN, BY_ID, choose, SUMS, type Asked, type HourCell, type PeriodFilter } from './report-sums.ts';
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

function boundsOf({ zone, from, to }: PeriodFilter): [from: string, to: string] {
  return [dayBounds(zone, from).from, dayBounds(zone, to).to];
}

function hoursText({ sums, deltas }: Asked): string {
  return `
    select ${keyOf(HOUR_NUMBER, 'status_id')} as key, ${SUMS}
    from (select hour, status_id, calls, answered, talk_ms from report_hours where ${BETWEEN}${sums}
          union all
          select hour, status_id, calls, answered, talk_ms from rollup_deltas where ${BY_ID} and ${BETWEEN}${deltas}) parts
    group by hour, status_id`;
}
