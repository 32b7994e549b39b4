/**
 * The dial loop of a campaign, run by one leader at a time.
 *
 * ```
 *  read campaign and calendar ─ gone or closed ─> wait for the last calls ─> end
 *      ^        │ open
 *      │        v
 *      │   start what is claimed and not started ──> claim a batch ──> start it ──> say what is waited for
 *      └────────────── sleep: until due, until notified, at most a second ────────────────┘
 * ```
 * @module
 */
import { Context } from '@temporalio/activity';
import type { DialActivities } from '../contracts/temporal/activities.ts';
import { readCampaign, setCampaignWait, type CampaignSetup } from '../db/campaigns.ts';
import { claimCalls, type ClaimResult } from '../db/claim.ts';
import { createClaimMemory, type ClaimMemory } from '../db/claim-memory.ts';
import type { Database } from '../db/client.ts';
import { nextOpening, openIntervalAt } from '../domain/calendar.ts';
import type { DialWait } from '../domain/dial-wait.ts';
import type { Logger } from '../platform/logger.ts';
import type { DialWaker } from './dial-waker.ts';
import { isDependencyAway, toFailure } from './failure.ts';
import { countCallsOnTheirWay, countOpenCalls } from './live-call-queries.ts';
import { startClaimedCalls, type StartCallsDeps } from './start-calls.ts';

export interface DialDeps extends StartCallsDeps {
  /** For claims only; may be pipelined. */
  claims: Database;
  waker: DialWaker;
  logger: Logger;
  /** For metrics: how long a claim took. */
  onClaim?(seconds: number): void;
}

/** A claim is one transaction of some milliseconds; its calls are started before the next one. */
const BATCH_CALLS = 20;
/**
 * Most calls that are claimed and whose INVITE has not left. Started faster than Temporal gets on with them, they wait in
 * its queues until their tasks time out (2 s) and are done again, which makes it slower still.
 */
const BACKLOG_CALLS = 40;
/** Nothing is claimed for less room: a pass costs a dozen statements, whether it claims one call or a batch. */
const BACKLOG_ROOM = BATCH_CALLS;
const BACKLOG_LOOK_MS = 50;
/** What waits for longer is not on its way: it must not hold the campaign. The place step gives up after 5 s. */
const BACKLOG_FORGOTTEN_MS = 10_000;
/** Pause, calendar and configuration are obeyed within this time, whatever the loop waits for. */
const MAX_SLEEP_MS = 1_000;
const MIN_SLEEP_MS = 20;
/** The activity's heartbeat time-out is 3 s. */
const HEARTBEAT_MS = 500;
/** A pass that takes longer than every time-out of its statements together hangs: no more heartbeats, another leader. */
const PASS_LIMIT_MS = 60_000;
/** How long the counts of an interval wait for its last calls. */
const DRAIN_MS = 10 * 60_000;

/** Ends when the interval is over (or the campaign gone); repeating it is safe at any point. */
export function createDialActivities(deps: DialDeps): DialActivities {
  return {
    dial: async ({ campaign, closesAt }) => {
      const loop = {
        campaign,
        closesAt: new Date(closesAt),
        started: startedBefore(),
        passAt: performance.now(),
        memory: createClaimMemory(),
      };
      const context = Context.current();
      const heartbeat = setInterval(() => {
        if (performance.now() - loop.passAt < PASS_LIMIT_MS) context.heartbeat({ started: loop.started });
      }, HEARTBEAT_MS);
      try {
        await dialWhileOpen(deps, loop, context.cancellationSignal);
        await drain(deps, loop, context.cancellationSignal);
        return { started: loop.started };
      } finally {
        clearInterval(heartbeat);
      }
    },
  };
}

interface DialLoop {
  campaign: string;
  closesAt: Date;
  started: number;
  passAt: number;
  memory: ClaimMemory;
}

/** What an earlier leader of the same interval had started. */
function startedBefore(): number {
  const details: unknown = Context.current().info.heartbeatDetails;
  const started =
    typeof details === 'object' && details !== null && 'started' in details ? details.started : 0;
  return typeof started === 'number' ? started : 0;
}

async function dialWhileOpen(deps: DialDeps, loop: DialLoop, signal: AbortSignal): Promise<void> {
  for (;;) {
    throwIfStopped(signal);
    loop.passAt = performance.now();
    try {
      const next = await pass(deps, loop);
      if (next === 'over') return;
      await deps.waker.sleep(next.campaignId, sleepMs(next.until, deps.clock.now()), signal);
    } catch (error) {
      if (!isDependencyAway(error)) throw error;
      // Postgres or Temporal is away: every other leader would find the same. The claims made are started first later.
      deps.logger.warn({ err: error, campaign: loop.campaign }, 'the dial loop waits for a dependency');
      await deps.waker.sleep(0, MAX_SLEEP_MS, signal);
    }
  }
}

interface NextLook {
  campaignId: number;
  /** Absent: at once. */
  until?: Date;
}

async function pass(deps: DialDeps, loop: DialLoop): Promise<NextLook | 'over'> {
  const { db, clock } = deps;
  // A machine that slept past closing time must not dial by the time it fell asleep.
  await clock.refresh?.();
  const now = clock.now();
  const setup = await readCampaign(db.pool, { name: loop.campaign });
  if (!setup || setup.campaign.mode !== 'robot') return 'over';
  const open = openIntervalAt(setup.calendar, now);
  if (!open || now >= loop.closesAt) {
    const opensAt = open ? undefined : nextOpening(setup.calendar, now)?.opensAt;
    if (!open) await say(deps, setup, 'closed', opensAt);
    return 'over';
  }
  loop.started += await startClaimedCalls(deps, setup);
  const closesAt = open.closesAt < loop.closesAt ? open.closesAt : loop.closesAt;
  const since = new Date(now.getTime() - BACKLOG_FORGOTTEN_MS);
  const room = BACKLOG_CALLS - (await countCallsOnTheirWay(db.pool, { campaignId: setup.id, since }));
  if (room < BACKLOG_ROOM)
    return { campaignId: setup.id, until: new Date(clock.now().getTime() + BACKLOG_LOOK_MS) };
  const claimStarted = performance.now();
  const claim = await claimCalls(deps.claims, {
    setup,
    now: clock.now(),
    closesAt,
    maxCalls: Math.min(BATCH_CALLS, room),
    memory: loop.memory,
  });
  deps.onClaim?.((performance.now() - claimStarted) / 1_000);
  if (claim.calls.length > 0) loop.started += await startClaimedCalls(deps, setup);
  await sayWait(deps, setup, claim);
  return { campaignId: setup.id, ...(claim.wait && { until: claim.wait.until }) };
}

/** Waits that tell a person something; pacing within a second is dialing. Times only where they are not just "soon". */
async function sayWait(deps: DialDeps, setup: CampaignSetup, { calls, wait }: ClaimResult): Promise<void> {
  if (!wait || wait.reason === 'trunk-rate') return calls.length > 0 ? say(deps, setup) : undefined;
  const soon = wait.until.getTime() - deps.clock.now().getTime() <= MAX_SLEEP_MS * 5;
  return say(deps, setup, wait.reason, soon ? undefined : wait.until);
}

async function say(deps: DialDeps, setup: CampaignSetup, reason?: DialWait, until?: Date): Promise<void> {
  await setCampaignWait(deps.db.pool, {
    campaignId: setup.id,
    ...(reason && { reason }),
    ...(until && { until }),
    now: deps.clock.now(),
  });
}

/**
 * At closing time ringing and talking calls are left to end. The interval's counts wait for them, unless the next
 * interval has begun already.
 */
async function drain(deps: DialDeps, loop: DialLoop, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline) {
    throwIfStopped(signal);
    loop.passAt = performance.now();
    try {
      const setup = await readCampaign(deps.db.pool, { name: loop.campaign });
      if (!setup || openIntervalAt(setup.calendar, deps.clock.now())) return;
      if ((await countOpenCalls(deps.db.pool, { campaignId: setup.id })) === 0) return;
    } catch (error) {
      if (!isDependencyAway(error)) throw error;
    }
    await deps.waker.sleep(0, MAX_SLEEP_MS, signal);
  }
}

function sleepMs(until: Date | undefined, now: Date): number {
  if (!until) return 0;
  return Math.min(MAX_SLEEP_MS, Math.max(MIN_SLEEP_MS, until.getTime() - now.getTime()));
}

/** A worker that is told to stop hands the campaign over at once; a lost heartbeat means that it was handed over. */
function throwIfStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const reason: unknown = signal.reason;
  if (reason instanceof Error && reason.message === 'WORKER_SHUTDOWN') {
    throw toFailure('dependency-unavailable', 'the worker is stopping, another one takes over');
  }
  throw reason;
}
