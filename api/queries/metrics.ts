/**
 * @module
 */
import type { CallStage } from '../../contracts/model/call.ts';
import type { Database } from '../../db/client.ts';

export interface MetricsFacts {
  stages: { stage: CallStage; calls: number; oldest_seconds: number }[];
  /** Queue depth from the planner's statistics: exact counts of a million rows are not worth a scrape. */
  queued: number;
  leased: number;
  committed_today: { status: string; calls: number }[];
  trunks: {
    trunk: string;
    suspended: boolean;
    backing_off: boolean;
    channels: number;
    max_channels: number;
  }[];
  edges: number;
  edges_draining: number;
  /** Open edges that take no calls, or none that are recorded, by reason. */
  refusing: { reason: string; edges: number }[];
  /** Rows of all imports that were not undone. */
  imported: { accepted: number; duplicate: number; invalid: number; suppressed: number };
  /** Recordings of the last hour's calls that could not be made, by reason. */
  recordings_lost: { reason: string; calls: number }[];
  /** That calls name and that were not on the disk at the last look at their day. */
  recordings_missing: number;
  oldest_delta: number | null;
  deltas: number;
}

export async function readMetricsFacts(db: Database, now: Date): Promise<MetricsFacts> {
  const found = await db.pool.query<MetricsFacts>(STATEMENT, [now]);
  const row = found.rows[0];
  if (row === undefined) throw new Error('the metrics statement gave no row');
  return row;
}

const TODAY = `hour >= date_trunc('day', $1::timestamptz, 'UTC')`;

const STATEMENT = `
  select
    coalesce((select json_agg(x) from (
      select stage, count(*)::int as calls,
             greatest(0, extract(epoch from $1 - min(stage_at)))::float8 as oldest_seconds
      from live_calls group by stage) x), '[]') as stages,
    (select greatest(reltuples, 0)::int8 from pg_class where oid = 'dial_queue'::regclass) as queued,
    (select count(*) from live_calls where contact_id is not null) as leased,
    coalesce((select json_agg(x) from (
      select s.code as status, sum(p.calls)::int8 as calls
      from (select status_id, calls from rollup_hours where ${TODAY}
            union all select status_id, calls from rollup_deltas where ${TODAY}) p
      join statuses s on s.id = p.status_id group by s.code) x), '[]') as committed_today,
    coalesce((select json_agg(x) from (
      select o.name as trunk, h.suspended_at is not null as suspended,
             coalesce(h.backoff_until > $1, false) as backing_off,
             (select count(*) from live_calls l where l.trunk_id = o.id)::int as channels,
             (o.body->>'maxChannels')::int as max_channels
      from config_objects o left join trunk_health h on h.id = o.id where o.kind = 'trunk') x), '[]') as trunks,
    (select count(*) from edges where ended_at is null) as edges,
    (select count(*) from edges where ended_at is null and draining_at is not null) as edges_draining,
    coalesce((select json_agg(x) from (
      select refusing as reason, count(*)::int as edges from edges
      where ended_at is null and refusing is not null group by refusing) x), '[]') as refusing,
    (select json_build_object(
       'accepted', coalesce(sum(accepted), 0), 'duplicate', coalesce(sum(duplicate), 0),
       'invalid', coalesce(sum(invalid), 0), 'suppressed', coalesce(sum(suppressed), 0))
     from imports where state <> 'undone') as imported,
    coalesce((select json_agg(x) from (
      select coalesce(recording_reason, 'unknown') as reason, count(*)::int as calls from calls
      where claimed_at > $1 - interval '1 hour' and recording_state = 'lost' group by 1) x), '[]') as recordings_lost,
    (select coalesce(sum(missing), 0)::int from recording_days) as recordings_missing,
    (select min(id) from rollup_deltas) as oldest_delta,
    (select count(*) from (select 1 from rollup_deltas limit 100000) d) as deltas`;
