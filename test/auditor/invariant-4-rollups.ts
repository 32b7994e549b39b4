import type { AuditContext } from './audit-context.ts';

/** Every rollup equals a recount of the raw rows, bucket by bucket, unfolded deltas included. */
export async function auditRollups({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ bucket: string; raw: string; rolled: string }>(
    `with raw as (
       select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC') as hour, campaign_id, coalesce(list_id, 0) as list_id,
              coalesce(agent_id, 0) as agent_id, kind, status_id, count(*) as calls,
              count(answered_at) as answered, sum(talk_ms)::bigint as talk_ms
       from calls where committed_at is not null group by 1, 2, 3, 4, 5, 6),
     parts as (
       select hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms from rollup_hours
       union all
       select hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms from rollup_deltas),
     rolled as (
       select hour, campaign_id, list_id, agent_id, kind, status_id, sum(calls) as calls, sum(answered) as answered,
              sum(talk_ms)::bigint as talk_ms
       from parts group by 1, 2, 3, 4, 5, 6 having sum(calls) <> 0)
     select concat_ws(' ', hour, campaign_id, list_id, agent_id, kind, status_id) as bucket,
            concat_ws('/', r.calls, r.answered, r.talk_ms) as raw, concat_ws('/', u.calls, u.answered, u.talk_ms) as rolled
     from raw r full join rolled u using (hour, campaign_id, list_id, agent_id, kind, status_id)
     where (r.calls, r.answered, r.talk_ms) is distinct from (u.calls, u.answered, u.talk_ms)`,
  );
  return rows.map(
    (row) => `bucket ${row.bucket}: rows say ${row.raw || 'nothing'}, rollup says ${row.rolled || 'nothing'}`,
  );
}
