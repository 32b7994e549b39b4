import { rowsOf, type Queryable } from '../../db/queryable.ts';
import type { AuditContext } from './audit-context.ts';

/** Every rollup equals a recount of the raw rows, bucket by bucket, unfolded deltas included; then the sums of them. */
export async function auditRollups({ db }: AuditContext): Promise<string[]> {
  return [...(await differencesOf(db, ROLLUPS)), ...(await auditReportSums({ db }))];
}

/**
 * The sums that reports read equal the folded hours: for each campaign, each list and all of them, by hours and by the local
 * days of each zone; for each agent by those days.
 */
export async function auditReportSums({ db }: { db: Queryable }): Promise<string[]> {
  const texts = [REPORT_HOURS, REPORT_DAYS, REPORT_AGENT_DAYS];
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
  /** Calls, answered, talk (hold, wrap-up) in ms. */
  expected: string;
  written: string;
}

const ALL_SUMS = ['calls', 'answered', 'talk_ms', 'hold_ms', 'wrap_up_ms'] as const;

const ROLLUPS = `
  with raw as (
    select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC') as hour, campaign_id, coalesce(list_id, 0) as list_id,
           coalesce(agent_id, 0) as agent_id, kind, status_id, count(*) as calls,
           count(answered_at) as answered, sum(talk_ms)::bigint as talk_ms,
           coalesce(sum(hold_ms), 0)::bigint as hold_ms, coalesce(sum(wrap_up_ms), 0)::bigint as wrap_up_ms
    from calls where committed_at is not null and status_id is distinct from (select id from statuses where code = 'skipped')
    group by 1, 2, 3, 4, 5, 6),
  parts as (
    select hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms from rollup_hours
    union all
    select hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms from rollup_deltas),
  rolled as (
    select hour, campaign_id, list_id, agent_id, kind, status_id, sum(calls) as calls, sum(answered) as answered,
           sum(talk_ms)::bigint as talk_ms, sum(hold_ms)::bigint as hold_ms, sum(wrap_up_ms)::bigint as wrap_up_ms
    from parts group by 1, 2, 3, 4, 5, 6 having sum(calls) <> 0)
  ${difference('raw', 'rolled', 'hour, campaign_id, list_id, agent_id, kind, status_id', ALL_SUMS)}`;

const SUMS = 'sum(calls) as calls, sum(answered) as answered, sum(talk_ms)::bigint as talk_ms';
/** -1 is the sum over all. */
const CUBE = `coalesce(campaign_id, -1) as campaign_id, coalesce(list_id, -1) as list_id, kind, status_id`;

const REPORT_HOURS = `
  with raw as (
    select hour, ${CUBE}, ${SUMS} from rollup_hours
    group by hour, kind, status_id, cube (campaign_id, list_id) having sum(calls) <> 0),
  written as (select * from report_hours where (calls, answered, talk_ms) <> (0, 0, 0))
  ${difference('raw', 'written', 'hour, campaign_id, list_id, kind, status_id')}`;

const REPORT_DAYS = `
  with raw as (
    select zone, (hour at time zone zone)::date as day, ${CUBE}, ${SUMS} from rollup_hours, report_zones
    group by zone, day, kind, status_id, cube (campaign_id, list_id) having sum(calls) <> 0),
  written as (select * from report_days where (calls, answered, talk_ms) <> (0, 0, 0))
  ${difference('raw', 'written', 'zone, day, campaign_id, list_id, kind, status_id')}`;

const AGENT_DAY = 'zone, day, agent_id, campaign_id, kind, status_id';

const REPORT_AGENT_DAYS = `
  with raw as (
    select zone, (hour at time zone zone)::date as day, agent_id, campaign_id, kind, status_id,
      ${ALL_SUMS.map((sum) => `sum(${sum})::bigint as ${sum}`).join(', ')}
    from rollup_hours, report_zones where agent_id <> 0 group by ${AGENT_DAY} having sum(calls) <> 0),
  written as (select * from report_agent_days where (${ALL_SUMS.join(', ')}) <> (0, 0, 0, 0, 0))
  ${difference('raw', 'written', AGENT_DAY, ALL_SUMS)}`;

function difference(
  expected: string,
  written: string,
  key: string,
  sums: readonly string[] = ['calls', 'answered', 'talk_ms'],
): string {
  const of = (side: string) => sums.map((sum) => `${side}.${sum}`).join(', ');
  return `
    select concat_ws(' ', ${key}) as bucket, concat_ws('/', ${of('e')}) as expected,
           concat_ws('/', ${of('w')}) as written
    from ${expected} e full join ${written} w using (${key})
    where (${of('e')}) is distinct from (${of('w')})`;
}
