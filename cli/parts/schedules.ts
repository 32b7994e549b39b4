/**
 * Brings the Schedules in step with what was applied, so that a campaign starts now and not at the next full hour.
 * @module
 */
import { listCampaigns } from '../../db/campaigns.ts';
import { openDatabase } from '../../db/client.ts';
import { hasDailyQueues } from '../../domain/desk-rules.ts';
import { readKeys } from '../../platform/keys.ts';
import { createClient } from '../../temporal-config/client.ts';
import { syncSchedules } from '../../temporal-config/schedules.ts';

/** Variables of docs/architecture.md that this needs. */
export interface ScheduleEnv {
  DATABASE_URL: string;
  TEMPORAL_ADDRESS: string;
  TEMPORAL_NAMESPACE: string;
  APEL_KEYS_FILE: string;
}

/** @returns the campaigns whose Schedule was made, changed, removed or started */
export async function syncSiteSchedules(env: ScheduleEnv): Promise<string[]> {
  const db = openDatabase({ url: env.DATABASE_URL, applicationName: 'apel-cli', max: 1 });
  const temporal = createClient(
    { temporalAddress: env.TEMPORAL_ADDRESS, temporalNamespace: env.TEMPORAL_NAMESPACE },
    readKeys(env.APEL_KEYS_FILE),
  );
  try {
    const campaigns = (await listCampaigns(db.pool)).filter(({ state }) => state.stoppedAt === undefined);
    const result = await syncSchedules(
      temporal.client,
      campaigns.map(({ name, campaign, calendar }) => ({
        name,
        label: campaign.label,
        mode: campaign.mode,
        calendar,
        dailyQueues: hasDailyQueues(campaign),
      })),
    );
    return [...new Set(Object.values(result).flat())];
  } finally {
    await temporal.close();
    await db.close();
  }
}
