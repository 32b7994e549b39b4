import { beforeEach, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { DeskRules } from '../contracts/model/config.ts';
import type { TestAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { addPeople, claimNext, seatAgent } from '../test/support/claimed-call.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { claimCalls } from './claim.ts';
import type { Database } from './client.ts';
import { endAgentCall, saveLiveDesk, type LiveDeskState } from './live-desk.ts';
import { openLeg } from './open-leg.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

let db: Database;
let edge: EdgeRef;
let agent: TestAgent;
let callId: string;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  n += 1;
  edge = await addEdge(db, `edge-${n}`);
});

async function openCall(desk: DeskRules = {}): Promise<void> {
  const seat = await seatAgent(db, { name: `agents-${n}`, edge, now: NOW, desk });
  agent = seat.agent;
  await addPeople(db, seat.setup, n);
  callId = (await claimNext(db, agent, NOW)).callId;
  const opened = await openLeg(db.pool, { callId, edge, now: NOW });
  expect(opened).toMatchObject({ state: 'opened', leg: { desk: { userId: agent.userId } } });
}

const save = (state: Partial<LiveDeskState>): Promise<void> =>
  saveLiveDesk(db.pool, {
    callId,
    edge,
    stage: 'talking',
    stageAt: later(5),
    answeredAt: later(5),
    ...state,
  });
const end = (more: { answeredAt?: Date } = {}): Promise<boolean> =>
  endAgentCall(db.pool, { callId, endedAt: later(60), reason: 'hang-up-by-us', now: later(61), ...more });

async function row(): Promise<Record<string, unknown>> {
  const { rows } = await db.pool.query<Record<string, unknown>>(
    `select l.stage, l.answered_at, l.held_at, l.desk_lost_at, l.recording_refused_at, l.ended_at, l.end_reason,
       l.wrap_up_until, a.state, (select count(*)::int from agent_states s where s.call_id = l.call_id) as moves
     from live_calls l join agents a on a.user_id = l.agent_id where l.call_id = $1`,
    [callId],
  );
  if (!rows[0]) throw new Error('no such call');
  return rows[0];
}

it('an answered call: the agent with the row, each state whole, twice as once', async () => {
  await openCall();
  await saveLiveDesk(db.pool, { callId, edge, stage: 'ringing', stageAt: later(2) });
  expect(await row()).toMatchObject({ stage: 'ringing', state: 'calling' });
  await save({ heldAt: later(8) });
  await save({ heldAt: later(8) });
  expect(await row()).toMatchObject({ stage: 'talking', state: 'in-call', held_at: later(8), moves: 2 });
  await save({ recordingRefusedAt: later(9), deskLostAt: later(10) });
  expect(await row()).toMatchObject({
    held_at: null,
    desk_lost_at: later(10),
    recording_refused_at: later(9),
  });
  await save({});
  expect(await row()).toMatchObject({ desk_lost_at: null, recording_refused_at: later(9) });
});

it('the end: wrap-up with its deadline, once; what comes later changes nothing', async () => {
  await openCall({ wrapUpSeconds: 45 });
  await save({ heldAt: later(8) });
  expect(await end({ answeredAt: later(5) })).toBe(true);
  const over = await row();
  expect(over).toEqual({
    stage: 'wrap-up',
    answered_at: later(5),
    held_at: null,
    desk_lost_at: null,
    recording_refused_at: null,
    ended_at: later(60),
    end_reason: 'hang-up-by-us',
    wrap_up_until: later(61 + 45),
    state: 'wrap-up',
    moves: 3,
  });
  expect(await end({ answeredAt: later(5) })).toBe(false);
  await save({ heldAt: later(70) });
  expect(await row()).toEqual(over);
});

it.each([
  ['answered, no limit', { wrapUpSeconds: 0 }, { answeredAt: later(5) }, null],
  ['not answered', { confirmSeconds: 7 }, {}, later(61 + 7)],
  ['not answered, at once', { confirmSeconds: 0 }, {}, later(61)],
])('%s', async (_what, rules, more, wrapUpUntil) => {
  await openCall(rules);
  expect(await end(more)).toBe(true);
  expect(await row()).toMatchObject({ stage: 'wrap-up', wrap_up_until: wrapUpUntil, state: 'wrap-up' });
});

it('another epoch writes nothing, and a robot\u2019s call has no wrap-up', async () => {
  await openCall();
  await save({ edge: { ...edge, epoch: edge.epoch + 1 } });
  expect(await row()).toMatchObject({ stage: 'inviting', state: 'calling' });
  const setup = await createCampaign(db, `robot-${n}`, { now: NOW });
  await addContacts(db, setup.id, [{ numbers: [mobile(1_000 + n)] }]);
  const { calls } = await claimCalls(db, {
    setup,
    now: NOW,
    closesAt: later(3_600),
    maxCalls: 1,
    edges: [edge],
  });
  callId = calls[0]?.callId ?? '';
  await openLeg(db.pool, { callId, edge, now: NOW });
  expect(await end()).toBe(false);
});
