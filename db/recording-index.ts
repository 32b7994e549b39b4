/**
 * Moves what commits left for the recording index into it.
 * @module
 */
import { rowsOf, type Queryable } from './queryable.ts';

/** A second of the busiest site has hundreds. */
const MOST = 5_000;

/**
 * Rows of calls are locked, so that a correction beside it is either read or comes after. Several workers take different rows.
 */
const INDEX = `
with noted as (
  delete from recordings_not_indexed
  where ctid = any(array(select ctid from recordings_not_indexed limit ${MOST} for update skip locked))
  returning call_id),
rows as (
  select id, coalesce(invited_at, claimed_at) as at, campaign_id, agent_id, status_id, recording_ms,
    case when recording_state = 'ready' and recording_archived_at is not null then 'archived' else recording_state end as state
  from calls where id in (select call_id from noted) and recording_state <> 'none'
  order by id for no key update),
indexed as (
  insert into recording_index (call_id, at, campaign_id, agent_id, status_id, state, ms)
  select id, at, campaign_id, agent_id, status_id, state, recording_ms from rows
  on conflict (call_id) do update set status_id = excluded.status_id, state = excluded.state, ms = excluded.ms)
select count(*)::int as n from noted`;

/** @returns whether there may be more */
export async function indexRecordings(pool: Queryable): Promise<boolean> {
  const [moved] = await rowsOf<{ n: number }>(pool, INDEX, []);
  return (moved?.n ?? 0) >= MOST;
}
