/**
 * Activities of `workday`.
 * @module
 */
import type { WorkdayActivities } from '../contracts/temporal/activities.ts';
import { readCampaign } from '../db/campaigns.ts';
import type { Database } from '../db/client.ts';
import { countCallsByStatus } from '../db/rollups.ts';
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
      const setup = await readCampaign(db.pool, { name: campaign });
      if (!setup) return { calls: 0, byStatus: {} };
      const interval = { campaignId: setup.id, from: new Date(from), to: new Date(to) };
      const byStatus = await countCallsByStatus(db.pool, interval);
      return { calls: Object.values(byStatus).reduce((sum, calls) => sum + calls, 0), byStatus };
    },
  };
}
