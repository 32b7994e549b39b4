/**
 * All campaigns with their day so far: two statements, however many there are.
 * @module
 */
import type { CampaignSummary } from '../../contracts/http/campaigns.ts';
import { readCampaignDays, type CampaignHour } from '../../db/report-sums.ts';
import { localDay } from '../../domain/calendar.ts';
import type { ApiDeps } from '../deps.ts';
import { listCampaigns, pauseOf, type CampaignRow } from './campaigns.ts';

export async function summarizeCampaigns(
  deps: Pick<ApiDeps, 'db' | 'clock' | 'siteZone'>,
): Promise<CampaignSummary[]> {
  const now = deps.clock.now();
  const rows = await listCampaigns(deps.db);
  const days = rows.map((row) => {
    const zone = row.calendar?.zone ?? deps.siteZone;
    return { row, campaignId: row.id, zone, date: localDay(zone, now) };
  });
  const hours = await readCampaignDays(deps.db.pool, days);
  return days.map(({ row, zone, date }) => ({
    ...describe(row, zone),
    today: { date, ...sumHours(hours.filter((hour) => hour.campaignId === row.id)) },
  }));
}

function describe(row: CampaignRow, zone: string): Omit<CampaignSummary, 'today'> {
  return {
    name: row.name,
    label: row.body.label,
    mode: row.body.mode,
    zone,
    paused: pauseOf(row),
    retired: row.retired,
    simulated: row.trunk?.simulated ?? false,
    callsInProgress: row.calls_in_progress,
  };
}

function sumHours(hours: readonly CampaignHour[]): Omit<CampaignSummary['today'], 'date'> {
  return {
    total: hours.reduce((sum, hour) => sum + hour.calls, 0),
    answered: hours.reduce((sum, hour) => sum + hour.answered, 0),
    byHour: hours.map((hour) => ({ hour: hour.localHour, total: hour.calls, answered: hour.answered })),
  };
}
