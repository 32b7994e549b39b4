/**
 * What the report of agents reads: their calls by status and their time by state, by buckets of local days. From
 * `report_agent_days` and `agent_state_days`, which triggers keep, the unfolded deltas, and the states that go on now.
 * @module
 */
import type { AgentState } from '../contracts/model/agent.ts';
import type { CallKind } from '../contracts/model/call.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { dayBounds } from './report-bounds.ts';

/** Rows of a report: one for the whole period, or one for each day, week (from Monday), month, year in it. */
export const AGENT_REPORT_BUCKETS = ['all', 'day', 'week', 'month', 'year'] as const;
export type AgentReportBucket = (typeof AGENT_REPORT_BUCKETS)[number];

/** Local days, both included. */
export interface AgentReportFilter {
  zone: string;
  from: string;
  to: string;
  by: AgentReportBucket;
  /** Undefined: all. */
  kinds?: readonly CallKind[] | undefined;
  campaignId?: number | undefined;
  /** Of calls; the sums by days know no lists, so that it reads the hours. */
  listId?: number | undefined;
  agentId?: number | undefined;
}

export interface AgentCallsCell {
  agentId: number;
  /** First day of the bucket, `YYYY-MM-DD`, not before `from`. */
  bucket: string;
  /** Code. */
  status: string;
  calls: number;
  answered: number;
  talkMs: number;
  holdMs: number;
  wrapUpMs: number;
}

/** Sums that are none are left out. In no order. */
export async function readAgentCalls(on: Queryable, filter: AgentReportFilter): Promise<AgentCallsCell[]> {
  const { kinds, campaignId, agentId, listId } = filter;
  return rowsOf<AgentCallsCell>(on, CALLS, [
    ...periodValues(filter),
    kinds ?? null,
    campaignId ?? null,
    agentId ?? null,
    listId ?? null,
  ]);
}

export interface AgentTimeCell {
  agentId: number;
  bucket: string;
  state: AgentState;
  ms: number;
}

/** Time on shift, up to `now`; of all campaigns and kinds: a state belongs to none. In no order. */
export async function readAgentTime(
  on: Queryable,
  filter: AgentReportFilter & { now: Date },
): Promise<AgentTimeCell[]> {
  return rowsOf<AgentTimeCell>(on, TIME, [...periodValues(filter), filter.agentId ?? null, filter.now]);
}

function periodValues({ zone, from, to, by }: AgentReportFilter): unknown[] {
  return [zone, from, to, by, dayBounds(zone, from).from, dayBounds(zone, to).to];
}

/** `$1` zone, `$2` and `$3` days, `$4` bucket, `$5` and `$6` the instants of both. */
const BUCKET = `case when $4::text = 'all' then $2::date else greatest($2::date, date_trunc($4::text, day::timestamp)::date) end`;
const KEPT = 'exists (select 1 from report_zones where zone = $1::text)';
const LOCAL_DAY = '(hour at time zone $1::text)::date';
const BETWEEN = 'hour >= $5::timestamptz and hour < $6::timestamptz';
const DAYS = 'zone = $1::text and day >= $2::date and day <= $3::date';
const ASKED = `($7::text[] is null or kind = any($7::text[])) and ($8::int is null or campaign_id = $8::int)
  and ($9::int is null or agent_id = $9::int)`;
const LISTED = '($10::int is null or list_id = $10::int)';
const SUMS = 'calls, answered, talk_ms, hold_ms, wrap_up_ms';

const CALLS = `
  select p.agent_id as "agentId", p.bucket::text, s.code as status, p.calls, p.answered, p.talk_ms as "talkMs",
    p.hold_ms as "holdMs", p.wrap_up_ms as "wrapUpMs"
  from (
    select agent_id, ${BUCKET} as bucket, status_id, sum(calls)::int as calls, sum(answered)::int as answered,
      sum(talk_ms::float8)::int8 as talk_ms, sum(hold_ms::float8)::int8 as hold_ms, sum(wrap_up_ms::float8)::int8 as wrap_up_ms
    from (
      select agent_id, day, status_id, ${SUMS} from report_agent_days where ${DAYS} and ${ASKED} and ${KEPT} and $10::int is null
      union all
      select agent_id, ${LOCAL_DAY}, status_id, ${SUMS} from rollup_hours
      where ${BETWEEN} and agent_id <> 0 and ${ASKED} and ${LISTED} and ($10::int is not null or not ${KEPT})
      union all
      select agent_id, ${LOCAL_DAY}, status_id, ${SUMS} from rollup_deltas where ${BETWEEN} and agent_id <> 0 and ${ASKED}
        and ${LISTED}) parts
    group by 1, 2, 3
    having sum(calls) <> 0) p
  join statuses s on s.id = p.status_id`;

/** A state that goes on is cut at the hours, as those that are over: an hour belongs to one local day. */
const TIME = `
  select user_id as "agentId", (${BUCKET})::text as bucket, state, sum(ms::float8)::int8 as ms
  from (
    select user_id, day, state, ms from agent_state_days where ${DAYS} and ${KEPT}
    union all
    select user_id, ${LOCAL_DAY}, state, ms from agent_state_hours where ${BETWEEN} and not ${KEPT}
    union all
    select a.user_id, (t at time zone $1::text)::date, a.state,
      (extract(epoch from least($8::timestamptz, t + interval '1 hour') - greatest(a.state_since, t)) * 1000)::int8
    from agents a
    cross join lateral generate_series(
      date_trunc('hour', greatest(a.state_since, $5::timestamptz), 'UTC'), least($8::timestamptz, $6::timestamptz - interval '1 hour'),
      interval '1 hour') t
    where a.state <> 'logged-out' and t < $8::timestamptz and t + interval '1 hour' > a.state_since) parts
  where $7::int is null or user_id = $7::int
  group by 1, 2, 3
  having sum(ms) > 0`;

export interface AgentName {
  id: number;
  name: string;
}

/** Everybody who has ever been on shift, by name. */
export async function listAgents(on: Queryable): Promise<AgentName[]> {
  return rowsOf<AgentName>(
    on,
    `select u.id, u.display_name as name from users u
     where exists (select 1 from agents a where a.user_id = u.id) order by u.display_name, u.id limit 2000`,
  );
}
