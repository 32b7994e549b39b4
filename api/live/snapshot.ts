/**
 * The whole live page of one campaign at one moment.
 * @module
 */
import type { HourSums } from '../../contracts/http/common.ts';
import type { LiveSnapshot, QueueView } from '../../contracts/http/live.ts';
import { readDay } from '../../db/report-sums.ts';
import { localDay } from '../../domain/calendar.ts';
import type { ApiDeps } from '../deps.ts';
import { findCampaign, pauseOf, type CampaignRow } from '../queries/campaigns.ts';
import { countQueue, findImports, findLiveCalls, findSiteState, findTrunkState } from '../queries/live.ts';
import { calendarView, dialerView, trunkView } from './dialer-view.ts';
import type { FoldLag } from './fold-lag.ts';
import { healthFlags } from './health-flags.ts';
import type { TemporalWatch } from './temporal-watch.ts';

export interface SnapshotDeps extends Pick<ApiDeps, 'db' | 'clock' | 'siteZone'> {
  temporal: TemporalWatch;
  foldLag: FoldLag;
}

/** Reads a snapshot; null when there is no such campaign. */
export type ReadSnapshot = (campaign: string) => Promise<LiveSnapshot | null>;

/**
 * A reader with its own memory of the queue counts, which are asked again after ten seconds, or a fifty-fold of the
 * time they took: counting a million rows must not become what the database does all day.
 */
export function createSnapshotReader(deps: SnapshotDeps): ReadSnapshot {
  const readQueue = cachedQueue(deps);
  return async (name) => {
    const row = await findCampaign(deps.db, name);
    if (row === null) return null;
    const now = deps.clock.now();
    const zone = row.calendar?.zone ?? deps.siteZone;
    const trunk =
      row.trunk !== null && row.trunk_id !== null
        ? trunkView(row.trunk, await findTrunkState(deps.db, row.trunk_id), now)
        : null;
    const calendar = calendarView(row.calendar, now);
    const site = await findSiteState(deps.db);
    return {
      campaign: describe(row, zone),
      generatedAt: now.toISOString(),
      paused: pauseOf(row),
      calendar,
      dialer: dialerView({ row, calendar, trunk, now, dialersConnected: site.dialers > 0 }),
      callsInProgress: row.calls_in_progress,
      calls: await findLiveCalls(deps.db, row.id),
      today: await readToday(deps, { campaignId: row.id, zone, now }),
      queue: await readQueue(row.id, now),
      imports: await findImports(deps.db, { campaignId: row.id, now }),
      trunk,
      health: healthFlags({
        site,
        trunk,
        temporalOk: deps.temporal.isOk(),
        foldLagSeconds: deps.foldLag.observe(site.oldestDelta, now),
      }),
    };
  };
}

function describe(row: CampaignRow, zone: string): LiveSnapshot['campaign'] {
  return {
    name: row.name,
    label: row.body.label,
    mode: row.body.mode,
    zone,
    concurrency: row.body.concurrency,
    callerId: row.body.callerId,
  };
}

async function readToday(
  deps: SnapshotDeps,
  input: { campaignId: number; zone: string; now: Date },
): Promise<LiveSnapshot['today']> {
  const date = localDay(input.zone, input.now);
  const cells = await readDay(deps.db.pool, { date, zone: input.zone, campaignId: input.campaignId });
  const today: LiveSnapshot['today'] = {
    date,
    zone: input.zone,
    total: 0,
    answered: 0,
    talkMs: 0,
    byStatus: {},
    byHour: [],
  };
  const byHour = new Map<number, HourSums>();
  for (const cell of cells) {
    today.total += cell.calls;
    today.answered += cell.answered;
    today.talkMs += cell.talkMs;
    today.byStatus[cell.status] = (today.byStatus[cell.status] ?? 0) + cell.calls;
    const hour = byHour.get(cell.localHour) ?? { hour: cell.localHour, total: 0, answered: 0 };
    hour.total += cell.calls;
    hour.answered += cell.answered;
    byHour.set(cell.localHour, hour);
  }
  today.byHour = [...byHour.values()].toSorted((a, b) => a.hour - b.hour);
  return today;
}

const QUEUE_AGE_MS = 10_000;
/** Counts of fewer contacts are nearly free and always fresh. */
const SMALL_QUEUE = 20_000;
const COST_FACTOR = 50;
/** More campaigns than a site has; the oldest entry goes first. */
const MAX_CACHED = 500;

function cachedQueue(deps: SnapshotDeps): (campaignId: number, now: Date) => Promise<QueueView> {
  const cache = new Map<number, { view: QueueView; validUntil: number }>();
  return async (campaignId, now) => {
    const cached = cache.get(campaignId);
    const started = performance.now();
    if (cached && cached.validUntil > started) return cached.view;
    const view = await countQueue(deps.db, { campaignId, now });
    const took = performance.now() - started;
    const small = view.due + view.later < SMALL_QUEUE;
    const age = small ? 0 : Math.max(QUEUE_AGE_MS, took * COST_FACTOR);
    const oldest = cache.keys().next();
    if (cache.size >= MAX_CACHED && !oldest.done) cache.delete(oldest.value);
    cache.delete(campaignId);
    cache.set(campaignId, { view, validUntil: started + age });
    return view;
  };
}
