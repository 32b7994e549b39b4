/**
 * Campaigns as pages need them: definition, calendar, trunk and state in one row.
 * @module
 */
import type { CampaignDef, CalendarDef, TrunkDef } from '../../contracts/model/config.ts';
import type { ListSummary, Pause } from '../../contracts/http/campaigns.ts';
import type { Database } from '../../db/client.ts';

export interface CampaignRow {
  id: number;
  name: string;
  body: CampaignDef;
  calendar: CalendarDef | null;
  trunk_id: number | null;
  trunk: TrunkDef | null;
  /** Out of use. */
  retired: boolean;
  paused_at: Date | null;
  paused_by: string | null;
  paused_reason: string | null;
  /** Over, or never begun; then `paused_at` is set as well. */
  stopped_at: Date | null;
  wait_reason: string | null;
  wait_until: Date | null;
  wait_since: Date | null;
  calls_in_progress: number;
  last_claim_at: Date | null;
}

const SELECT = `
  select c.id, c.name, o.body, cal.body as calendar, t.id as trunk_id, t.body as trunk,
         o.retired_at is not null as retired,
         c.paused_at, c.paused_by, c.paused_reason, c.stopped_at, c.wait_reason, c.wait_until, c.wait_since,
         (select count(*) from live_calls l where l.campaign_id = c.id) as calls_in_progress,
         (select max(claimed_at) from calls where campaign_id = c.id) as last_claim_at
  from campaigns c
  join config_objects o on o.id = c.id
  left join config_objects cal on cal.kind = 'calendar' and cal.name = o.body->>'calendar'
  left join config_objects t on t.kind = 'trunk' and t.name = o.body->>'trunk'`;

export async function listCampaigns(db: Database): Promise<CampaignRow[]> {
  const found = await db.pool.query<CampaignRow>(`${SELECT} order by c.name limit 500`);
  return found.rows;
}

export async function findCampaign(db: Database, name: string): Promise<CampaignRow | null> {
  const found = await db.pool.query<CampaignRow>(`${SELECT} where c.name = $1`, [name]);
  return found.rows[0] ?? null;
}

export function pauseOf(
  row: Pick<CampaignRow, 'paused_at' | 'paused_by' | 'paused_reason' | 'stopped_at'>,
): Pause {
  if (row.paused_at === null) return null;
  const { paused_by: by, paused_reason: reason } = row;
  return { at: row.paused_at.toISOString(), by, reason, stopped: row.stopped_at !== null };
}

/** Newest first. */
export async function findLists(db: Database, campaign: string | undefined): Promise<ListSummary[]> {
  const found = await db.pool.query<Omit<ListSummary, 'createdAt'> & { created_at: Date }>(
    `select l.id, l.name, l.kind, c.name as campaign, l.created_at
     from lists l join campaigns c on c.id = l.campaign_id
     where $1::text is null or c.name = $1
     order by l.created_at desc, l.id desc limit 200`,
    [campaign ?? null],
  );
  return found.rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at.toISOString() }));
}
