/**
 * Activities of `workday`.
 * @module
 */
import type { WorkdayActivities } from '../contracts/temporal/activities.ts';
import { readCampaign } from '../db/campaigns.ts';
import type { Database } from '../db/client.ts';
import { dealOut } from '../db/daily-queue.ts';
import { countCallsByStatus } from '../db/rollups.ts';
import type { CalendarDef } from '../contracts/model/config.ts';
import { nextOpening, openIntervalAt } from '../domain/calendar.ts';
import { hasDailyQueues } from '../domain/desk-rules.ts';
import type { Clock } from '../platform/clock.ts';
import { toFailure } from './failure.ts';

/**
 * The Schedule fires by the clock of Temporal, the calendar is asked by ours: a run that begins this long before its
 * opening was meant for it. More than an hour, so that a clock left on the wrong side of a summer time costs no day.
 */
const SOON_MS = 61 * 60_000;
/** A clock that is put right meanwhile is noticed within this time. */
const ASK_AGAIN_MS = 30_000;

export function createWorkdayActivities(deps: { db: Database; clock: Clock }): WorkdayActivities {
  const { db, clock } = deps;
  return {
    openInterval: async ({ campaign }) => {
      await clock.refresh?.();
      const setup = await readCampaign(db.pool, { name: campaign });
      const agents = setup?.campaign.mode === 'agent';
      if (!setup || (agents && !hasDailyQueues(setup.campaign))) return { state: 'campaign-gone' };
      const open = openIntervalAt(setup.calendar, clock.now());
      if (!open) {
        waitIfSoon(setup.calendar, clock.now());
        return { state: 'closed' };
      }
      const { opensAt, closesAt } = open;
      return {
        state: 'open',
        opensAt: opensAt.toISOString(),
        closesAt: closesAt.toISOString(),
        ...(agents && { agents }),
      };
    },
    dealOut: async ({ campaign, closesAt }) => {
      const setup = await readCampaign(db.pool, { name: campaign });
      if (!setup) return { agents: 0, contacts: 0 };
      return dealOut(db, { campaignId: setup.id, closesAt: new Date(closesAt), now: clock.now() });
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

/** @throws retryably, with the time to wait: no event is written for that, and no timer has to be right */
function waitIfSoon(calendar: CalendarDef, now: Date): void {
  const next = nextOpening(calendar, now);
  const waitMs = next && next.opensAt.getTime() - now.getTime();
  if (waitMs === undefined || waitMs > SOON_MS) return;
  throw toFailure(
    'opens-soon',
    `the calendar opens at ${next?.opensAt.toISOString()}`,
    undefined,
    Math.min(waitMs, ASK_AGAIN_MS),
  );
}
