/**
 * Keeps Schedules in step with the campaigns in Postgres, whoever changed them.
 * @module
 */
import type { Client } from '@temporalio/client';
import { listCampaigns } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { hasDailyQueues } from '../../domain/desk-rules.ts';
import type { Clock } from '../../platform/clock.ts';
import { syncSchedules, type ScheduledCampaign } from '../../temporal-config/schedules.ts';

/** Also where nothing changed: holidays roll on, and a campaign whose run was terminated starts again. */
const FULL_SYNC_MS = 10 * 60_000;

/** Reads the campaigns each time (one query), talks to Temporal only when they changed or ten minutes passed. */
export function createScheduleSync(deps: {
  db: Database;
  client: Client;
  clock: Clock;
}): () => Promise<void> {
  let synced = { what: '', at: 0 };
  return async () => {
    const campaigns = await readCampaigns(deps.db);
    const what = JSON.stringify(campaigns);
    if (what === synced.what && performance.now() - synced.at < FULL_SYNC_MS) return;
    await deps.clock.refresh?.();
    await syncSchedules(deps.client, campaigns, deps.clock.now());
    synced = { what, at: performance.now() };
  };
}

async function readCampaigns(db: Database): Promise<ScheduledCampaign[]> {
  const campaigns = await listCampaigns(db.pool);
  const begun = campaigns.filter(({ state }) => state.stoppedAt === undefined);
  return begun.map(({ name, campaign, calendar }) => ({
    name,
    label: campaign.label,
    mode: campaign.mode,
    calendar,
    dailyQueues: hasDailyQueues(campaign),
  }));
}
