/**
 * Hourly counts. A commit writes a delta; deltas are folded into hours about once a second. Hours plus deltas always
 * equal a recount of `calls`: a fold moves rows in one statement, so no snapshot sees half of it.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { localDayBounds } from '../domain/calendar.ts';
import type { HourCell } from '../domain/report-slots.ts';
import type { Database } from './client.ts';
import { preparedRowsOf, rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** Held while folding, so that workers take turns instead of waiting for each other's rows. */
const FOLD_LOCK = 4_027_100_004;
/** A backlog after an outage is folded in bites of some ten milliseconds. */
const MAX_DELTAS = 5_000;

/**
 * Folds what is there. `folded` equal to `MAX_DELTAS` means that more may be waiting.
 * @returns undefined when another process folds right now.
 */
export async function foldRollups(db: Database): Promise<{ folded: number; more: boolean } | undefined> {
  return inTransaction(db, async (client) => {
    const [lock] = await rowsOf<{ got: boolean }>(client, 'select pg_try_advisory_xact_lock($1) as got', [
      FOLD_LOCK,
    ]);
    if (lock?.got !== true) return undefined;
    const [row] = await rowsOf<{ folded: number }>(client, FOLD, [MAX_DELTAS]);
    const folded = row?.folded ?? 0;
    return { folded, more: folded === MAX_DELTAS };
  });
}

const KEY = 'hour, campaign_id, list_id, agent_id, kind, status_id';
const SUMS = 'calls, answered, talk_ms, hold_ms, wrap_up_ms';

const FOLD = `
  with taken as (
    delete from rollup_deltas where id in (select id from rollup_deltas order by id limit $1) returning *),
  folded as (
    insert into rollup_hours as h (${KEY}, ${SUMS})
    select ${KEY}, sum(calls), sum(answered), sum(talk_ms), sum(hold_ms), sum(wrap_up_ms) from taken group by ${KEY}
    on conflict (${KEY}) do update set
      calls = h.calls + excluded.calls, answered = h.answered + excluded.answered,
      talk_ms = h.talk_ms + excluded.talk_ms, hold_ms = h.hold_ms + excluded.hold_ms,
      wrap_up_ms = h.wrap_up_ms + excluded.wrap_up_ms)
  select count(*)::int as folded from taken`;

export interface RollupRow {
  /** Begin of the UTC hour. */
  hour: Date;
  campaignId: number;
  /** 0 where there is none, as `agentId`. */
  listId: number;
  agentId: number;
  kind: CallKind;
  statusId: number;
  calls: number;
  answered: number;
  talkMs: number;
  holdMs: number;
  wrapUpMs: number;
}

const SELECT = `
  hour, campaign_id as "campaignId", list_id as "listId", agent_id as "agentId", kind, status_id as "statusId",
  sum(calls)::int as calls, sum(answered)::int as answered, sum(talk_ms)::bigint as "talkMs",
  sum(hold_ms)::bigint as "holdMs", sum(wrap_up_ms)::bigint as "wrapUpMs"`;
const ORDER = `group by ${KEY} order by ${KEY}`;

/**
 * Folded hours and the unfolded tail as one relation, so that a fold in between is never seen half.
 * @param where a condition on the columns of both tables, the same for each
 */
function bothParts(where: string): string {
  const columns = `${KEY}, ${SUMS}`;
  return `(select ${columns} from rollup_hours where ${where}
    union all select ${columns} from rollup_deltas where ${where})`;
}

/** Sums from the rollups, unfolded tail included, `from` inclusive to `to` exclusive. */
export async function readRollups(on: Queryable, params: { from: Date; to: Date }): Promise<RollupRow[]> {
  const parts = bothParts('hour >= $1 and hour < $2');
  return rowsOf<RollupRow>(on, `select ${SELECT} from ${parts} as p ${ORDER}`, [params.from, params.to]);
}

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
  const { from, to } = localDayBounds(filter.zone, filter.date);
  return preparedRowsOf<HourCell>(on, { name: 'report-day', text: DAY }, [
    from,
    filter.zone,
    filter.kind ?? null,
    filter.campaignId ?? null,
    filter.listId ?? null,
    to,
  ]);
}

const DAY = `
  select extract(hour from p.hour at time zone $2)::int as "localHour", s.code as status,
         sum(p.calls)::int8 as calls, sum(p.answered)::int8 as answered, sum(p.talk_ms)::int8 as "talkMs"
  from ${bothParts(`hour >= $1 and hour < $6
      and ($3::text is null or kind = $3)
      and ($4::int is null or campaign_id = $4)
      and ($5::int is null or list_id = $5)`)} as p
  join statuses s on s.id = p.status_id
  group by 1, 2`;

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

/** Sums of a period by local day and status code. */
export async function readPeriod(on: Queryable, filter: PeriodFilter): Promise<PeriodCell[]> {
  return preparedRowsOf<PeriodCell>(on, { name: 'report-period', text: PERIOD }, [
    localDayBounds(filter.zone, filter.from).from,
    filter.zone,
    filter.kind ?? null,
    filter.campaignId ?? null,
    filter.listId ?? null,
    localDayBounds(filter.zone, filter.to).to,
  ]);
}

const PERIOD = `
  select (p.hour at time zone $2)::date as date, s.code as status,
         sum(p.calls)::int8 as calls, sum(p.answered)::int8 as answered, sum(p.talk_ms)::int8 as "talkMs"
  from ${bothParts(`hour >= $1 and hour < $6
      and ($3::text is null or kind = $3)
      and ($4::int is null or campaign_id = $4)
      and ($5::int is null or list_id = $5)`)} as p
  join statuses s on s.id = p.status_id
  group by 1, 2`;

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
  const bounds = days.map((day) => localDayBounds(day.zone, day.date));
  return preparedRowsOf<CampaignHour>(on, { name: 'report-campaign-days', text: CAMPAIGN_DAYS }, [
    days.map((day) => day.campaignId),
    days.map((day) => day.zone),
    bounds.map(({ from }) => from),
    bounds.map(({ to }) => to),
  ]);
}

const CAMPAIGN_DAYS = `
  select d.campaign_id as "campaignId", extract(hour from p.hour at time zone d.zone)::int as "localHour",
         sum(p.calls)::int8 as calls, sum(p.answered)::int8 as answered
  from unnest($1::int[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as d(campaign_id, zone, day_from, day_to)
  cross join lateral ${bothParts('campaign_id = d.campaign_id and hour >= d.day_from and hour < d.day_to')} as p
  group by 1, 2 order by 1, 2`;

/** The same sums counted from `calls`: what the rollups must equal. Slow; for checks. */
export async function recountCalls(on: Queryable, params: { from: Date; to: Date }): Promise<RollupRow[]> {
  return rowsOf<RollupRow>(
    on,
    `select ${SELECT} from (
       select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC') as hour, campaign_id,
         coalesce(list_id, 0) as list_id, coalesce(agent_id, 0) as agent_id, kind, status_id,
         1 as calls, case when answered_at is null then 0 else 1 end as answered, talk_ms, 0 as hold_ms, 0 as wrap_up_ms
       from calls where committed_at is not null) as recounted
     where hour >= $1 and hour < $2 ${ORDER}`,
    [params.from, params.to],
  );
}

/** Committed calls of a campaign claimed in an interval, by status code; for the result of a `workday` run. */
export async function countCallsByStatus(
  on: Queryable,
  params: { campaignId: number; from: Date; to: Date },
): Promise<Record<string, number>> {
  const rows = await rowsOf<{ code: string; calls: number }>(
    on,
    `select s.code, count(*)::int as calls from calls c join statuses s on s.id = c.status_id
     where c.campaign_id = $1 and c.claimed_at >= $2 and c.claimed_at < $3 and c.committed_at is not null
     group by s.code order by s.code`,
    [params.campaignId, params.from, params.to],
  );
  return Object.fromEntries(rows.map((row) => [row.code, row.calls]));
}
