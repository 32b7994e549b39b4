/**
 * What the report of agents reads: their calls by status and their time by state, by buckets of local days. From
 * `report_agent_days`, `agent_state_days` and, for the months that a period is nearest to, their sums by months, which
 * triggers keep; the unfolded deltas, and the states that go on now.
 * @module
 */
import type { AgentState } from '../contracts/model/agent.ts';
import type { CallKind } from '../contracts/model/call.ts';
import { addDays } from '../domain/local-dates.ts';
import { nearestMonths } from '../domain/report-periods.ts';
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
  return rowsOf<AgentCallsCell>(on, callsText(filter.by), [
    ...periodValues(filter),
    kinds ?? null,
    campaignId ?? null,
    agentId ?? null,
    listId ?? null,
    ...monthValues(filter),
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
  return rowsOf<AgentTimeCell>(on, timeText(filter.by), [
    ...periodValues(filter),
    filter.agentId ?? null,
    filter.now,
    ...monthValues({ ...filter, listId: undefined }),
  ]);
}

function periodValues({ zone, from, to }: AgentReportFilter): unknown[] {
  return [zone, from, to, dayBounds(zone, from).from, dayBounds(zone, to).to];
}

/** First and last day of the months that are read from their sums; none, after the last day, where weeks or days are told apart. */
function monthValues({ from, to, by, listId }: AgentReportFilter): [string, string] {
  const months = by === 'day' || by === 'week' || listId !== undefined ? null : nearestMonths({ from, to });
  return months === null ? [addDays(to, 1), to] : [months.from, months.to];
}

/** First day of a row's bucket. */
function bucketOf(by: AgentReportBucket): string {
  if (by === 'all') return '$2::date';
  return by === 'day' ? 'day' : `greatest($2::date, date_trunc('${by}', day::timestamp)::date)`;
}

/** `$1` zone, `$2` and `$3` days, `$4` and `$5` the instants of both. */
const KEPT = 'exists (select 1 from report_zones where zone = $1::text)';
const LOCAL_DAY = '(hour at time zone $1::text)::date';
const BETWEEN = 'hour >= $4::timestamptz and hour < $5::timestamptz';
const ASKED = `($6::text[] is null or kind = any($6::text[])) and ($7::int is null or campaign_id = $7::int)
  and ($8::int is null or agent_id = $8::int)`;
const LISTED = '($9::int is null or list_id = $9::int)';
const SUMS = 'calls, answered, talk_ms, hold_ms, wrap_up_ms';

interface KeptParts {
  /** Of months and of days. */
  tables: [months: string, days: string];
  key: readonly [who: string, ...rest: string[]];
  sums: readonly string[];
  asked: string;
  /** Places of the values of `monthValues`. */
  months: [first: string, last: string];
}

/** Months, and the days to be added to them or taken out again at both ends; what is taken out is empty where the other is not. */
function keptParts({ tables, key, sums, asked, months: [first, last] }: KeptParts): string {
  const [months, days] = tables;
  const part = (table: string, day: string, which: string, sign: '' | '-') => `
      select ${key[0]}, ${day} as day, ${[...key.slice(1), ...sums.map((sum) => sign + sum)].join(', ')}
      from ${table} where zone = $1::text and ${which} and ${asked}`;
  const taken = `date_trunc('month', day::timestamp)::date`;
  return [
    part(months, 'month', `month >= ${first}::date and month <= ${last}::date`, ''),
    part(days, 'day', `day >= $2::date and day < ${first}::date`, ''),
    part(days, taken, `day >= ${first}::date and day < $2::date`, '-'),
    part(days, 'day', `day > ${last}::date and day <= $3::date`, ''),
    part(days, taken, `day > $3::date and day <= ${last}::date`, '-'),
  ].join(' union all ');
}

const callsText = (by: AgentReportBucket) => `
  select p.agent_id as "agentId", p.bucket::text, s.code as status, p.calls, p.answered, p.talk_ms as "talkMs",
    p.hold_ms as "holdMs", p.wrap_up_ms as "wrapUpMs"
  from (
    select agent_id, ${bucketOf(by)} as bucket, status_id, sum(calls)::int as calls, sum(answered)::int as answered,
      sum(talk_ms::float8)::int8 as talk_ms, sum(hold_ms::float8)::int8 as hold_ms, sum(wrap_up_ms::float8)::int8 as wrap_up_ms
    from (${keptParts({
      tables: ['report_agent_months', 'report_agent_days'],
      key: ['agent_id', 'status_id'],
      sums: SUMS.split(', '),
      asked: `${ASKED} and ${KEPT} and $9::int is null`,
      months: ['$10', '$11'],
    })}
      union all
      select agent_id, ${LOCAL_DAY}, status_id, ${SUMS} from rollup_hours
      where ${BETWEEN} and agent_id <> 0 and ${ASKED} and ${LISTED} and ($9::int is not null or not ${KEPT})
      union all
      select agent_id, ${LOCAL_DAY}, status_id, ${SUMS} from rollup_deltas where ${BETWEEN} and agent_id <> 0 and ${ASKED}
        and ${LISTED}) parts
    group by 1, 2, 3
    having sum(calls) <> 0) p
  join statuses s on s.id = p.status_id where in_one_process()`;

/** A state that goes on is cut at the hours, as those that are over: an hour belongs to one local day. */
const timeText = (by: AgentReportBucket) => `
  select user_id as "agentId", (${bucketOf(by)})::text as bucket, state, sum(ms::float8)::int8 as ms
  from (${keptParts({
    tables: ['agent_state_months', 'agent_state_days'],
    key: ['user_id', 'state'],
    sums: ['ms'],
    asked: `${KEPT} and ($6::int is null or user_id = $6::int)`,
    months: ['$8', '$9'],
  })}
    union all
    select user_id, ${LOCAL_DAY}, state, ms from agent_state_hours where ${BETWEEN} and not ${KEPT}
    union all
    select a.user_id, (t at time zone $1::text)::date, a.state,
      (extract(epoch from least($7::timestamptz, t + interval '1 hour') - greatest(a.state_since, t)) * 1000)::int8
    from agents a
    cross join lateral generate_series(
      date_trunc('hour', greatest(a.state_since, $4::timestamptz), 'UTC'), least($7::timestamptz, $5::timestamptz - interval '1 hour'),
      interval '1 hour') t
    where a.state <> 'logged-out' and t < $7::timestamptz and t + interval '1 hour' > a.state_since) parts
  where ($6::int is null or user_id = $6::int) and in_one_process()
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
