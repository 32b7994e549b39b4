/**
 * What reports read: `report_hours` and `report_days`, kept by the triggers of `rollup_hours`, and the unfolded deltas. Each
 * report is one statement, so that it never sees half a fold, and a stretch of one index, whatever it is asked for.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import type { StatusCell } from '../domain/report-table.ts';
import type { Queryable } from './queryable.ts';
import { dayBounds, dayHours } from './report-bounds.ts';
import {
  HOUR_NUMBER,
  KEY_BASE,
  keyOf,
  nameStatuses,
  PACKED,
  partsOf,
  readSums,
  unseen,
} from './report-rows.ts';

/** In `campaign_id` and `list_id` of the report tables: the sum over all of them. The triggers write it. */
export const ALL = -1;
const HOURS_A_DAY = 24;
const DAY_MS = 86_400_000;

/** Which calls of a local day `YYYY-MM-DD` in `zone`; hourly UTC buckets are exact where the offset is whole hours. */
export interface DayFilter {
  date: string;
  zone: string;
  /** Undefined: all. */
  kinds?: readonly CallKind[] | undefined;
  campaignId?: number | undefined;
  listId?: number | undefined;
}

/** Sums of one local hour and one status. */
export interface HourCell extends StatusCell {
  localHour: number;
}

/** Sums of a day by local hour and status code, in no order. */
export async function readDay(on: Queryable, filter: DayFilter): Promise<HourCell[]> {
  // The bounds are ours: of a midnight that comes twice Postgres takes the second, and an hour would change its day.
  const { from, to } = dayBounds(filter.zone, filter.date);
  const localHours = dayHours(filter.zone, filter.date);
  const asked = choose(filter, 2);
  const statement = {
    name: `report-day${asked.name}`,
    text: () => dayText(asked),
    talk: true,
    packed: true,
  } as const;
  const cells = new Map<number, HourCell>();
  // What is added up here: kinds, folded and not folded, and on the day of 25 hours the two of one name.
  await readSums(on, statement, [from, to, ...asked.values], (key, calls, answered, talkMs) => {
    const { first: hour, second: statusId } = partsOf(key);
    const localHour = localHours.get(hour) ?? 0;
    const local = localHour * KEY_BASE + statusId;
    const cell = cells.get(local);
    if (cell === undefined) {
      cells.set(local, { localHour, status: '', calls, answered, talkMs });
      return;
    }
    cell.calls += calls;
    cell.answered += answered;
    cell.talkMs += talkMs;
  });
  await nameStatuses(on, cells);
  return [...cells.values()];
}

/** A period of local days, both inclusive, with the filters of a day. */
export interface PeriodFilter extends Omit<DayFilter, 'date'> {
  from: string;
  to: string;
}

/** One local day of a period and one status. */
export interface PeriodCell extends StatusCell {
  /** `YYYY-MM-DD` in the filter's zone. */
  date: string;
}

/** Sums of a period by local day and status code, in no order; quick in the zones of `report_zones`, right in every one. */
export async function readPeriod(on: Queryable, filter: PeriodFilter): Promise<PeriodCell[]> {
  const asked = choose(filter, 5);
  const statement = { name: `report-period${asked.name}`, text: () => periodText(asked), talk: true };
  const values = [
    dayBounds(filter.zone, filter.from).from,
    dayBounds(filter.zone, filter.to).to,
    filter.zone,
    filter.from,
    filter.to,
    ...asked.values,
  ];
  const cells = new Map<number, PeriodCell>();
  const dates = new Map<number, string>();
  await readSums(on, statement, values, (key, calls, answered, talkMs) => {
    const { first: day } = partsOf(key);
    const date = dates.get(day) ?? dateOfDay(day);
    dates.set(day, date);
    cells.set(key, { date, status: '', calls, answered, talkMs });
  });
  await nameStatuses(on, cells);
  return [...cells.values()];
}

/** Of days since 1970. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

export interface Asked {
  /** Of the filters: one name, one text. */
  name: string;
  /** On the report tables: exactly one sum of campaign and list. */
  sums: string;
  /** On `report_months` and `report_month_hours`, which have no lists. */
  months: string;
  /** On the deltas, which have no sums. */
  deltas: string;
  values: unknown[];
}

/**
 * Only the conditions that are asked for. With `$4 is null or …` for each, the planner would plan every time anew, or once
 * without the index.
 * @param before how many values the statement has before these
 */
export function choose(
  { kinds, campaignId, listId }: Omit<DayFilter, 'date' | 'zone'>,
  before: number,
): Asked {
  const asked: Asked = { name: '', sums: '', months: '', deltas: '', values: [] };
  const filters = { campaign_id: campaignId, list_id: listId, kind: kinds && `{${kinds.join()}}` };
  for (const [column, value] of Object.entries(filters)) {
    if (value === undefined) {
      const all = ` and ${column} = ${ALL}`;
      if (column !== 'kind') asked.sums += all;
      if (column === 'campaign_id') asked.months += all;
      continue;
    }
    asked.values.push(value);
    const place = before + asked.values.length;
    const condition =
      column === 'kind'
        ? ` and kind = any(${unseen(place, 'text[]')}::text[])`
        : ` and ${column} = ${unseen(place, 'int4')}`;
    asked.name += `-${column}`;
    asked.sums += condition;
    if (column !== 'list_id') asked.months += condition;
    asked.deltas += condition;
  }
  return asked;
}

/** Talk as a float, exact up to 2^53 ms: sums of bigint are numeric, and of a year that is a quarter of the time. */
export const SUMS = `sum(calls)::int4 as calls, sum(answered)::int4 as answered, sum(talk_ms::float8)::int8 as talk_ms`;
/**
 * True of every delta: it lets Postgres find them by their key. The pages that folds have emptied are many more than those with
 * deltas, and a report of a day spent a fifth of its time in looking through them.
 */
export const BY_ID = 'id > (select 0::int8)';
export const BETWEEN = `hour >= ${unseen(1, 'timestamptz')} and hour < ${unseen(2, 'timestamptz')}`;

/** The client adds the deltas to the folded hours: a second's are few, and adding them up here costs more than taking them. */
function dayText({ sums, deltas }: Asked): string {
  return `
    select ${PACKED} from report_hours where ${BETWEEN}${sums}
    union all
    select ${PACKED} from rollup_deltas where ${BY_ID} and ${BETWEEN}${deltas}`;
}

function periodText({ sums, deltas }: Asked): string {
  const zone = unseen(3, 'text');
  const hour = `(hour at time zone ${zone})::date as day, status_id, calls, answered, talk_ms`;
  const kept = `exists (select 1 from report_zones where zone = ${zone})`;
  return `
    select ${keyOf("day - '1970-01-01'::date", 'status_id')} as key, ${SUMS}
    from (select day, status_id, calls, answered, talk_ms from report_days
          where zone = ${zone} and day >= ${unseen(4, 'date')} and day <= ${unseen(5, 'date')}${sums} and ${kept}
          union all
          select ${hour} from report_hours where ${BETWEEN}${sums} and not ${kept}
          union all
          select ${hour} from rollup_deltas where ${BY_ID} and ${BETWEEN}${deltas}) parts
    group by day, status_id`;
}

/** One local hour of a campaign. */
export interface CampaignHour {
  campaignId: number;
  localHour: number;
  calls: number;
  answered: number;
}

/** The local day of each campaign, each in its own zone, by local hour: one statement for all of them. */
export async function readCampaignDays(
  on: Queryable,
  days: readonly { campaignId: number; date: string; zone: string }[],
): Promise<CampaignHour[]> {
  const bounds = days.map(({ zone, date }) => dayBounds(zone, date));
  const first = bounds.map(({ from }) => from).sort()[0];
  const last = bounds
    .map(({ to }) => to)
    .sort()
    .at(-1);
  if (first === undefined) return [];
  const localHours = new Map(days.map(({ campaignId, zone, date }) => [campaignId, dayHours(zone, date)]));
  const cells = new Map<number, CampaignHour>();
  await readSums(
    on,
    { name: 'report-campaign-days', text: () => CAMPAIGN_DAYS, talk: false },
    [first, last, `{${[...localHours.keys()].join()}}`],
    (key, calls, answered) => {
      const { first: campaignId, second: hour } = partsOf(key);
      const localHour = localHours.get(campaignId)?.get(hour);
      // An hour of the day of another campaign, in another zone.
      if (localHour === undefined) return;
      const local = campaignId * HOURS_A_DAY + localHour;
      const cell = cells.get(local) ?? { campaignId, localHour, calls: 0, answered: 0 };
      cell.calls += calls;
      cell.answered += answered;
      cells.set(local, cell);
    },
  );
  return [...cells.values()].sort((a, b) => a.campaignId - b.campaignId || a.localHour - b.localHour);
}

const OF_CAMPAIGNS = `campaign_id = any((select $3::int4[])::int4[])`;

/** One stretch of time for all: from the first begin to the last end, in most sites one and the same day. */
const CAMPAIGN_DAYS = `
  select ${keyOf('campaign_id', HOUR_NUMBER)} as key, sum(calls) as calls, sum(answered) as answered
  from (select campaign_id, hour, calls, answered from report_hours
        where ${OF_CAMPAIGNS} and list_id = ${ALL} and ${BETWEEN}
        union all
        select campaign_id, hour, calls, answered from rollup_deltas where ${BY_ID} and ${OF_CAMPAIGNS} and ${BETWEEN}) parts
  group by campaign_id, hour`;
