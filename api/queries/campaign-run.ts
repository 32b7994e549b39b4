/**
 * @module
 */
import type { CampaignRun } from '../../contracts/http/config-admin.ts';
import type { Database } from '../../db/client.ts';

/** What a campaign does now; null when there is none of that name. */
export async function findCampaignRun(db: Database, name: string): Promise<CampaignRun> {
  const { rows } = await db.pool.query<{
    paused_at: Date | null;
    paused_by: string | null;
    paused_reason: string | null;
    stopped_at: Date | null;
    calls: number;
  }>(
    `select c.paused_at, c.paused_by, c.paused_reason, c.stopped_at,
       (select count(*)::int from live_calls l where l.campaign_id = c.id) as calls
     from campaigns c where c.name = $1`,
    [name],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    state: row.stopped_at !== null ? 'stopped' : row.paused_at !== null ? 'paused' : 'running',
    at: row.paused_at?.toISOString() ?? null,
    by: row.paused_by,
    reason: row.paused_reason,
    callsInProgress: row.calls,
  };
}
