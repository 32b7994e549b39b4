/**
 * The sums of a history, from its rows: what commits, folds and states would have added one by one.
 * @module
 */
import type pg from 'pg';
import { FOLD_LOCK, WAIT_SUMS, waitsOfRow } from '../../db/rollups.ts';
import { HISTORY_NODE } from './world.ts';

/**
 * Hours of calls, of which triggers make the hours of reports, and hours of agents. Days and months are made anew by
 * `keepReportDays`, here or by a worker: there is no zone until then. @param users whose trails were written
 */
export async function writeSums(client: pg.PoolClient, users: readonly number[]): Promise<void> {
  await client.query(`set local work_mem = '128MB'`);
  await client.query('select pg_advisory_xact_lock($1)', [FOLD_LOCK]);
  await client.query('delete from report_zones');
  await client.query(ROLLUPS, [HISTORY_NODE]);
  await client.query(STATE_HOURS, [users]);
}

const KEY = 'hour, campaign_id, list_id, agent_id, kind, status_id';

const ROLLUPS = `
  insert into rollup_hours (${KEY}, calls, answered, talk_ms, hold_ms, wrap_up_ms, ${WAIT_SUMS})
  select ${KEY}, count(*), sum(answered), sum(talk_ms), sum(hold_ms), sum(wrap_up_ms),
    sum(waited), sum(waited_ms), sum(given_up), sum(given_up_ms)
  from (
    select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC'), campaign_id, coalesce(list_id, 0), coalesce(agent_id, 0),
      kind, status_id, case when answered_at is null then 0 else 1 end, talk_ms, coalesce(hold_ms, 0), coalesce(wrap_up_ms, 0),
      ${waitsOfRow()}
    from calls where node = $1 and status_id <> (select id from statuses where code = 'skipped'))
    as one (${KEY}, answered, talk_ms, hold_ms, wrap_up_ms, ${WAIT_SUMS})
  group by ${KEY} order by ${KEY}`;

const STATE_HOURS = `
  insert into agent_state_hours (hour, user_id, state, ms)
  select t, user_id, from_state, sum(extract(epoch from least(at, t + interval '1 hour') - greatest(since, t)) * 1000)
  from (select user_id, from_state, at, lag(at) over (partition by user_id order by at, id) as since
        from agent_states where user_id = any($1::int[])) s
  cross join lateral generate_series(date_trunc('hour', since, 'UTC'), at, interval '1 hour') t
  where from_state <> 'logged-out' and since < at and t < at
  group by 1, 2, 3`;
