/**
 * The sums of a history, from its rows: what commits, folds and states would have added one by one.
 * @module
 */
import type pg from 'pg';
import { FOLD_LOCK, WAIT_SUMS, waitsOfRow } from '../../db/rollups.ts';
import { HISTORY_NODE } from './world.ts';

/** The triggers of `rollup_hours` write what reports read. No fold comes between. @param users whose trails were written */
export async function writeSums(client: pg.PoolClient, users: readonly number[]): Promise<void> {
  await client.query(`set local work_mem = '128MB'`);
  await client.query('select pg_advisory_xact_lock($1)', [FOLD_LOCK]);
  await client.query(ROLLUPS, [HISTORY_NODE]);
  await client.query(STATE_HOURS, [users]);
  await client.query(STATE_DAYS, [users]);
  await client.query(STATE_MONTHS, [users]);
}

const ROLLUPS = `
  insert into rollup_hours (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms,
    ${WAIT_SUMS})
  select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC'), campaign_id, coalesce(list_id, 0), coalesce(agent_id, 0),
    kind, status_id, count(*), count(answered_at), sum(talk_ms), coalesce(sum(hold_ms), 0), coalesce(sum(wrap_up_ms), 0),
    sum(waited), sum(waited_ms), sum(given_up), sum(given_up_ms)
  from calls cross join lateral (select ${waitsOfRow()}) as rang(${WAIT_SUMS})
  where node = $1 and status_id <> (select id from statuses where code = 'skipped')
  group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`;

const STATE_HOURS = `
  insert into agent_state_hours (hour, user_id, state, ms)
  select t, user_id, from_state, sum(extract(epoch from least(at, t + interval '1 hour') - greatest(since, t)) * 1000)
  from (select user_id, from_state, at, lag(at) over (partition by user_id order by at, id) as since
        from agent_states where user_id = any($1::int[])) s
  cross join lateral generate_series(date_trunc('hour', since, 'UTC'), at, interval '1 hour') t
  where from_state <> 'logged-out' and since < at and t < at
  group by 1, 2, 3`;

const STATE_DAYS = `
  insert into agent_state_days (zone, day, user_id, state, ms)
  select z.zone, (hour at time zone z.zone)::date, user_id, state, sum(ms)
  from agent_state_hours cross join report_zones z where user_id = any($1::int[]) group by 1, 2, 3, 4`;

const STATE_MONTHS = `
  insert into agent_state_months (zone, month, user_id, state, ms)
  select zone, date_trunc('month', day::timestamp)::date, user_id, state, sum(ms)
  from agent_state_days where user_id = any($1::int[]) group by 1, 2, 3, 4`;
