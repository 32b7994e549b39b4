import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallSummary } from '../contracts/temporal/workflow-types.ts';
import { callWorkflowId, edgeWorkflowId } from '../contracts/temporal/ids.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { ClaimedCall } from '../db/claim.ts';
import type { Database } from '../db/client.ts';
import { claimTrunkTest } from '../db/trunk-test.ts';
import { listTrunkTests } from '../db/trunk-tests-view.ts';
import { createLogger } from '../platform/logger.ts';
import { callWorkflowOptions } from '../temporal-config/start-call.ts';
import { addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { addPeople, claimRobotCalls } from '../test/support/claimed-call.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { answeredCall } from '../test/support/temporal-calls.ts';
import { createWorkflowWorker, startTestTemporal, whileRunning } from '../test/support/temporal.ts';
import { createCommitCall } from './commit-call.ts';
import { createEdgeNodeActivities } from './edge-node.ts';
import { createJournalSweep } from './journal-sweep.ts';
import type { OrphanEnder } from './ports.ts';
import { createSweep } from './sweep.ts';

let db: Database;
let env: TestWorkflowEnvironment;
let n = 0;
let edge: EdgeRef;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await db.pool.query('update edges set ended_at = now() where ended_at is null');
  await db.pool.query('delete from live_calls');
  n += 1;
  edge = await addEdge(db, `edge-${n}`);
});

const clock = { now: () => new Date() };
const logger = createLogger({ service: 'test', level: 'silent' });
/** A dead edge of which nothing but the journals is left. */
function deps() {
  const endOrphan = vi.fn<OrphanEnder['endOrphan']>(async ({ edge }) => ({
    ...answeredCall(edge),
    end: { result: 'platform', reason: 'edge-lost' },
  }));
  const released: string[] = [];
  const edgeControl = {
    isAlive: async () => false,
    release: async (_url: string, callId: string) => {
      released.push(callId);
      return released.filter((one) => one === callId).length > 1
        ? ({ outcome: 'not-on-edge' } as const)
        : ({ outcome: 'hanging-up' } as const);
    },
  };
  const commitCall = createCommitCall({ db, clock });
  const all = { db, client: env.client, clock, logger, edgeControl, commitCall, orphanEnder: { endOrphan } };
  return { ...all, endOrphan, released };
}

async function claim(count: number): Promise<ClaimedCall[]> {
  const setup = await createCampaign(db, `c${n}`);
  await addPeople(db, setup, n * 100, count);
  const closesAt = new Date(Date.now() + 3_600_000);
  return claimRobotCalls(db, { setup, now: clock.now(), closesAt, count, edges: [edge] });
}

const campaign = { name: 'c', label: 'C' };
function start(call: ClaimedCall) {
  return env.client.workflow.start(
    'robotCall',
    callWorkflowOptions({ ...call, kind: 'robot', priority: false, campaign }),
  );
}
const invited = (callId: string) =>
  db.pool.query(`update live_calls set stage = 'inviting', invited_at = now() where call_id = $1`, [callId]);
const age = (callId: string) =>
  db.pool.query(`update live_calls set claimed_at = now() - interval '2 minutes' where call_id = $1`, [
    callId,
  ]);
async function reasons(): Promise<Record<string, string | null>> {
  const { rows } = await db.pool.query<{ id: string; reason: string | null }>(
    'select id, reason from calls where node = $1',
    [edge.node],
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.reason]));
}

describe('settleEpoch', () => {
  it('completes the calls that a workflow waits for and commits the others, each once', async () => {
    const [waiting, unstarted, rung] = (await claim(3)) as [ClaimedCall, ClaimedCall, ClaimedCall];
    const parts = deps();
    const node = createEdgeNodeActivities(parts);
    const handle = await start(waiting);
    await invited(waiting.callId);
    await invited(rung.callId);
    await whileRunning([createWorkflowWorker(env, { commitCall: parts.commitCall })], async () => {
      await vi.waitFor(async () => expect((await handle.describe()).raw.pendingActivities).toHaveLength(1), {
        timeout: 60_000,
        interval: 50,
      });
      await node.takeEpoch(edge);
      await vi.waitFor(async () => expect(await node.settleEpoch(edge)).toMatchObject({ remaining: 0 }), {
        timeout: 60_000,
        interval: 200,
      });
      expect(((await handle.result()) as CallSummary).end.reason).toBe('edge-lost');
    });
    expect(await reasons()).toEqual({
      [waiting.callId]: 'edge-lost',
      [unstarted.callId]: 'not-placed',
      [rung.callId]: 'edge-lost',
    });
    expect(await node.settleEpoch(edge)).toEqual({ settled: 0, remaining: 0 });
    const { rows } = await db.pool.query('select 1 from edges where node = $1 and ended_at is not null', [
      edge.node,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('goes on with the others when one call cannot be ended yet', async () => {
    const [broken, fine] = (await claim(2)) as [ClaimedCall, ClaimedCall];
    const parts = deps();
    await invited(broken.callId);
    parts.endOrphan.mockRejectedValueOnce(new Error('disk'));
    const node = createEdgeNodeActivities(parts);
    expect(await node.settleEpoch(edge)).toEqual({ settled: 1, remaining: 1 });
    expect(await reasons()).toMatchObject({ [broken.callId]: null, [fine.callId]: 'not-placed' });
    expect(await node.settleEpoch(edge)).toEqual({ settled: 1, remaining: 0 });
  });
});

describe('the sweep', () => {
  it('settles old calls that were never started, and leaves young and running ones alone', async () => {
    const [old, young, running] = (await claim(3)) as [ClaimedCall, ClaimedCall, ClaimedCall];
    await start(running);
    await db.pool.query('update live_calls set started_at = now() where call_id = $1', [running.callId]);
    await age(old.callId);
    await age(running.callId);
    const sweep = createSweep(deps());
    expect(await sweep.run()).toEqual({ swept: 1 });
    expect(await reasons()).toEqual({
      [old.callId]: 'not-placed',
      [young.callId]: null,
      [running.callId]: null,
    });
    await env.client.workflow.getHandle(callWorkflowId(running)).terminate();
  });

  it('ends a test call over a trunk whose API died before it was started', async () => {
    const { trunk } = await createCampaign(db, `c${n}`);
    const number = { e164: mobile(n * 100), callerId: '+40259123456' };
    const test = { trunk: trunk.name, ...number, by: 'maria', now: clock.now() };
    const claim = await claimTrunkTest(db, test);
    if (claim.state === 'refused') throw new Error(claim.reason);
    const sweep = createSweep(deps());
    expect(await sweep.run()).toEqual({ swept: 0 });
    await age(claim.callId);
    expect(await sweep.run()).toEqual({ swept: 1 });
    expect(await listTrunkTests(db.pool, { trunk: trunk.name, limit: 5 })).toMatchObject([
      { stage: null, result: 'platform', reason: 'not-placed' },
    ]);
    expect(await claimTrunkTest(db, test)).toMatchObject({ state: 'claimed' });
  });

  it('hangs up a terminated call on a living edge before it settles it from the journal', async () => {
    const [call] = (await claim(1)) as [ClaimedCall];
    const handle = await start(call);
    await invited(call.callId);
    await age(call.callId);
    await handle.terminate('by mistake');
    const parts = deps();
    const sweep = createSweep(parts);
    expect(await sweep.run()).toEqual({ swept: 0 });
    expect(parts.released).toEqual([call.callId]);
    expect(await reasons()).toEqual({ [call.callId]: null });
    expect(await sweep.run()).toEqual({ swept: 1 });
    expect(parts.endOrphan).toHaveBeenCalledOnce();
    expect(await reasons()).toEqual({ [call.callId]: 'edge-lost' });
  });
});

describe('the sweep, when Temporal has lost its histories', () => {
  /** A placed call of an edge whose process is gone; neither has a workflow. */
  async function forsaken() {
    const [call] = (await claim(1)) as [ClaimedCall];
    await invited(call.callId);
    await age(call.callId);
    const parts = deps();
    return {
      call,
      parts: { ...parts, edgeControl: { ...parts.edgeControl, release: async () => undefined } },
    };
  }
  const isOpen = async () =>
    (await db.pool.query('select 1 from edges where node = $1 and ended_at is null', [edge.node]))
      .rowCount === 1;

  it('ends the epoch of a dead edge that nobody watches, and commits its calls from the journal', async () => {
    const { call, parts } = await forsaken();
    expect(await createSweep(parts).run()).toEqual({ swept: 1 });
    expect(await reasons()).toEqual({ [call.callId]: 'edge-lost' });
    expect(await isOpen()).toBe(false);
  });

  it('leaves a living edge alone that only did not answer once', async () => {
    const { call, parts } = await forsaken();
    const edgeControl = { ...parts.edgeControl, isAlive: async () => true };
    expect(await createSweep({ ...parts, edgeControl }).run()).toEqual({ swept: 0 });
    expect(await reasons()).toEqual({ [call.callId]: null });
    expect(await isOpen()).toBe(true);
  });

  it('leaves an edge to its workflow where that runs', async () => {
    const { call, parts } = await forsaken();
    const watcher = await env.client.workflow.start('edgeNode', {
      workflowId: edgeWorkflowId(edge),
      taskQueue: 'nobody',
      args: [edge],
    });
    expect(await createSweep(parts).run()).toEqual({ swept: 0 });
    expect(await reasons()).toEqual({ [call.callId]: null });
    await watcher.terminate();
  });
});

describe('commitCall', () => {
  it('answers the first outcome when it runs again, and ignores a status that does not exist', async () => {
    const [call] = (await claim(1)) as [ClaimedCall];
    const commitCall = createCommitCall({ db, clock });
    const placed = answeredCall(edge);
    const statusOverride = { status: 'no-such-status', by: 'ana' };
    expect(await commitCall({ callId: call.callId, placed, statusOverride })).toEqual({
      status: 'message-heard',
      first: true,
    });
    const other = { ...placed, robot: { promptMs: 1, heardMs: 0, heardInFull: false } };
    expect(await commitCall({ callId: call.callId, placed: other })).toEqual({
      status: 'message-heard',
      first: false,
    });
  });

  it.each([
    ['the leg was never opened: nothing was dialed', false, 'not-placed'],
    ['the leg was opened: an INVITE may have left', true, 'timed-out'],
  ])('asks the open row when no edge said what happened; %s', async (_name, opened, reason) => {
    const [call] = (await claim(1)) as [ClaimedCall];
    if (opened) await invited(call.callId);
    await createCommitCall({ db, clock })({
      callId: call.callId,
      placed: {
        end: { result: 'platform', reason: 'timed-out' },
        edge,
        endedAt: new Date().toISOString(),
        talkMs: 0,
        recording: { state: 'lost', reason: 'edge-unreachable' },
        timeline: [],
      },
    });
    const { rows } = await db.pool.query('select reason, invited_at from calls where id = $1', [call.callId]);
    expect(rows[0].reason).toBe(reason);
    expect(rows[0].invited_at === null).toBe(!opened);
  });
});

describe('the journals of dead edges', () => {
  it('are let go when their calls are committed, and looked at before; those of living edges are theirs', async () => {
    const [open, committed] = (await claim(2)) as [ClaimedCall, ClaimedCall];
    const seen: { callId: string; isCommitted: boolean }[] = [];
    const strangers = ['echo-1', '00000000-0000-4000-8000-000000000001'];
    const sweep = createJournalSweep({
      db,
      logger,
      journals: {
        listJournals: async () => [open.callId, committed.callId, ...strangers],
        letGo: async (call) => {
          seen.push(call);
          return call.isCommitted ? 'deleted' : 'kept';
        },
      },
    });
    expect(await sweep.run()).toEqual({ deleted: 0 });
    expect(seen).toEqual([]);
    await createEdgeNodeActivities(deps()).takeEpoch(edge);
    await db.pool.query('delete from live_calls where call_id = $1', [committed.callId]);
    expect(await sweep.run()).toEqual({ deleted: 1 });
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual({ callId: open.callId, isCommitted: false });
    expect(seen).toContainEqual({ callId: committed.callId, isCommitted: true });
  });
});
