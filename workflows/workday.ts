/**
 * @module
 */
import { proxyActivities } from '@temporalio/workflow';
import type { DialActivities, WorkdayActivities } from '../contracts/temporal/activities.ts';
import { DIAL_QUEUE } from '../contracts/temporal/queues.ts';
import type { WorkdayInput, WorkdayResult } from '../contracts/temporal/workflow-types.ts';
import { declareVersioning } from './versioning.ts';

/** Idempotent, all of them: repeated until Postgres is there. */
const { openInterval, dealOut, countInterval } = proxyActivities<WorkdayActivities>({
  startToCloseTimeout: '15 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
});

/**
 * The dial loop. Its heartbeats make one worker the leader of the campaign; when that one dies, another takes over after
 * 3 s. Repeating it is safe: claims are one statement, pacing is counted in Postgres. It ends by itself at closing time;
 * the start-to-close bound only outlasts the longest interval (24 h, and 25 h on the long day in October).
 */
const { dial } = proxyActivities<DialActivities>({
  taskQueue: DIAL_QUEUE,
  heartbeatTimeout: '3 seconds',
  startToCloseTimeout: '26 hours',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 1.5, maximumInterval: '5 seconds' },
});

/**
 * One opening interval of a campaign: dials while the calendar is open, then counts. Where agents call from daily queues, it
 * fills them at opening time and ends.
 *
 * A run that starts late (catch-up, or buffered behind another) asks the calendar first and does nothing outside it.
 * Ends at closing time with the interval's counts. History: about 23 events.
 */
export async function workday({ campaign }: WorkdayInput): Promise<WorkdayResult> {
  const interval = await openInterval({ campaign });
  if (interval.state !== 'open') return { campaign, outcome: interval.state, calls: 0, byStatus: {} };

  const { opensAt, closesAt } = interval;
  if (interval.agents === true) {
    await dealOut({ campaign, closesAt });
    return { campaign, outcome: 'dealt', opensAt, closesAt, calls: 0, byStatus: {} };
  }
  await dial({ campaign, closesAt });
  const { calls, byStatus } = await countInterval({ campaign, from: opensAt, to: closesAt });
  return { campaign, outcome: 'dialed', opensAt, closesAt, calls, byStatus };
}

declareVersioning('PINNED', workday);
