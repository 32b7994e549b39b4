/**
 * What reports read: `report_hours` and `report_days`, kept by the triggers of `rollup_hours`, and the unfolded deltas. Each
 * report is one statement, so that it never sees half a fold, and a stretch of one index, whatever it is asked for.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { localDayBounds } from '../domain/calendar.ts';
import type { HourCell } from '../domain/report-slots.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';

/** In `campaign_id` and `list_id` of `report_hours` and `report_days`: the sum over all of them. Migration 0005 writes it. */
const ALL = -1;
const HOUR_MS = 3_600_000;

/** Which calls of a local day `YYYY-MM-DD` in `zone`; hourly UTC buckets are exact where the offset is whole hours. */
export interface DayFilter {
  date: string;
  zone: string;
  kind?: CallKind | undefined;
  campaignId?: number | undefined;
  listId?: number | undefined;
}

/** Sums of a day by local hour and status code. */
export async function readDay(on: Queryable, filter: DayFilter): Promise<HourCell[]> {
  // The bounds are ours: of a midnight that comes twice Postgres takes the second, and an hour would change its day.
  const asked = choose(filter, 2);
  const text = dayText(asked);
  return preparedRowsOf<HourCell>(on, { name: `report-day${asked.name}`, text }, [
    boundsOf(filter.zone, filter.date).hours,
    filter.zone,
    ...asked.values,
  ]);
}

/** A period of local days, both inclusive, with the filters of a day. */
export interface PeriodFilter extends Omit<DayFilter, 'date'> {
  from: string;
  to: string;
}

/** One local day of a period and one status. */
export interface PeriodCell {
  /** `YYYY-MM-DD` in the filter's zone. */
  date: string;
  status: string;
  calls: number;
  answered: number;
  talkMs: number;
}

/** Sums of a period by local day and status code; quick in the zones of `report_zones`, right in every one. */
export async function readPeriod(on: Queryable, filter: PeriodFilter): Promise<PeriodCell[]> {
  const asked = choose(filter, 5);
  return preparedRowsOf<PeriodCell>(on, { name: `report-period${asked.name}`, text: periodText(asked) }, [
    boundsOf(filter.zone, filter.from).from,
    boundsOf(filter.zone, filter.to).to,
    filter.zone,
    filter.from,
    filter.to,
    ...asked.values,
  ]);
}

interface Asked {
  /** Of the filters: one name, one text. */
  name: string;
  /** On the report tables: exactly one sum of campaign and list. */
  sums: string;
  /** On the deltas, which have no sums. */
  deltas: string;
  values: unknown[];
}

/**
 * Only the conditions that are asked for. With `$4 is null or …` for each, the planner would plan every time anew, or once
 * without the index.
 * @param before how many values the statement has before these
 */
function choose({ kind, campaignId, listId }: Omit<DayFilter, 'date' | 'zone'>, before: number): Asked {
  const asked: Asked = { name: '', sums: '', deltas: '', values: [] };
  const filters = { campaign_id: campaignId, list_id: listId, kind };
  for (const [column, value] of Object.entries(filters)) {
    if (value === undefined) {
      if (column !== 'kind') asked.sums += ` and ${column} = ${ALL}`;
      continue;
    }
    asked.values.push(value);
    const condition = ` and ${column} = $${before + asked.values.length}`;
    asked.name += `-${column}`;
    asked.sums += condition;
    asked.deltas += condition;
  }
  return asked;
}

const SUMS = `sum(calls)::int4 as calls, sum(answered)::int4 as answered, sum(talk_ms)::int8 as "talkMs"`;

/**
 * Hours by name, not from … to: of a range the planner knows how long it is only when it plans with the values, and so it
 * would plan each time, which takes as long as the report.
 */
function dayText({ sums, deltas }: Asked): string {
  const hours = 'hour = any($1::timestamptz[])';
  const hour = `extract(hour from hour at time zone $2)::int4 as "localHour", status_id, calls, answered, talk_ms`;
  return `
    select p."localHour", s.code as status, p.calls, p.answered, p."talkMs"
    from (
      select "localHour", status_id, ${SUMS}
      from (select ${hour} from report_hours where ${hours}${sums}
            union all select ${hour} from rollup_deltas where ${hours}${deltas}) parts
      group by 1, 2) p
    join statuses s on s.id = p.status_id`;
}

function periodText({ sums, deltas }: Asked): string {
  const hours = 'hour >= $1 and hour < $2';
  const hour = '(hour at time zone $3)::date as day, status_id, calls, answered, talk_ms';
  return `
    select p.day as date, s.code as status, p.calls, p.answered, p."talkMs"
    from (
      select day, status_id, ${SUMS}
      from (select day, status_id, calls, answered, talk_ms from report_days
            where zone = $3 and day >= $4::date and day <= $5::date${sums}
              and exists (select 1 from report_zones where zone = $3)
            union all select ${hour} from report_hours
            where ${hours}${sums} and not exists (select 1 from report_zones where zone = $3)
            union all select ${hour} from rollup_deltas where ${hours}${deltas}) parts
      group by 1, 2) p
    join statuses s on s.id = p.status_id`;
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
  const asked = days.map(({ campaignId, zone, date }) => {
    const { from, to } = boundsOf(zone, date);
    return { campaign_id: campaignId, zone, day_from: from, day_to: to };
  });
  return preparedRowsOf<CampaignHour>(on, { name: 'report-campaign-days', text: CAMPAIGN_DAYS }, [
    JSON.stringify(asked),
  ]);
}

/**
 * The days as one JSON value: of arrays the planner would look at the lengths, and plan each time. `offset 0` keeps the hours
 * a look into the index for each campaign; it is not to make a join of all hours of them.
 */
const CAMPAIGN_DAYS = `
  with d as materialized (
    select * from jsonb_to_recordset($1::jsonb) as d(campaign_id int, zone text, day_from timestamptz, day_to timestamptz))
  select p.campaign_id as "campaignId", extract(hour from p.hour at time zone p.zone)::int4 as "localHour",
         sum(p.calls)::int4 as calls, sum(p.answered)::int4 as answered
  from (
    select d.campaign_id, d.zone, h.hour, h.calls, h.answered
    from d cross join lateral (
      select hour, calls, answered from report_hours
      where campaign_id = d.campaign_id and list_id = ${ALL} and hour >= d.day_from and hour < d.day_to offset 0) h
    union all
    select d.campaign_id, d.zone, t.hour, t.calls, t.answered
    from rollup_deltas t join d on d.campaign_id = t.campaign_id and t.hour >= d.day_from and t.hour < d.day_to) p
  group by 1, 2 order by 1, 2`;

interface DayBounds {
  from: Date;
  to: Date;
  /** The UTC hours that begin in it, 23, 24 or 25, as an array in the words of Postgres. */
  hours: string;
}

/** Reckoning the bounds takes as long as a small report; those of a day never change. Some days of some zones are asked for. */
const MAX_BOUNDS = 1_000;
const known = new Map<string, DayBounds>();

function boundsOf(zone: string, day: string): DayBounds {
  const key = `${zone} ${day}`;
  let bounds = known.get(key);
  if (bounds === undefined) {
    const { from, to } = localDayBounds(zone, day);
    const first = Math.ceil(from.getTime() / HOUR_MS);
    const count = Math.ceil(to.getTime() / HOUR_MS) - first;
    const hours = Array.from({ length: count }, (_, n) => new Date((first + n) * HOUR_MS).toISOString());
    bounds = { from, to, hours: `{${hours.join()}}` };
    if (known.size >= MAX_BOUNDS) known.clear();
    known.set(key, bounds);
  }
  return bounds;
}
