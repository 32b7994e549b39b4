import { beforeEach, describe, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { DeskRules } from '../contracts/model/config.ts';
import { addAgent, type TestAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { seatAgent } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import { setState } from './agents.ts';
import { pauseCampaign, type CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import type { AgentCall } from './agent-claim.ts';
import { createAgentClaims, nextNumber } from './next-number.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let db: Database;
let edge: EdgeRef;
let setup: CampaignSetup;
let agent: TestAgent;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await emptyCalls(db);
  edge = await addEdge(db, 'edge-1');
  n += 1;
  ({ setup, agent } = await seatAgent(db, { name: `agenti-${n}`, edge, now: NOW }));
});

function campaign(desk: DeskRules = {}, change: Parameters<typeof createCampaign>[2] = {}) {
  n += 1;
  return createCampaign(db, `agenti-${n}`, {
    ...change,
    campaign: { mode: 'agent', desk: { dialing: 'progressive', ...desk }, ...change.campaign },
    now: NOW,
  });
}

/** Contacts that have waited since `waited` seconds ago. */
async function contact(
  rank: number,
  waited: number,
  agentId: number | null = null,
  of = setup,
): Promise<number> {
  n += 1;
  const [id] = await addContacts(db, of.id, [{ numbers: [mobile(n)], rank, dueAt: later(-waited) }]);
  await db.pool.query('update dial_queue set agent_id = $2 where contact_id = $1', [id, agentId]);
  return id!;
}

const ask = (who = agent, now = NOW) => nextNumber(db, { userId: who.userId, by: who.name, now });

async function claimed(who = agent, now = NOW): Promise<AgentCall> {
  const claim = await ask(who, now);
  if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
  return claim.call;
}

/** The call is over and committed: the agent is free again. */
async function finish({ userId }: TestAgent): Promise<void> {
  await db.pool.query('delete from live_calls where agent_id = $1', [userId]);
  await db.pool.query(`update agents set state = 'available' where user_id = $1`, [userId]);
}

describe('nextNumber', () => {
  it('claims a contact: intent, open call, lease, and an agent who is calling', async () => {
    const contactId = await contact(2, 60);
    const call = await claimed();
    expect(call).toMatchObject({
      kind: 'outbound',
      agentId: agent.userId,
      contactId,
      attempt: 1,
      edge,
      priority: false,
      campaign: { name: setup.name, label: setup.name },
      wrapUp: { seconds: 120, extendSeconds: 60, atEnd: 'keep', confirmSeconds: 10 },
    });
    expect(call.previewUntil).toBeUndefined();
    const { rows } = await db.pool.query(
      `select l.agent_id, l.stage, c.kind, c.agent_id as intent_agent, q.call_id = l.call_id as leased, a.state,
         (select cause from agent_states where call_id = l.call_id) as cause
       from live_calls l join calls c on c.id = l.call_id join dial_queue q on q.contact_id = l.contact_id
       join agents a on a.user_id = l.agent_id`,
    );
    expect(rows).toEqual([
      {
        agent_id: agent.userId,
        stage: 'claimed',
        kind: 'outbound',
        intent_agent: agent.userId,
        leased: true,
        state: 'calling',
        cause: 'next-number',
      },
    ]);
    expect(await ask()).toEqual({ state: 'refused', reason: 'agent-busy' });
  });

  it('own callbacks, priority lists, callbacks of anyone, retries, new; the longest waiting first in each', async () => {
    const other = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    const expected = [
      await contact(4, 60, agent.userId),
      await contact(4, 30, agent.userId),
      await contact(0, 60),
      await contact(0, 30),
      // Another's, missed for longer than its grace of 30 minutes, waits longest.
      await contact(4, 3_600, other.userId),
      await contact(3, 60),
      await contact(3, 30),
      await contact(1, 60),
      await contact(1, 30),
      await contact(2, 60),
      await contact(2, 30),
    ];
    await contact(4, 29 * 60, other.userId);
    await contact(4, -60, agent.userId);
    const order: (number | undefined)[] = [];
    for (const _ of expected) {
      order.push((await claimed()).contactId);
      await finish(agent);
    }
    expect(order).toEqual(expected);
    expect(await ask()).toMatchObject({ state: 'wait', wait: { reason: 'nothing-due', until: later(60) } });
  });

  it('asks all campaigns of the shift, in one order', async () => {
    const second = await campaign();
    const third = await campaign();
    const both = await addAgent(db, { now: NOW, edge, campaigns: [setup.name, second.name] });
    await contact(2, 90, null, third);
    const fresh = await contact(2, 60);
    const retry = await contact(1, 30, null, second);
    const order = [];
    for (const _ of [1, 2]) {
      order.push((await claimed(both)).contactId);
      await finish(both);
    }
    expect(order).toEqual([retry, fresh]);
    expect(await ask(both)).toMatchObject({ state: 'wait' });
  });

  it('shows the contact first where the campaign says so', async () => {
    setup = await campaign({ dialing: 'preview', previewSeconds: 20 });
    agent = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    await contact(2, 60);
    const call = await claimed();
    expect(call.previewUntil).toEqual(later(20));
    const { rows } = await db.pool.query('select preview_until, place_before from live_calls');
    expect(rows).toEqual([{ preview_until: later(20), place_before: later(50) }]);
  });

  it('gives from a daily queue only what was dealt out to the agent', async () => {
    setup = await campaign({ assignment: 'daily-queue' });
    agent = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    const other = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    await contact(2, 90);
    await contact(0, 80, other.userId);
    const mine = await contact(2, 60, agent.userId);
    expect((await claimed()).contactId).toBe(mine);
    await finish(agent);
    expect(await ask()).toMatchObject({ state: 'wait', wait: { reason: 'no-contacts' } });
  });

  it('passes over whom a gate keeps, with the reason, and takes the next', async () => {
    const kept = await contact(2, 90);
    const busy = await contact(2, 80);
    const next = await contact(2, 60);
    const numberOf = '(select number_id from contact_numbers where contact_id = $1)';
    await db.pool.query(`update numbers set do_not_call_at = now() where id = ${numberOf}`, [kept]);
    await db.pool.query(
      `insert into live_calls (call_id, number_id, campaign_id, attempt, node, epoch, stage)
       values (gen_random_uuid(), ${numberOf}, 0, 1, 'edge-9', 9, 'talking')`,
      [busy],
    );
    expect((await claimed()).contactId).toBe(next);
    const { rows } = await db.pool.query(
      `select c.state, c.closed_reason, q.wait_reason from contacts c left join dial_queue q on q.contact_id = c.id
       where c.id = any($1) order by c.id`,
      [[kept, busy]],
    );
    expect(rows).toEqual([
      { state: 'closed', closed_reason: 'do-not-call', wait_reason: null },
      { state: 'open', closed_reason: null, wait_reason: 'number-busy' },
    ]);
  });

  it('goes on past more blocked contacts than one look sees', async () => {
    const blocked = Array.from({ length: 30 }, () => contact(2, 90));
    const ids = await Promise.all(blocked);
    await db.pool.query(
      `update numbers set do_not_call_at = now() where id in (select number_id from contact_numbers where contact_id = any($1))`,
      [ids],
    );
    const next = await contact(2, 60);
    expect((await claimed()).contactId).toBe(next);
  });

  it('says why there is none, and when to ask again', async () => {
    expect(await ask()).toEqual({ state: 'wait', wait: { reason: 'no-contacts', until: later(5) } });
    await contact(2, 60);
    await pauseCampaign(db, { campaign: setup.name, by: 'ana', now: NOW });
    expect(await ask()).toMatchObject({ state: 'wait', wait: { reason: 'paused' } });
    await db.pool.query('update edges set draining_at = now()');
    await db.pool.query('update campaigns set paused_at = null');
    expect(await ask()).toMatchObject({ state: 'wait', wait: { reason: 'no-edge' } });
    await db.pool.query('delete from desk_bindings');
    expect(await ask()).toEqual({ state: 'refused', reason: 'desk-unregistered' });
    await setState(db, { userId: agent.userId, by: 'x', now: NOW, to: 'available' });
    await db.pool.query(`update agents set state = 'paused', reason = 'masa'`);
    expect(await ask()).toEqual({ state: 'refused', reason: 'not-available' });
  });

  it('never asks a campaign whose calendar is closed', async () => {
    setup = await campaign({}, { calendar: { hours: { monday: [{ from: '09:00', to: '10:00' }] } } });
    agent = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    await contact(2, 60);
    const until = new Date('2026-11-30T07:00:00Z');
    expect(await ask()).toEqual({ state: 'wait', wait: { reason: 'closed', until } });
  });

  it('counts what rings and talks against the channels, not what waits for its wrap-up', async () => {
    setup = await campaign({}, { trunk: { maxChannels: 1 } });
    agent = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    const second = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    await contact(2, 60);
    await contact(2, 30);
    await claimed();
    expect(await ask(second)).toMatchObject({ state: 'wait', wait: { reason: 'trunk-channels' } });
    await db.pool.query(`update live_calls set ended_at = now(), stage = 'wrap-up'`);
    await claimed(second);
  });

  it('fifty agents at once get fifty different contacts', async () => {
    const agents = await Promise.all(
      Array.from({ length: 50 }, () => addAgent(db, { now: NOW, edge, campaigns: [setup.name] })),
    );
    for (let i = 0; i < 80; i += 1) await contact(2, i);
    const claims = createAgentClaims({ db });
    const next = (one: TestAgent) => claims.next({ userId: one.userId, by: one.name, now: NOW });
    const warm = agents.slice(0, 10);
    for (const _ of [1, 2]) {
      await Promise.all(warm.map(next));
      await Promise.all(warm.map(finish));
    }
    const took: number[] = [];
    const calls = await Promise.all(
      agents.map(async (one) => {
        const from = performance.now();
        const claim = await next(one);
        took.push(performance.now() - from);
        return claim.state === 'claimed' ? claim.call : undefined;
      }),
    );
    took.sort((a, b) => a - b);
    console.info(`50 claims at once: median ${took[25]?.toFixed(0)} ms, last ${took.at(-1)?.toFixed(0)} ms`);
    expect(new Set(calls.map((call) => call?.contactId)).size).toBe(50);
    expect(calls.map((call) => call?.agentId)).toEqual(agents.map(({ userId }) => userId));
  });

  it('one agent who asks five times at once gets one contact', async () => {
    for (let i = 0; i < 6; i += 1) await contact(2, i);
    const claims = await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(claims.map(({ state }) => state).sort()).toEqual([
      'claimed',
      'refused',
      'refused',
      'refused',
      'refused',
    ]);
    const { rows } = await db.pool.query('select 1 from calls');
    expect(rows).toHaveLength(1);
  });
});
