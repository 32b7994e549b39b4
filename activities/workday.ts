/**
 * Activities of `workday`.
 * @module
 */
import type { WorkdayActivities } from '../contracts/temporal/activities.ts';
import { readCampaign } from '../db/campaigns.ts';
import type { Database } from '../db/client.ts';
import { rowsOf } from '../db/queryable.ts';
import { openIntervalAt } from '../domain/calendar.ts';
import type { Clock } from '../platform/clock.ts';

export function createWorkdayActivities(deps: { db: Database; clock: Clock }): WorkdayActivities {
  const { db, clock } = deps;
  return {
    openInterval: async ({ campaign }) => {
      const setup = await readCampaign(db.pool, { name: campaign });
      if (!setup || setup.campaign.mode !== 'robot') return { state: 'campaign-gone' };
      const open = openIntervalAt(setup.calendar, clock.now());
      if (!open) return { state: 'closed' };
      return { state: 'open', opensAt: open.opensAt.toISOString(), closesAt: open.closesAt.toISOString() };
    },
    countInterval: async ({ campaign, from, to }) => {
      const rows = await rowsOf<{ code: string; calls: number }>(
        db.pool,
        `select s.code, count(*)::int as calls
         from calls c join campaigns k on k.id = c.campaign_id join statuses s on s.id = c.status_id
         where k.name = $1 and c.claimed_at >= $2 and c.claimed_at < $3 and c.committed_at is not null
         group by s.code, s.sort order by s.sort, s.code`,
        [campaign, from, to],
      );
      return {
        calls: rows.reduce((sum, row) => sum + row.calls, 0),
        byStatus: Object.fromEntries(rows.map((row) => [row.code, row.calls])),
      };
    },
  };
}
