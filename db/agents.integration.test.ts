import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { AGENT_STATES, type AgentState } from '../contracts/model/agent.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import { agentTransition } from '../domain/agent-state.ts';
import { addAgent, addUser, register, type TestAgent } from '../test/support/agent-fixture.ts';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { agentSaveParts } from './agent-move.ts';
import { deskSeen, keepAgents, logOff, logOn, moveAgentOfCall, setNextState, setState } from './agents.ts';
import type { Database } from './client.ts';
import { applyConfig } from './config.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let db: Database;
let edge: EdgeRef;
let agent: TestAgent;
useTestDatabase(async (opened) => {
  db = opened;
  edge = await addEdge(db, 'edge-1');
  await createCampaign(db, 'oradea-agenti', { campaign: { mode: 'agent' }, now: NOW });
  await createCampaign(db, 'robot', { now: NOW });
  const reason = {
    kind: 'pause-reason',
    body: { name: 'masa', labels: { ro: 'Masă', en: 'Lunch' }, sort: 1 },
  } as const;
  await applyConfig(db, { objects: [reason], origin: 'file', actor: 'test', now: NOW });
});
beforeEach(async () => {
  await db.pool.query('truncate live_calls');
  agent = await addAgent(db, { now: NOW, edge });
});

async function rowOf({ userId }: TestAgent) {
  const { rows } = await db.pool.query<Record<string, unknown> & { state: AgentState }>(
    `select a.*, (select ended_by from shifts s where s.user_id = a.user_id order by id desc limit 1) as ended_by
     from agents a where user_id = $1`,
    [userId],
  );
  return rows[0]!;
}

async function trailOf({ userId }: TestAgent): Promise<string[]> {
  const { rows } = await db.pool.query<{ line: string }>(
    `select concat_ws(' ', from_state, '>', to_state, reason, cause, by) as line from agent_states
     where user_id = $1 order by id`,
    [userId],
  );
  return rows.map(({ line }) => line);
}

async function put(to: TestAgent, position: Record<string, unknown> & { state: AgentState }): Promise<void> {
  await db.pool.query(
    'update agents set state = $2, reason = $3, next_state = $4, return_to = $5, desk_seen_at = $6 where user_id = $1',
    [to.userId, position.state, position['reason'], position['nextState'], position['returnTo'], NOW],
  );
}

async function openCall({ userId }: TestAgent): Promise<string> {
  const callId = randomUUID();
  await db.pool.query(
    `insert into live_calls (call_id, number_id, campaign_id, attempt, node, epoch, stage, agent_id)
     values ($1, (select coalesce(max(number_id), 0) + 1 from live_calls), 1, 1, 'edge-1', 1, 'talking', $2)`,
    [callId, userId],
  );
  return callId;
}

const on = (change: Partial<Parameters<typeof logOn>[1]> = {}) =>
  logOn(db, {
    userId: agent.userId,
    by: agent.name,
    deskId: agent.deskId,
    place: 'Chromium',
    worksOn: 'outbound',
    campaigns: [],
    now: NOW,
    ...change,
  });

describe('logOn', () => {
  it('never leads to available, and gives an extension that is kept', async () => {
    const user = await addUser(db, NOW);
    await on({ userId: user.userId, by: user.name, deskId: user.deskId });
    const first = await rowOf(user);
    expect(first).toMatchObject({ state: 'logged-in', works_on: 'outbound', desk_id: user.deskId });
    expect(await trailOf(user)).toEqual([`logged-out > logged-in log-on ${user.name}`]);
    expect(await logOff(db, { userId: user.userId, by: user.name, now: later(60) })).toEqual({
      state: 'changed',
    });
    expect(await rowOf(user)).toMatchObject({
      state: 'logged-out',
      shift_id: null,
      desk_id: null,
      ended_by: user.name,
    });
    await on({ userId: user.userId, by: user.name, deskId: user.deskId, now: later(120) });
    const again = await rowOf(user);
    expect(again['extension']).toBe(first['extension']);
    expect(again['shift_id']).not.toBe(first['shift_id']);
  });

  it('gives each of many first shifts at once its own extension', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => addUser(db, NOW)));
    await Promise.all(users.map(({ userId, name, deskId }) => on({ userId, by: name, deskId })));
    const rows = await Promise.all(users.map(rowOf));
    expect(new Set(rows.map((row) => row['extension'])).size).toBe(8);
  });

  it('asks before it takes over a desk that is there, and gives up its phone', async () => {
    const deskId = randomUUID();
    expect(await on({ deskId, now: later(5) })).toEqual({
      state: 'desk-elsewhere',
      place: 'Chromium, 127.0.0.1',
      seenAt: NOW,
    });
    expect(await on({ deskId, now: later(5), takeOver: true })).toEqual({
      state: 'on-shift',
      replaced: agent.deskId,
    });
    expect(await rowOf(agent)).toMatchObject({ state: 'available', desk_id: deskId });
    const { rows } = await db.pool.query('select 1 from desk_bindings where user_id = $1', [agent.userId]);
    expect(rows).toEqual([]);
  });

  it('takes a desk over without asking when nobody was there for 15 s', async () => {
    const deskId = randomUUID();
    expect(await on({ deskId, now: later(16) })).toEqual({ state: 'on-shift', replaced: agent.deskId });
  });

  it('comes back to the shift and the state that a reload left', async () => {
    const before = await rowOf(agent);
    expect(await on({ now: later(3) })).toEqual({ state: 'on-shift' });
    expect(await rowOf(agent)).toMatchObject({ state: 'available', shift_id: before['shift_id'] });
  });

  it('refuses a campaign that is not there, or not for agents', async () => {
    expect(await on({ campaigns: ['oradea-agenti', 'robot', 'x'] })).toEqual({
      state: 'no-such-campaign',
      names: ['robot', 'x'],
    });
  });
});

describe('setState and setNextState', () => {
  const pause = (reason: string) =>
    setState(db, { userId: agent.userId, by: agent.name, now: later(1), to: 'paused', reason });

  it('pauses with a reason that exists', async () => {
    expect(await pause('siesta')).toEqual({ state: 'refused', reason: 'no-such-reason' });
    expect(await pause('masa')).toEqual({ state: 'changed' });
    expect(await pause('masa')).toEqual({ state: 'unchanged' });
    expect(await rowOf(agent)).toMatchObject({ state: 'paused', reason: 'masa' });
  });

  it('during a call only the next state can be chosen', async () => {
    await put(agent, { state: 'in-call' });
    expect(await pause('masa')).toEqual({ state: 'refused', reason: 'agent-busy' });
    expect(await setNextState(db, { userId: agent.userId, next: { to: 'paused', reason: 'masa' } })).toEqual({
      state: 'changed',
    });
    expect(await setNextState(db, { userId: agent.userId, next: null })).toEqual({ state: 'changed' });
    expect((await rowOf(agent))['next_state']).toBeNull();
    expect(await logOff(db, { userId: agent.userId, by: agent.name, now: NOW })).toEqual({
      state: 'changed',
    });
    expect(await rowOf(agent)).toMatchObject({ state: 'in-call', next_state: { to: 'logged-out' } });
  });
});

describe('the statements that move an agent with the call', () => {
  it.each(
    AGENT_STATES.flatMap((state) => (['answer', 'end'] as const).map((event) => [event, state] as const)),
  )('%s while %s: as the table says, once, with a trail', async (event, state) => {
    await put(agent, { state });
    const callId = await openCall(agent);
    const expected = agentTransition({ state }, { type: event });
    const before = await trailOf(agent);
    const moved = await moveAgentOfCall(db.pool, { callId, event, at: later(9) });
    expect(moved).toBe(expected.outcome === 'moved');
    expect((await rowOf(agent)).state).toBe(expected.outcome === 'moved' ? expected.to.state : state);
    expect(await moveAgentOfCall(db.pool, { callId, event, at: later(10) })).toBe(false);
    expect((await trailOf(agent)).length - before.length).toBe(moved ? 1 : 0);
  });

  const save = (callId: string, { late, another }: { late: boolean; another: boolean }) => {
    const names = { call: '$1::uuid', at: '$2::timestamptz', late: '$3::boolean', another: '$4::boolean' };
    const parts = agentSaveParts(names);
    const text = `with ${parts.map(({ name, text: part }) => `${name} as (${part})`).join(',')} select 1`;
    return db.pool.query(text, [callId, later(20), late, another]);
  };

  it.each(
    AGENT_STATES.flatMap((state) =>
      [undefined, { to: 'paused', reason: 'masa' } as const, { to: 'logged-out' } as const].map(
        (nextState) => [state, nextState, state === 'calling'] as const,
      ),
    ).flatMap((one) => [false, true].map((another) => [...one, another] as const)),
  )('the commit while %s with next state %o: as the table says', async (state, nextState, late, another) => {
    await put(agent, { state, nextState });
    const callId = await openCall(agent);
    const expected = agentTransition(
      { state, ...(nextState && { nextState }) },
      { type: 'save', late, another },
    );
    await save(callId, { late, another });
    const row = await rowOf(agent);
    if (expected.outcome !== 'moved') return expect(row.state).toBe(state);
    expect(row).toMatchObject({
      state: expected.to.state,
      reason: expected.to.reason ?? null,
      next_state: expected.to.nextState ?? null,
    });
    expect((await trailOf(agent)).at(-1)).toContain(
      `> ${expected.to.state} ${expected.to.reason ?? ''}`.trim(),
    );
    expect((await trailOf(agent)).at(-1)).toContain(expected.cause);
    expect(row['ended_by']).toBe(expected.to.state === 'logged-out' ? 'system' : null);
  });
});

describe('keepAgents', () => {
  it('pauses whom no desk showed for 15 s, and brings them back', async () => {
    expect(await keepAgents(db.pool, { now: later(14) })).toBe(0);
    expect(await keepAgents(db.pool, { now: later(16) })).toBeGreaterThan(0);
    expect(await rowOf(agent)).toMatchObject({ state: 'paused', reason: 'connection' });
    await deskSeen(db.pool, { desks: [{ userId: agent.userId, deskId: randomUUID() }], now: later(17) });
    await keepAgents(db.pool, { now: later(17) });
    expect((await rowOf(agent)).state).toBe('paused');
    await deskSeen(db.pool, { desks: [agent], now: later(18) });
    await keepAgents(db.pool, { now: later(18) });
    expect(await rowOf(agent)).toMatchObject({ state: 'available', reason: null, return_to: null });
    expect((await trailOf(agent)).slice(-2)).toEqual([
      'available > paused connection desk-lost system',
      'paused > available desk-back system',
    ]);
  });

  it.each(AGENT_STATES)(
    'a lost desk, a returned one, an ended log-in while %s: as the table says',
    async (state) => {
      const steps = [
        ['desk-lost', later(16), false],
        ['desk-back', NOW, false],
        ['session-end', NOW, true],
      ] as const;
      for (const [type, at, revoked] of steps) {
        const from = {
          state,
          ...(state === 'paused' && { reason: 'connection', returnTo: { state: 'missed' as const } }),
        };
        await put(agent, { nextState: null, returnTo: null, reason: null, ...from });
        await db.pool.query('update sessions set revoked_at = $2 where user_id = $1', [
          agent.userId,
          revoked ? NOW : null,
        ]);
        const expected = agentTransition(from, { type });
        await keepAgents(db.pool, { now: at });
        const row = await rowOf(agent);
        const to = expected.outcome === 'moved' || expected.outcome === 'chosen' ? expected.to : from;
        expect([type, row.state, row['reason'], row['next_state'], row['return_to']]).toEqual([
          type,
          to.state,
          ('reason' in to ? to.reason : null) ?? null,
          ('nextState' in to ? to.nextState : null) ?? null,
          ('returnTo' in to ? to.returnTo : null) ?? null,
        ]);
      }
    },
  );

  it('ends the shift of a user who was disabled, with their phone', async () => {
    await db.pool.query('update users set disabled_at = $2 where id = $1', [agent.userId, NOW]);
    await keepAgents(db.pool, { now: later(1) });
    expect(await rowOf(agent)).toMatchObject({ state: 'logged-out', shift_id: null, ended_by: 'system' });
    const { rows } = await db.pool.query('select 1 from desk_bindings where user_id = $1', [agent.userId]);
    expect(rows).toEqual([]);
  });

  it('any number of workers at once move each agent once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => keepAgents(db.pool, { now: later(30) })));
    expect((await trailOf(agent)).filter((line) => line.includes('desk-lost'))).toHaveLength(1);
  });

  it('is told to the desk', async () => {
    const client = await db.pool.connect();
    const heard: string[] = [];
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('listen apel_desk');
    await keepAgents(db.pool, { now: later(30) });
    await client.query('select 1');
    client.release(true);
    expect(heard).toContain(String(agent.userId));
  });
});

it('a phone that registers again is one phone', async () => {
  await register(db, { agent, edge, now: later(5) });
  const { rows } = await db.pool.query('select 1 from desk_bindings where user_id = $1', [agent.userId]);
  expect(rows).toHaveLength(1);
});
