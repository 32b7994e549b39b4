/**
 * One Schedule per robot campaign, kept in step with its calendar.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleHandle,
  type ScheduleOptions,
} from '@temporalio/client';
import { workdayScheduleId } from '../contracts/temporal/ids.ts';
import { CALLS_QUEUE } from '../contracts/temporal/queues.ts';
import type { CampaignMode, CalendarDef } from '../contracts/model/config.ts';
import { openIntervalAt } from '../domain/calendar.ts';
import { longestIntervalMs, workdayScheduleSpec } from './schedule-spec.ts';
import { searchAttributeKeys } from './search-attributes.ts';
import { cutToBytes } from './start-call.ts';

export interface ScheduledCampaign {
  name: string;
  label: string;
  mode: CampaignMode;
  calendar: CalendarDef;
  /** Of an agents' campaign: its queues are filled at opening time. */
  dailyQueues?: boolean;
}

export interface SyncResult {
  created: string[];
  updated: string[];
  removed: string[];
  /** Started now, because the calendar is open and nothing runs. */
  triggered: string[];
}

/** In the memo of each Schedule's runs: what it was made from. Equal means nothing to do. */
const FINGERPRINT = 'scheduleFingerprint';
const MAX_SUMMARY_BYTES = 200;

/**
 * Makes, changes and removes Schedules until they say what the campaigns say. Idempotent, and safe when two processes do
 * it at once. Whether a Schedule is paused stays as the operator left it.
 *
 * @param now holidays are written for its year and the next: call at least daily
 */
export async function syncSchedules(
  client: Client,
  campaigns: readonly ScheduledCampaign[],
  now: Date = new Date(),
): Promise<SyncResult> {
  const result: SyncResult = { created: [], updated: [], removed: [], triggered: [] };
  const scheduled = campaigns.filter(({ mode, dailyQueues }) => mode === 'robot' || dailyQueues === true);
  for (const campaign of scheduled) {
    const change = await syncOne(client, campaign, now);
    if (change !== 'unchanged') result[change].push(campaign.name);
    // A run that only fills queues ends at once: that nothing runs is no reason to start it again.
    if (campaign.mode === 'agent' && change === 'unchanged') continue;
    if (await triggerIfOpen(client, campaign, now)) result.triggered.push(campaign.name);
  }
  result.removed = await removeOthers(client, new Set(scheduled.map(({ name }) => workdayScheduleId(name))));
  return result;
}

async function syncOne(
  client: Client,
  campaign: ScheduledCampaign,
  now: Date,
): Promise<'created' | 'updated' | 'unchanged'> {
  const options = workdayScheduleOptions(campaign, now);
  const handle = client.schedule.getHandle(options.scheduleId);
  const existing = await describe(handle);
  if (!existing) {
    try {
      await client.schedule.create(options);
      return 'created';
    } catch (error) {
      // Another worker was quicker; its description comes from the same rows.
      if (error instanceof ScheduleAlreadyRunning) return 'unchanged';
      throw error;
    }
  }
  if (existing.action.memo?.[FINGERPRINT] === options.action.memo?.[FINGERPRINT]) return 'unchanged';
  const { spec, action, policies } = options;
  await handle.update((previous) => ({
    spec,
    action,
    ...(policies && { policies }),
    state: { paused: previous.state.paused, ...(previous.state.note && { note: previous.state.note }) },
  }));
  return 'updated';
}

/** The whole Schedule of a campaign. */
export function workdayScheduleOptions(campaign: ScheduledCampaign, now: Date): ScheduleOptions {
  const { name, label, calendar } = campaign;
  const spec = workdayScheduleSpec(calendar, now.getUTCFullYear());
  // A run missed while Temporal was away starts as long as its interval may still be open; it asks the calendar itself.
  const catchupWindow = longestIntervalMs(calendar);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify({ spec, catchupWindow, name, label }))
    .digest('hex')
    .slice(0, 16);
  return {
    scheduleId: workdayScheduleId(name),
    spec,
    // SKIP would lose the afternoon after a morning that runs over.
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow },
    action: {
      type: 'startWorkflow',
      workflowType: 'workday',
      workflowId: workdayScheduleId(name),
      taskQueue: CALLS_QUEUE,
      args: [{ campaign: name }],
      memo: { [FINGERPRINT]: fingerprint },
      staticSummary: cutToBytes(`Zi de lucru, campanie ${label}`, MAX_SUMMARY_BYTES),
      typedSearchAttributes: [{ key: searchAttributeKeys.campaignId, value: name }],
    },
  };
}

/** A campaign made, or a calendar widened, in the middle of the day starts now and not tomorrow. */
async function triggerIfOpen(client: Client, campaign: ScheduledCampaign, now: Date): Promise<boolean> {
  if (!openIntervalAt(campaign.calendar, now)) return false;
  const handle = client.schedule.getHandle(workdayScheduleId(campaign.name));
  const schedule = await describe(handle);
  if (!schedule || schedule.state.paused || schedule.info.runningActions.length > 0) return false;
  await handle.trigger(ScheduleOverlapPolicy.SKIP);
  return true;
}

async function removeOthers(client: Client, wanted: ReadonlySet<string>): Promise<string[]> {
  const prefix = workdayScheduleId('');
  const removed: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    if (!scheduleId.startsWith(prefix) || wanted.has(scheduleId)) continue;
    // Its run goes on and ends by itself: `dial` sees that the campaign is gone.
    await client.schedule.getHandle(scheduleId).delete().catch(ignoreNotFound);
    removed.push(scheduleId.slice(prefix.length));
  }
  return removed;
}

async function describe(handle: ScheduleHandle) {
  try {
    return await handle.describe();
  } catch (error) {
    return ignoreNotFound(error);
  }
}

function ignoreNotFound(error: unknown): undefined {
  if (error instanceof ScheduleNotFoundError) return undefined;
  throw error;
}
