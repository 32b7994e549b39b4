import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { DeskRules } from '../contracts/model/config.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import { agentCallWorkflowId } from '../contracts/temporal/ids.ts';
import type { Database } from '../db/client.ts';
import { claimManual } from '../db/manual-number.ts';
import type { AgentCall } from '../db/agent-claim.ts';
import { dialPreviewed } from '../db/preview.ts';
import { fixedClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { agentCallWorkflowOptions } from '../temporal-config/start-call.ts';
import type { TestAgent } from '../test/support/agent-fixture.ts';
import { addEdge, mobile } from '../test/support/campaign-fixture.ts';
import { addPeople, claimNext, seatAgent } from '../test/support/claimed-call.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { startTestTemporal } from '../test/support/temporal.ts';
import { keepAgentCalls } from './agent-upkeep.ts';
import { createCommitCall } from './commit-call.ts';
import { createSweep } from './sweep.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const clock = fixedClock(NOW);
const logger = createLogger({ service: 'test', level: 'silent' });

let db: Database;
let env: TestWorkflowEnvironment;
let edge: EdgeRef;
let agent: TestAgent;
let n = 0;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  clock.set(NOW);
  await db.pool.query('delete from live_calls');
  n += 1;
  edge = await addEdge(db, `edge-${n}`);
});

async function sit(desk: DeskRules): Promise<string> {
  const seat = await seatAgent(db, { name: `c${n}`, edge, now: NOW, desk });
  agent = seat.agent;
  await addPeople(db, seat.setup, n);
  return seat.setup.name;
}

const claimed = (): Promise<AgentCall> => claimNext(db, agent, NOW);

const keep = () => keepAgentCalls({ db, client: env.client, clock, logger });
const workflow = (call: AgentCall) => env.client.workflow.getHandle(agentCallWorkflowId(call)).describe();
const callRow = async (callId: string) =>
  (
    await db.pool.query<Record<string, unknown>>(
      `select c.reason, c.committed_at is not null as committed, l.started_at is not null as started, a.state
       from calls c left join live_calls l on l.call_id = c.id join agents a on a.user_id = c.agent_id where c.id = $1`,
      [callId],
    )
  ).rows[0];

function sweepAt(seconds: number): Promise<{ swept: number }> {
  clock.set(later(seconds));
  const never = vi.fn(() => Promise.reject(new Error('nothing of it is an orphan')));
  return createSweep({
    db,
    client: env.client,
    clock,
    logger,
    commitCall: createCommitCall({ db, clock }),
    orphanEnder: { endOrphan: never },
    edgeControl: { isAlive: async () => true, release: never },
  }).run();
}

it('starts what was claimed and not started, once, and not before its starter had its time', async () => {
  await sit({ dialing: 'progressive' });
  const call = await claimed();
  clock.set(later(1));
  expect(await keep()).toEqual({ skipped: 0, started: 0 });
  clock.set(later(3));
  expect(await keep()).toEqual({ skipped: 0, started: 1 });
  const { status, type } = await workflow(call);
  expect([status.name, type]).toEqual(['RUNNING', 'outboundCall']);
  expect(await callRow(call.callId)).toMatchObject({ started: true });
  expect(await keep()).toEqual({ skipped: 0, started: 0 });
});

it('notes a call that was started and not noted', async () => {
  await sit({ dialing: 'progressive' });
  const call = await claimed();
  await env.client.workflow.start('outboundCall', agentCallWorkflowOptions(call));
  clock.set(later(3));
  await keep();
  expect(await callRow(call.callId)).toMatchObject({ started: true });
});

it('leaves a preview to its agent until its time is over, and then gives the contact back', async () => {
  await sit({ dialing: 'preview', previewSeconds: 60 });
  const { callId } = await claimed();
  clock.set(later(80));
  expect(await keep()).toEqual({ skipped: 0, started: 0 });
  clock.set(later(91));
  expect(await keep()).toEqual({ skipped: 1, started: 0 });
  expect(await callRow(callId)).toEqual({
    reason: 'skipped',
    committed: true,
    started: false,
    state: 'available',
  });
});

it('starts a call whose preview was ended by an agent and an API that died', async () => {
  await sit({ dialing: 'preview', previewSeconds: 60 });
  const call = await claimed();
  await dialPreviewed(db, { callId: call.callId, userId: agent.userId, now: later(50) });
  clock.set(later(51));
  expect((await keep()).started).toBe(0);
  clock.set(later(53));
  expect((await keep()).started).toBe(1);
  expect((await workflow(call)).status.name).toBe('RUNNING');
});

it('knows the workflow of a number dialed by hand: the sweep does not end its call', async () => {
  const campaign = await sit({ dialing: 'progressive' });
  const claim = await claimManual(db, {
    userId: agent.userId,
    by: agent.name,
    e164: mobile(9_000_000),
    campaign,
    now: NOW,
  });
  if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
  expect(claim.call.contactId).toBeUndefined();
  clock.set(later(3));
  expect((await keep()).started).toBe(1);
  await db.pool.query(`update live_calls set stage = 'talking', invited_at = claimed_at`);
  expect(await sweepAt(120)).toEqual({ swept: 0 });
  expect(await callRow(claim.call.callId)).toMatchObject({ committed: false });
});
