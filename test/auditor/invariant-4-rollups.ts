import { rowsOf, type Queryable } from '../../db/queryable.ts';

/** Every rollup equals a recount of the raw rows, bucket by bucket, unfolded deltas included; then the sums of them. */
export async function auditRollups({ db }: { db: Queryable }): Promise<string[]> {
  return [...(await differencesOf(db, ROLLUPS)), ...(await auditReportSums({ db }))];
}

/**
 * The sums that reports read equal the folded hours: for each campaign, each list and all of them, by hours and by the local
 * days of each zone; for each agent by those days.
 */
export async function auditReportSums({ db }: { db: Queryable }): Promise<string[]> {
  const texts = [
    REPORT_HOURS,
    REPORT_DAYS,
    REPORT_MONTHS,
    REPORT_MONTH_HOURS,
    REPORT_AGENT_DAYS,
    REPORT_AGENT_MONTHS,
    STATE_MONTHS,
  ];
  const found: string[] = [];
  for (const text of texts) found.push(...(await differencesOf(db, text)));
  return found;
}

/** One statement: a fold between two would be found guilty of what nobody did. */
async function differencesOf(db: Queryable, text: string): Promise<string[]> {
  const rows = await rowsOf<Difference>(db, text);
  return rows.map(
    ({ bucket, expected, written }) =>
      `bucket ${bucket}: rows say ${expected || 'nothing'}, rollup says ${written || 'nothing'}`,
  );
}

interface Difference {
  bucket: string;
  /** Calls, answered, talk (hold, wrap-up) in ms, and what rang: until an answer, without one, each with its ms. */
  expected: string;
  written: string;
}

const ALL_SUMS = ['calls', 'answered', 'talk_ms', 'hold_ms', 'wrap_up_ms'] as const;
const WAITS = ['waited', 'waited_ms', 'given_up', 'given_up_ms'] as const;
const HOUR_KEY = 'hour, campaign_id, list_id, agent_id, kind, status_id';

const summed = (sums: readonly string[]) => sums.map((sum) => `sum(${sum})::bigint as ${sum}`).join(', ');

/** `public`: of all calls, those too that `madeUpNode` hides. */
const ROLLUPS = `
  with rang as (
    select *, invited_at is not null or kind = 'inbound' as sent,
      greatest(0, round(extract(epoch from coalesce(answered_at, ended_at) - coalesce(invited_at, claimed_at)) * 1000)) as rang_ms
    from public.calls where committed_at is not null and status_id is distinct from (select id from statuses where code = 'skipped')),
  raw as (
    select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC') as hour, campaign_id, coalesce(list_id, 0) as list_id,
           coalesce(agent_id, 0) as agent_id, kind, status_id, count(*) as calls,
           count(answered_at) as answered, sum(talk_ms)::bigint as talk_ms,
           coalesce(sum(hold_ms), 0)::bigint as hold_ms, coalesce(sum(wrap_up_ms), 0)::bigint as wrap_up_ms,
           count(answered_at) filter (where sent) as waited,
           coalesce(sum(rang_ms) filter (where sent and answered_at is not null), 0)::bigint as waited_ms,
           count(ended_at) filter (where sent and answered_at is null) as given_up,
           coalesce(sum(rang_ms) filter (where sent and answered_at is null), 0)::bigint as given_up_ms
    from rang group by 1, 2, 3, 4, 5, 6),
  parts as (
    select ${HOUR_KEY}, ${[...ALL_SUMS, ...WAITS].join(', ')} from rollup_hours
    union all
    select ${HOUR_KEY}, ${[...ALL_SUMS, ...WAITS].join(', ')} from rollup_deltas),
  rolled as (select ${HOUR_KEY}, ${summed([...ALL_SUMS, ...WAITS])} from parts group by ${HOUR_KEY} having sum(calls) <> 0)
  ${difference('raw', 'rolled', HOUR_KEY, [...ALL_SUMS, ...WAITS])}`;

const SUMS = ['calls', 'answered', 'talk_ms'] as const;
/** -1 is the sum over all. */
const CUBE = `coalesce(campaign_id, -1) as campaign_id, coalesce(list_id, -1) as list_id, kind, status_id`;
/** A correction leaves a count of none where the call was. */
const written = (table: string, sums: readonly string[]) =>
  `written as (select * from ${table} where (${sums.join(', ')}) <> (${sums.map(() => 0).join(', ')}))`;

const REPORT_HOURS = `
  with raw as (
    select hour, ${CUBE}, ${summed(SUMS)} from rollup_hours
    group by hour, kind, status_id, cube (campaign_id, list_id) having sum(calls) <> 0),
  ${written('report_hours', SUMS)}
  ${difference('raw', 'written', 'hour, campaign_id, list_id, kind, status_id')}`;

const REPORT_DAYS = `
  with raw as (
    select zone, (hour at time zone zone)::date as day, ${CUBE}, ${summed([...SUMS, ...WAITS])} from rollup_hours, report_zones
    group by zone, day, kind, status_id, cube (campaign_id, list_id) having sum(calls) <> 0),
  ${written('report_days', [...SUMS, ...WAITS])}
  ${difference('raw', 'written', 'zone, day, campaign_id, list_id, kind, status_id', [...SUMS, ...WAITS])}`;

const LOCAL_MONTH = `date_trunc('month', hour at time zone zone)::date as month`;

const REPORT_MONTHS = `
  with raw as (
    select zone, ${LOCAL_MONTH}, coalesce(campaign_id, -1) as campaign_id, kind, status_id, ${summed([...SUMS, ...WAITS])}
    from rollup_hours, report_zones
    group by zone, month, kind, status_id, rollup (campaign_id) having sum(calls) <> 0),
  ${written('report_months', [...SUMS, ...WAITS])}
  ${difference('raw', 'written', 'zone, month, campaign_id, kind, status_id', [...SUMS, ...WAITS])}`;

const REPORT_MONTH_HOURS = `
  with raw as (
    select zone, ${LOCAL_MONTH}, extract(hour from hour at time zone zone)::smallint as local_hour,
      coalesce(campaign_id, -1) as campaign_id, kind, status_id, ${summed(SUMS)}
    from rollup_hours, report_zones
    group by zone, month, local_hour, kind, status_id, rollup (campaign_id) having sum(calls) <> 0),
  ${written('report_month_hours', SUMS)}
  ${difference('raw', 'written', 'zone, month, local_hour, campaign_id, kind, status_id')}`;

/** Of calls with an agent, by the days or months of each zone. */
const ofAgents = (table: string, unit: 'day' | 'month', local: string) => {
  const key = `zone, ${unit}, agent_id, campaign_id, kind, status_id`;
  return `
  with raw as (
    select zone, ${local}, agent_id, campaign_id, kind, status_id, ${summed(ALL_SUMS)}
    from rollup_hours, report_zones where agent_id <> 0 group by ${key} having sum(calls) <> 0),
  ${written(table, ALL_SUMS)}
  ${difference('raw', 'written', key, ALL_SUMS)}`;
};

const REPORT_AGENT_DAYS = ofAgents('report_agent_days', 'day', '(hour at time zone zone)::date as day');
const REPORT_AGENT_MONTHS = ofAgents('report_agent_months', 'month', LOCAL_MONTH);

const STATE_MONTHS = `
  with raw as (
    select zone, ${LOCAL_MONTH}, user_id, state, sum(ms)::bigint as ms from agent_state_hours, report_zones
    group by zone, month, user_id, state),
  written as (select * from agent_state_months)
  ${difference('raw', 'written', 'zone, month, user_id, state', ['ms'])}`;

function difference(expected: string, written: string, key: string, sums: readonly string[] = SUMS): string {
  const of = (side: string) => sums.map((sum) => `${side}.${sum}`).join(', ');
  return `
    select concat_ws(' ', ${key}) as bucket, concat_ws('/', ${of('e')}) as expected,
           concat_ws('/', ${of('w')}) as written
    from ${expected} e full join ${written} w using (${key})
    where (${of('e')}) is distinct from (${of('w')})`;
}
