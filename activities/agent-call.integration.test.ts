import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeskRules } from '../contracts/model/config.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { statusQuery, wrapUpSignal } from '../contracts/temporal/messages.ts';
import { edgeQueue } from '../contracts/temporal/queues.ts';
import { sensitive } from '../contracts/temporal/sensitive.ts';
import type { CallSummary } from '../contracts/temporal/workflow-types.ts';
import { moveAgentOfCall } from '../db/agents.ts';
import type { Database } from '../db/client.ts';
import { endAgentCall } from '../db/live-desk.ts';
import { claimManual } from '../db/manual-number.ts';
import type { AgentCall } from '../db/agent-claim.ts';
import { createLogger } from '../platform/logger.ts';
import { agentCallWorkflowOptions } from '../temporal-config/start-call.ts';
import type { TestAgent } from '../test/support/agent-fixture.ts';
import { addEdge, mobile } from '../test/support/campaign-fixture.ts';
import { addPeople, claimNext, seatAgent } from '../test/support/claimed-call.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { answeredCall } from '../test/support/temporal-calls.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  startTestTemporal,
  whileRunning,
} from '../test/support/temporal.ts';
import { createCommitCall } from './commit-call.ts';
import { createEdgeNodeActivities } from './edge-node.ts';
import { createSweep } from './sweep.ts';

const WRAP_UP = '00000000-0000-4000-8000-00000000000a';
const clock = { now: () => new Date() };
const logger = createLogger({ service: 'test', level: 'silent' });
const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

let db: Database;
let env: TestWorkflowEnvironment;
let edge: EdgeRef;
let agent: TestAgent;
let campaign: string;
let n = 0;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(() => sit({}));

async function sit(desk: DeskRules): Promise<void> {
  await db.pool.query('delete from live_calls');
  n += 1;
  edge = await addEdge(db, `edge-${n}`);
  const seat = await seatAgent(db, { name: `c${n}`, edge, now: clock.now(), desk });
  agent = seat.agent;
  campaign = seat.setup.name;
  await addPeople(db, seat.setup, n);
}

const claimed = (): Promise<AgentCall> => claimNext(db, agent, clock.now());

/** As the edge reports it, and as it writes it while it talks. */
async function talked({ callId }: AgentCall): Promise<PlacedCall> {
  const now = clock.now();
  await db.pool.query(
    `update live_calls set stage = 'talking', invited_at = $2, answered_at = $2 where call_id = $1`,
    [callId, now],
  );
  await moveAgentOfCall(db.pool, { callId, event: 'answer', at: now });
  await endAgentCall(db.pool, { callId, endedAt: now, answeredAt: now, reason: 'hang-up-by-customer', now });
  const { robot: _, ...placed } = answeredCall(edge);
  const at = now.toISOString();
  return {
    ...placed,
    end: { result: 'success', reason: 'hang-up-by-customer' },
    invitedAt: at,
    answeredAt: at,
    endedAt: at,
  };
}

const commitCall = () => createCommitCall({ db, clock });
const start = (call: AgentCall) => env.client.workflow.start('outboundCall', agentCallWorkflowOptions(call));
const save = (handle: WorkflowHandle, outcome: string) => {
  const meta = { id: WRAP_UP, outcome, by: agent.userId, savedAt: clock.now().toISOString() };
  return handle.signal(wrapUpSignal, meta, sensitive({ answers: { locality: 'Oradea' }, note: 'da' }));
};
const one = async (text: string, values: unknown[] = []): Promise<unknown> =>
  (await db.pool.query(text, values)).rows[0];
const agentState = async () =>
  ((await one('select state from agents where user_id = $1', [agent.userId])) as { state: string }).state;
const waits = (handle: WorkflowHandle) =>
  eventually(async () => expect((await handle.query(statusQuery)).stage).toBe('wrap-up'));

describe('a call with an agent, from the claim to the commit', () => {
  it('ends in the rows, and the agent is available', async () => {
    const call = await claimed();
    const edgeActivities = { placeCall: () => talked(call) };
    const workers = [
      createWorkflowWorker(env, { commitCall: commitCall() }),
      createActivityWorker(env, edgeQueue(edge), edgeActivities),
    ];
    await whileRunning(workers, async () => {
      const handle = await start(call);
      await waits(handle);
      expect(await agentState()).toBe('wrap-up');
      await save(handle, 'success');
      expect(((await handle.result()) as CallSummary).status).toBe('success');
    });
    expect(await agentState()).toBe('available');
    expect(
      await one(
        `select wrap_up_id, note, wrap_up_ms >= 0 as took, (select value from call_answers where call_id = id) as answer
        from calls where id = $1`,
        [call.callId],
      ),
    ).toEqual({ wrap_up_id: WRAP_UP, note: 'da', took: true, answer: 'Oradea' });
    const { rows } = await db.pool.query('select to_state from agent_states where call_id = $1 order by id', [
      call.callId,
    ]);
    expect(rows.map(({ to_state }: { to_state: string }) => to_state)).toEqual([
      'calling',
      'in-call',
      'wrap-up',
      'available',
    ]);
  });

  it('dialed by hand, of nobody, has a workflow of its own that its settlement finds', async () => {
    const claim = await claimManual(db, {
      userId: agent.userId,
      by: agent.name,
      e164: mobile(900_000 + n),
      campaign,
      now: clock.now(),
    });
    if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
    const { callId } = claim.call;
    const node = createEdgeNodeActivities(deadEdge(claim.call));
    await whileRunning([createWorkflowWorker(env, { commitCall: commitCall() })], async () => {
      const handle = await start(claim.call);
      expect(handle.workflowId).toBe(`call:${callId}`);
      await db.pool.query(`update live_calls set stage = 'talking', invited_at = now(), answered_at = now()`);
      await eventually(async () => expect((await handle.describe()).raw.pendingActivities).toHaveLength(1));
      await node.takeEpoch(edge);
      await node.settleEpoch(edge);
      await waits(handle);
      expect(await agentState()).toBe('wrap-up');
      // Over at the edge: the settlement does not wait for the agent.
      expect(await node.settleEpoch(edge)).toEqual({ settled: 0, remaining: 0 });
      await save(handle, 'interested');
      expect(await handle.result()).toMatchObject({ status: 'interested', end: { reason: 'edge-lost' } });
    });
    expect(await agentState()).toBe('available');
  });

  it('has the outcome and the answers that were acknowledged, although it had been committed without them', async () => {
    const call = await claimed();
    const placed = await talked(call);
    const commit = commitCall();
    const { callId } = call;
    expect(await commit({ callId, placed, wrapUpOver: true })).toEqual({ status: 'no-outcome', first: true });
    const meta = { id: WRAP_UP, outcome: 'success', by: agent.userId, savedAt: clock.now().toISOString() };
    const wrapUp = { meta, details: sensitive({ answers: { locality: 'Oradea' } }) };
    for (const _ of [1, 2]) {
      expect(await commit({ callId, placed, wrapUp })).toEqual({ status: 'success', first: false });
      expect(await one('select count(*)::int as n from call_answers where call_id = $1', [callId])).toEqual({
        n: 1,
      });
    }
    expect(
      await one(
        `select c.wrap_up_id, k.source, k.by, count(*) over ()::int as n
         from calls c join call_corrections k on k.call_id = c.id where c.id = $1`,
        [callId],
      ),
    ).toEqual({ wrap_up_id: WRAP_UP, source: 'late-wrap-up', by: agent.name, n: 1 });
  });
});

/** Nothing is left of it but the journal. */
function deadEdge(call: AgentCall) {
  const { robot: _, ...placed } = answeredCall(call.edge);
  return {
    db,
    client: env.client,
    clock,
    logger,
    edgeControl: { isAlive: async () => false, release: async () => ({ outcome: 'not-on-edge' }) as const },
    commitCall: commitCall(),
    orphanEnder: {
      endOrphan: async () => ({ ...placed, end: { result: 'platform', reason: 'edge-lost' } }) as PlacedCall,
    },
  };
}

describe('the sweep', () => {
  it('leaves a contact that is looked at alone, and one that was just dialed', async () => {
    await sit({ dialing: 'preview' });
    const call = await claimed();
    const sweep = createSweep(deadEdge(call));
    await db.pool.query(`update live_calls set claimed_at = now() - interval '2 minutes'`);
    expect(await sweep.run()).toEqual({ swept: 0 });
    await db.pool.query('update live_calls set preview_until = null, stage_at = now()');
    expect(await sweep.run()).toEqual({ swept: 0 });
    await db.pool.query(`update live_calls set stage_at = now() - interval '2 minutes'`);
    expect(await sweep.run()).toEqual({ swept: 1 });
    expect(await agentState()).toBe('available');
    expect(await one('select reason from calls where id = $1', [call.callId])).toEqual({
      reason: 'not-placed',
    });
  });

  it('frees the agent of a call whose workflow was terminated', async () => {
    const call = await claimed();
    const handle = await start(call);
    await db.pool.query(
      `update live_calls set stage = 'wrap-up', started_at = now(), invited_at = now(), answered_at = now(), ended_at = now(),
         claimed_at = now() - interval '2 minutes'`,
    );
    await db.pool.query(`update agents set state = 'wrap-up' where user_id = $1`, [agent.userId]);
    const sweep = createSweep(deadEdge(call));
    expect(await sweep.run()).toEqual({ swept: 0 });
    await handle.terminate();
    expect(await createSweep(deadEdge(call)).run()).toEqual({ swept: 1 });
    expect(await agentState()).toBe('available');
  });
});
