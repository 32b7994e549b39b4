import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { callWorkflowId } from '../contracts/temporal/ids.ts';
import { DIAL_QUEUE, CALLS_QUEUE, edgeQueue } from '../contracts/temporal/queues.ts';
import type { WorkdayResult } from '../contracts/temporal/workflow-types.ts';
import { pauseCampaign, readCampaign, resumeCampaign } from '../db/campaigns.ts';
import { claimCalls } from '../db/claim.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { createLogger } from '../platform/logger.ts';
import { DIAL_WORKER_OPTIONS } from '../temporal-config/worker-options.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { answeredCall } from '../test/support/temporal-calls.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  startTestTemporal,
  whileRunning,
} from '../test/support/temporal.ts';
import { createCommitCall } from './commit-call.ts';
import { createDialActivities } from './dial.ts';
import { createDialWaker, DIAL_CHANNEL, type DialWaker } from './dial-waker.ts';
import { createWorkdayActivities } from './workday.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const EDGE = { node: 'edge-1', epoch: 1 };

let test: TestDatabase;
let db: Database;
let claims: Database;
let env: TestWorkflowEnvironment;
let waker: DialWaker;
let n = 0;
beforeAll(async () => {
  env = await startTestTemporal();
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  claims = openDatabase({ url: test.url, applicationName: 'test', pipeline: true });
  await addEdge(db, EDGE.node);
  waker = createDialWaker(db, logger);
});
afterAll(async () => {
  await waker?.close();
  await db?.close();
  await claims?.close();
  await test?.drop();
  await env?.teardown();
});
beforeEach(() => {
  n += 1;
});

/** The real clock with an offset, so that a test can reach closing time. */
function movableClock() {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    advance: (ms: number) => {
      offset += ms;
    },
  };
}

const dialed: string[] = [];
function workers(clock: { now(): Date }) {
  const placeCall = async ({ callId }: { callId: string }) => {
    dialed.push(callId);
    return answeredCall(EDGE);
  };
  return [
    createWorkflowWorker(env, {
      commitCall: createCommitCall({ db, clock }),
      ...createWorkdayActivities({ db, clock }),
    }),
    dialWorker(clock),
    createActivityWorker(env, edgeQueue(EDGE), { placeCall }),
  ];
}

function dialWorker(clock: { now(): Date }, client: Client = env.client) {
  return createActivityWorker(
    env,
    DIAL_QUEUE,
    createDialActivities({ db, claims, client, clock, logger, waker }),
    DIAL_WORKER_OPTIONS,
  );
}

/** Runs `workday` alone, on a queue of its own: calls stay unstarted by anybody. */
function ownQueueWorker(taskQueue: string, clock: { now(): Date }) {
  return createWorkflowWorker(env, createWorkdayActivities({ db, clock }), { taskQueue });
}

function startDay(campaign: string) {
  return env.client.workflow.start('workday', {
    workflowId: `day-${campaign}`,
    taskQueue: CALLS_QUEUE,
    args: [{ campaign }],
  });
}

const oneEach = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ numbers: [mobile(n * 1000 + i)] }));
async function committed(campaignId: number): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(
    'select count(*)::int as n from calls where campaign_id = $1 and committed_at is not null',
    [campaignId],
  );
  return rows[0]?.n ?? 0;
}
function eventually(check: () => Promise<void>) {
  return vi.waitFor(check, { timeout: 60_000, interval: 50 });
}

describe('a day of dialing', () => {
  it('claims no more than what gets on its way: calls whose INVITE has not left hold the loop', async () => {
    const clock = movableClock();
    const setup = await createCampaign(db, `c${n}`);
    await addContacts(db, setup.id, oneEach(60));
    // Calls are started, and nobody runs them.
    const nobody = {
      workflow: { start: () => Promise.resolve() },
      withDeadline: (_ms: number, call: () => unknown) => call(),
    };
    const stuck = `stuck-${n}`;
    await whileRunning(
      [dialWorker(clock, nobody as unknown as Client), ownQueueWorker(stuck, clock)],
      async () => {
        const day = await env.client.workflow.start('workday', {
          workflowId: stuck,
          taskQueue: stuck,
          args: [{ campaign: setup.name }],
        });
        const live = async () =>
          (
            await db.pool.query<{ n: number }>(
              'select count(*)::int as n from live_calls where campaign_id = $1',
              [setup.id],
            )
          ).rows[0]?.n;
        await eventually(async () => expect(await live()).toBe(40));
        // What is on its way makes room, and is waited for until a batch has room.
        await db.pool.query(
          `update live_calls set stage = 'inviting' where call_id in (
           select call_id from live_calls where campaign_id = $1 order by call_id limit 20)`,
          [setup.id],
        );
        await eventually(async () => expect(await live()).toBe(60));
        await day.terminate();
      },
    );
    await db.pool.query('delete from live_calls where campaign_id = $1', [setup.id]);
  });

  it('calls every contact once and ends with the counts of the interval', async () => {
    const clock = movableClock();
    const setup = await createCampaign(db, `c${n}`);
    await addContacts(db, setup.id, oneEach(30));
    await whileRunning(workers(clock), async () => {
      const day = await startDay(setup.name);
      await eventually(async () => expect(await committed(setup.id)).toBe(30));
      await eventually(async () => {
        const state = (await readCampaign(db.pool, { id: setup.id }))?.state;
        expect(state?.waitReason).toBe('no-contacts');
      });
      clock.advance(25 * 3_600_000);
      const result = (await day.result()) as WorkdayResult;
      expect(result).toMatchObject({ outcome: 'dialed', calls: 30, byStatus: { 'message-heard': 30 } });
      expect(new Set(dialed).size).toBe(dialed.length);
    });
  });

  it('does nothing at all when the calendar is closed, or the campaign gone', async () => {
    const setup = await createCampaign(db, `c${n}`, { calendar: { hours: {} } });
    await addContacts(db, setup.id, oneEach(1));
    await whileRunning(workers(movableClock()), async () => {
      expect(await (await startDay(setup.name)).result()).toMatchObject({ outcome: 'closed', calls: 0 });
      expect(await (await startDay('nobody')).result()).toMatchObject({ outcome: 'campaign-gone' });
    });
    expect(await committed(setup.id)).toBe(0);
  });

  it('starts under the same ids what a dead leader had claimed', async () => {
    const clock = movableClock();
    const setup = await createCampaign(db, `c${n}`);
    await addContacts(db, setup.id, oneEach(5));
    const claim = await claimCalls(db, {
      setup,
      now: clock.now(),
      closesAt: new Date(Date.now() + 3_600_000),
      maxCalls: 5,
    });
    await whileRunning(workers(clock), async () => {
      const day = await startDay(setup.name);
      await eventually(async () => expect(await committed(setup.id)).toBe(5));
      for (const call of claim.calls) {
        expect(dialed.filter((callId) => callId === call.callId)).toHaveLength(1);
        await expect(env.client.workflow.getHandle(callWorkflowId(call)).describe()).resolves.toBeDefined();
      }
      await day.terminate();
    });
  });

  it('obeys a pause and a resume within a second, and says so', async () => {
    const clock = movableClock();
    const setup = await createCampaign(db, `c${n}`);
    await whileRunning(workers(clock), async () => {
      const day = await startDay(setup.name);
      const waits = (reason: string) =>
        eventually(async () => {
          expect((await readCampaign(db.pool, { id: setup.id }))?.state.waitReason).toBe(reason);
        });
      await waits('no-contacts');
      await pauseCampaign(db, { campaign: setup.name, by: 'ana', now: clock.now() });
      await waits('paused');
      await addContacts(db, setup.id, oneEach(3));
      await db.pool.query(`select pg_notify('${DIAL_CHANNEL}', $1)`, [String(setup.id)]);
      const resumedAt = Date.now();
      expect(await committed(setup.id)).toBe(0);
      await resumeCampaign(db, { campaign: setup.name, by: 'ana', now: clock.now() });
      await eventually(async () => expect(await committed(setup.id)).toBe(3));
      const { rows } = await db.pool.query<{ at: Date }>(
        'select min(claimed_at) as at from calls where campaign_id = $1',
        [setup.id],
      );
      expect((rows[0]?.at.getTime() ?? 0) - resumedAt).toBeLessThan(2_000);
      await day.terminate();
    });
  });
});

describe('createDialWaker', () => {
  it('wakes the notified campaign at once, and no other', async () => {
    const started = Date.now();
    const other = new AbortController();
    let otherWoke = false;
    void waker.sleep(2, 30_000, other.signal).then(() => (otherWoke = true));
    const woken = waker.sleep(1, 30_000, new AbortController().signal);
    const notify = setInterval(() => void db.pool.query(`select pg_notify('${DIAL_CHANNEL}', '1')`), 50);
    await woken;
    clearInterval(notify);
    expect(Date.now() - started).toBeLessThan(30_000);
    expect(otherWoke).toBe(false);
    other.abort();
  });

  it('listens again after its connection was cut', async () => {
    await db.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen ${DIAL_CHANNEL}'`);
    const woken = waker.sleep(3, 30_000, new AbortController().signal);
    const started = Date.now();
    const notify = setInterval(() => void db.pool.query(`select pg_notify('${DIAL_CHANNEL}', '3')`), 100);
    await woken;
    clearInterval(notify);
    expect(Date.now() - started).toBeLessThan(30_000);
  });
});
