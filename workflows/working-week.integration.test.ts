import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCommitCall } from '../activities/commit-call.ts';
import type { DialWaker } from '../activities/dial-waker.ts';
import { createDialActivities } from '../activities/dial.ts';
import { createWorkdayActivities } from '../activities/workday.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { CalendarDef, Weekday } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { CALLS_QUEUE, DIAL_QUEUE, edgeQueue } from '../contracts/temporal/queues.ts';
import type { WorkdayResult } from '../contracts/temporal/workflow-types.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { readRollups, recountCalls } from '../db/rollups.ts';
import { nextOpening, openIntervalAt, type OpeningInterval } from '../domain/calendar.ts';
import { fixedClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { workdayScheduleSpec } from '../temporal-config/schedule-spec.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { scheduleTimes } from '../test/support/schedule-times.ts';
import { findTestServer, startTimeSkipping } from '../test/support/temporal-test-server.ts';
import { createActivityWorker, createWorkflowWorker, whileRunning } from '../test/support/temporal.ts';

const server = await findTestServer();
if ('missing' in server) console.warn(`the working week is not run: ${server.missing}`);

const MINUTE_MS = 60_000;
const CONTACTS = 2;
const RETRY_SECONDS = 3_000;
/** How far the clock moves while the dial loop sleeps. */
const STEP_MS = 20 * MINUTE_MS;

/** Nights over the hour that a change removes or doubles, offices with a break, one holiday of the site's own. */
const HOURS: Partial<Record<Weekday, { from: string; to: string }[]>> = {
  ...Object.fromEntries(
    (['monday', 'wednesday', 'thursday'] as const).map((day) => [
      day,
      [
        { from: '09:00', to: '11:00' },
        { from: '14:00', to: '15:30' },
      ],
    ]),
  ),
  saturday: [{ from: '22:30', to: '24:00' }],
  sunday: [
    { from: '02:00', to: '03:20' },
    { from: '03:30', to: '05:00' },
  ],
};

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  if ('path' in server) env = await startTimeSkipping(server);
});
afterAll(() => env?.teardown());

describe.skipIf('missing' in server).each([
  ['23-29 March 2026', '2026-03-22T22:00:00Z', '2026-03-30T06:30:00Z', '2026-03-25'],
  ['19-25 October 2026', '2026-10-18T21:00:00Z', '2026-10-26T07:30:00Z', '2026-10-21'],
])('the week of %s', (_name, from, to, holiday) => {
  const week = { from: new Date(from), to: new Date(to) };
  const calendar: Partial<CalendarDef> = { hours: HOURS, closedDates: [holiday] };
  let test: TestDatabase;
  let db: Database;
  let edge: EdgeRef;
  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url, applicationName: 'test' });
    edge = await addEdge(db, 'edge-1');
  });
  afterAll(async () => {
    await db?.close();
    await test?.drop();
  });

  it('has every opening, dials in none but them, and counts every call once', async () => {
    const clock = fixedClock(week.from);
    const setup = await createCampaign(db, 'week', {
      calendar,
      campaign: { stopAfterUnanswered: 1_000 },
      caps: { perNumberPerDay: 1_000, perNumberTotal: 10_000 },
      retryRules: {
        default: {
          delaySeconds: RETRY_SECONDS,
          multiplier: 1,
          maxDelaySeconds: RETRY_SECONDS,
          maxAttempts: 1_000,
        },
      },
      now: week.from,
    });
    // Ids of their own: the two weeks share a server, and a call is never started twice under one id.
    await db.pool.query(`select setval(pg_get_serial_sequence('contacts', 'id'), $1)`, [
      week.from.getTime() / 60_000,
    ]);
    const contacts = await addContacts(
      db,
      setup.id,
      Array.from({ length: CONTACTS }, (_, i) => ({ numbers: [mobile(i)] })),
    );
    const logger = createLogger({ service: 'test', level: 'silent' });
    const dial = createDialActivities({
      db,
      claims: db,
      client: env.client,
      clock,
      logger,
      waker: leap(db, clock),
    });
    const workers = [
      createWorkflowWorker(env, {
        commitCall: createCommitCall({ db, clock }),
        ...createWorkdayActivities({ db, clock }),
      }),
      createActivityWorker(env, DIAL_QUEUE, dial),
      createActivityWorker(env, edgeQueue(edge), { placeCall: async () => notAnswered(edge, clock.now()) }),
    ];
    const spec = workdayScheduleSpec(setup.calendar, week.from.getUTCFullYear());
    const firings = scheduleTimes(spec, week.from, week.to);
    const results = await whileRunning(workers, async () => {
      const done: WorkdayResult[] = [];
      for (const firing of firings) done.push(await runDay(clock, firing));
      return done;
    });

    const openings = openingsOf(setup.calendar, week);
    expect(results.map((result) => [result.outcome, result.opensAt, result.closesAt])).toEqual(
      openings.map(({ opensAt, closesAt }) => ['dialed', opensAt.toISOString(), closesAt.toISOString()]),
    );
    const { rows: calls } = await db.pool.query<{ contact: number; at: Date; placed: boolean }>(
      'select contact_id as contact, claimed_at as at, invited_at is not null as placed from calls order by claimed_at',
    );
    const opened = calls.map(({ at }) => openIntervalAt(setup.calendar, at)?.opensAt.toISOString());
    expect(opened).not.toContain(undefined);
    expect(new Set(opened)).toEqual(new Set(openings.map(({ opensAt }) => opensAt.toISOString())));

    expect(results.reduce((sum, result) => sum + result.calls, 0)).toBe(calls.length);
    const byStatus = results.map((result) => Object.values(result.byStatus).reduce((sum, n) => sum + n, 0));
    expect(byStatus).toEqual(results.map((result) => result.calls));
    expect(await readRollups(db.pool, week)).toEqual(await recountCalls(db.pool, week));
    for (const contact of contacts) {
      const mine = calls
        .filter((call) => call.contact === contact && call.placed)
        .map(({ at }) => at.getTime());
      const gaps = mine.slice(1).map((ms, i) => ms - (mine[i] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(RETRY_SECONDS * 1_000);
    }
  });
});

/** As the Schedule would: the server's time passes until `at`, then a run begins. */
async function runDay(clock: ReturnType<typeof fixedClock>, at: Date): Promise<WorkdayResult> {
  expect(at.getTime()).toBeGreaterThanOrEqual(clock.now().getTime());
  await env.sleep(at.getTime() - clock.now().getTime());
  clock.set(at);
  const handle = await env.client.workflow.start('workday', {
    workflowId: `workday:week-${at.toISOString()}`,
    taskQueue: CALLS_QUEUE,
    args: [{ campaign: 'week' }],
  });
  return (await handle.result()) as WorkdayResult;
}

/** The dial loop's sleep: every call in progress ends, then the clock leaps. */
function leap(db: Database, clock: ReturnType<typeof fixedClock>): DialWaker {
  return {
    sleep: async (_campaign, ms) => {
      await vi.waitFor(
        async () => {
          const { rows } = await db.pool.query('select 1 from live_calls');
          expect(rows).toEqual([]);
        },
        { timeout: 60_000, interval: 10 },
      );
      if (ms > 0) clock.set(new Date(clock.now().getTime() + STEP_MS));
    },
    close: async () => {},
  };
}

function openingsOf(calendar: CalendarDef, week: { from: Date; to: Date }): OpeningInterval[] {
  const found: OpeningInterval[] = [];
  let next = nextOpening(calendar, week.from);
  while (next && next.opensAt < week.to) {
    found.push(next);
    next = nextOpening(calendar, next.opensAt);
  }
  return found;
}

function notAnswered(edge: EdgeRef, now: Date): PlacedCall {
  const at = now.toISOString();
  return {
    end: { result: 'customer', reason: 'no-answer', sipStatus: 480 },
    edge,
    invitedAt: at,
    endedAt: at,
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [{ at, kind: 'invite' }],
  };
}
