/**
 * Pause and resume: the campaign's row and its audit line in one statement.
 * @module
 */
import type { Pause } from '../../contracts/http/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { pauseOf } from './campaigns.ts';

export interface PauseInput {
  campaign: string;
  paused: boolean;
  actor: string;
  reason: string;
  now: Date;
}

interface PauseRow {
  paused_at: Date | null;
  paused_by: string | null;
  paused_reason: string | null;
  changed: boolean;
}

/** Idempotent; null when there is no such campaign. A first reason is not overwritten by a second pause. */
export async function setPaused(db: Database, input: PauseInput): Promise<{ paused: Pause; changed: boolean } | null> {
  const found = await db.pool.query<PauseRow>(STATEMENT, [
    input.campaign,
    input.paused,
    input.now,
    input.actor,
    input.reason,
  ]);
  const row = found.rows[0];
  return row === undefined ? null : { paused: pauseOf(row), changed: row.changed };
}

/** The row is locked first, so that two clicks at once make one change and one audit line. */
const STATEMENT = `
  with old as (
    select id, name, paused_at, paused_by, paused_reason from campaigns where name = $1 for update),
  changed as (
    update campaigns c set
      paused_at = case when $2 then $3::timestamptz end,
      paused_by = case when $2 then $4::text end,
      paused_reason = case when $2 then $5::text end
    from old
    where c.id = old.id and (old.paused_at is not null) <> $2
    returning c.paused_at, c.paused_by, c.paused_reason),
  audited as (
    insert into audit_log (at, actor, action, object_kind, object_id, before, after)
    select $3, $4::text, case when $2 then 'campaign.pause' else 'campaign.resume' end, 'campaign', old.name,
           jsonb_build_object('paused', old.paused_at is not null, 'reason', old.paused_reason),
           jsonb_build_object('paused', $2::boolean, 'reason', $5::text)
    from old, changed)
  select paused_at, paused_by, paused_reason, true as changed from changed
  union all
  select paused_at, paused_by, paused_reason, false from old where not exists (select 1 from changed)`;
