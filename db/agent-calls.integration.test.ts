import { beforeEach, describe, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { DeskRules } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { SavedWrapUp } from '../domain/agent-commit.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import { addAgent, type TestAgent } from '../test/support/agent-fixture.ts';
import { addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { addPeople, claimNext, seatAgent } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import { deskSeen, keepAgents, moveAgentOfCall } from './agents.ts';
import type { CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import { dealOut } from './daily-queue.ts';
import { setDoNotCall } from './do-not-call.ts';
import { readCustomer } from './customer.ts';
import { claimManual } from './manual-number.ts';
import type { AgentCall } from './agent-claim.ts';
import { nextNumber } from './next-number.ts';
import { dialPreviewed, forgottenPreviews, skipPreviewed } from './preview.ts';
import { foldRollups, readRollups, recountCalls } from './rollups.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const WRAP_UP = '00000000-0000-4000-8000-00000000000a';

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
  await sit({});
});

async function sit(desk: DeskRules, change: Parameters<typeof createCampaign>[2] = {}): Promise<void> {
  n += 1;
  ({ setup, agent } = await seatAgent(db, { name: `agenti-${n}`, edge, now: NOW, desk, change }));
}

async function contact(): Promise<number> {
  n += 1;
  const [id] = await addPeople(db, setup, n);
  return id!;
}

const claimed = (): Promise<AgentCall> => claimNext(db, agent, NOW);

function answered(change: Partial<PlacedCall> = {}): PlacedCall {
  return {
    end: { result: 'success', reason: 'hang-up-by-customer', sipStatus: 200 },
    edge,
    invitedAt: later(1).toISOString(),
    answeredAt: later(5).toISOString(),
    endedAt: later(65).toISOString(),
    talkMs: 60_000,
    desk: { holdMs: 4_000, lostMs: 0 },
    recording: { state: 'none', reason: 'refused' } as never,
    timeline: [],
    ...change,
  };
}

function saved(
  outcome: string,
  change: Partial<NonNullable<SavedWrapUp['saved']>['meta']> = {},
): SavedWrapUp {
  return {
    saved: {
      meta: { id: WRAP_UP, outcome, by: agent.userId, savedAt: later(70).toISOString(), ...change },
      details: {
        answers: { locality: 'Oradea', note: 3, uses: ['a', 'b'] },
        note: 'a zis da',
        doNotCallReason: 'destul',
      },
    },
    over: false,
    tookMs: 9_000,
  };
}

async function commit(callId: string, placed: PlacedCall, wrapUp?: SavedWrapUp): Promise<boolean> {
  const facts = await readCommitFacts(db.pool, callId);
  const decision = decideCommit({ facts: facts!, placed, ...(wrapUp && { wrapUp }), now: later(80) });
  return (await commitCall(db.pool, decision)).first;
}

const one = async <R>(text: string, values: unknown[] = []): Promise<R> =>
  (await db.pool.query(text, values)).rows[0] as R;
const agentRow = () =>
  one<Record<string, unknown>>('select * from agents where user_id = $1', [agent.userId]);

/** Everything that a commit may write. */
async function everything(): Promise<unknown> {
  const tables =
    'calls live_calls dial_queue contacts call_answers call_drafts agents agent_states shifts numbers';
  const rows = await Promise.all(
    `${tables} campaign_numbers rollup_deltas`
      .split(' ')
      .map((table) => db.pool.query(`select * from ${table} order by 1, 2`)),
  );
  return rows.map((result) => result.rows as unknown);
}

describe('the commit of a call with an agent', () => {
  it('writes what was saved, frees the agent, and changes nothing the second time', async () => {
    await contact();
    const { callId, contactId } = await claimed();
    await db.pool.query(`insert into call_drafts values ($1, $2, 3, '{}', $3)`, [callId, agent.userId, NOW]);
    await db.pool.query(`update agents set state = 'wrap-up'`);
    const quality = { roundTripMs: 41 };
    expect(await commit(callId, answered(), saved('success', { quality }))).toBe(true);

    expect(
      await one(
        `select s.code, c.note, c.hold_ms, c.wrap_up_ms, c.wrap_up_id, c.quality, c.status_by, c.agent_id
         from calls c join statuses s on s.id = c.status_id`,
      ),
    ).toEqual({
      code: 'success',
      note: 'a zis da',
      hold_ms: 4_000,
      wrap_up_ms: 9_000,
      wrap_up_id: WRAP_UP,
      quality,
      status_by: null,
      agent_id: agent.userId,
    });
    const { rows } = await db.pool.query('select field, value from call_answers order by field');
    expect(rows).toEqual([
      { field: 'locality', value: 'Oradea' },
      { field: 'note', value: 3 },
      { field: 'uses', value: ['a', 'b'] },
    ]);
    expect(await one('select count(*)::int as n from call_drafts')).toEqual({ n: 0 });
    expect(await one('select state, closed_reason from contacts where id = $1', [contactId])).toEqual({
      state: 'closed',
      closed_reason: 'final-status',
    });
    expect(await agentRow()).toMatchObject({ state: 'available', state_since: later(80) });
    expect(await one('select cause, call_id from agent_states order by id desc limit 1')).toEqual({
      cause: 'call-saved',
      call_id: callId,
    });

    const before = await everything();
    const other = saved('interested', { id: '00000000-0000-4000-8000-00000000000b' });
    expect(await commit(callId, answered(), other)).toBe(false);
    expect(await everything()).toEqual(before);
  });

  it('counts hold and wrap-up for the agent, as a recount does, before and after the fold', async () => {
    await contact();
    const { callId } = await claimed();
    await commit(callId, answered(), saved('success'));
    const day = { from: later(-86_400), to: later(86_400) };
    const expected = [
      expect.objectContaining({
        agentId: agent.userId,
        talkMs: 60_000,
        holdMs: 4_000,
        wrapUpMs: 9_000,
        answered: 1,
      }),
    ];
    expect(await recountCalls(db.pool, day)).toEqual(expected);
    expect(await readRollups(db.pool, day)).toEqual(expected);
    await foldRollups(db);
    expect(await readRollups(db.pool, day)).toEqual(expected);
  });

  it('a callback is the agent’s or anyone’s, at its time', async () => {
    const at = later(7_200).toISOString();
    for (const [whose, rank, owner] of [
      ['agent', 4, agent.userId],
      ['anyone', 3, null],
    ] as const) {
      const contactId = await contact();
      const { callId } = await claimed();
      await commit(callId, answered(), saved('callback', { callback: { at, for: whose } }));
      expect(
        await one('select rank, agent_id, due_at, call_id from dial_queue where contact_id = $1', [
          contactId,
        ]),
      ).toEqual({ rank, agent_id: owner, due_at: new Date(at), call_id: null });
    }
  });

  it('a contact that was closed and called by hand comes back for its callback', async () => {
    const contactId = await contact();
    await db.pool.query(`update contacts set state = 'closed', closed_reason = 'exhausted' where id = $1`, [
      contactId,
    ]);
    await db.pool.query('delete from dial_queue');
    const { e164 } = await one<{ e164: string }>(
      'select e164 from numbers join contact_numbers on number_id = id where contact_id = $1',
      [contactId],
    );
    const claim = await claimManual(db, {
      userId: agent.userId,
      by: agent.name,
      e164,
      campaign: setup.name,
      now: NOW,
    });
    if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
    expect(claim.call).toMatchObject({ contactId, attempt: 1 });
    await commit(
      claim.call.callId,
      answered(),
      saved('callback', { callback: { at: later(60).toISOString(), for: 'agent' } }),
    );
    expect(
      await one(
        'select c.state, q.rank, q.attempts from contacts c join dial_queue q on q.contact_id = c.id',
      ),
    ).toEqual({
      state: 'open',
      rank: 4,
      attempts: 1,
    });
  });

  it('who asked not to be called is on do-not-call, for the reason given', async () => {
    await contact();
    const { callId } = await claimed();
    await commit(callId, answered(), saved('opted-out'));
    expect(
      await one(
        'select do_not_call_reason as reason, do_not_call_by as by from numbers where do_not_call_at is not null',
      ),
    ).toEqual({
      reason: 'destul',
      by: `call:${callId}`,
    });
  });

  it('the agent goes where they chose, and a shift ends', async () => {
    await contact();
    const { callId } = await claimed();
    await db.pool.query(`update agents set next_state = '{"to": "logged-out"}'`);
    await commit(callId, answered(), { over: true, tookMs: 120_000 });
    expect(await agentRow()).toMatchObject({
      state: 'logged-out',
      next_state: null,
      shift_id: null,
      desk_id: null,
    });
    expect(await one('select ended_by, ended_at from shifts')).toEqual({
      ended_by: 'system',
      ended_at: later(80),
    });
    expect(await one('select s.code from calls c join statuses s on s.id = c.status_id')).toEqual({
      code: 'no-outcome',
    });
  });

  it('a retry stays in the agent’s daily queue', async () => {
    await sit({ assignment: 'daily-queue' });
    await contact();
    await db.pool.query('update dial_queue set agent_id = $1', [agent.userId]);
    const { callId } = await claimed();
    const { answeredAt: _, ...placed } = answered({
      end: { result: 'customer', reason: 'busy', sipStatus: 486 },
      talkMs: 0,
    });
    await commit(callId, placed, { over: true, tookMs: 10_000 });
    expect(await one('select rank, agent_id from dial_queue')).toEqual({ rank: 1, agent_id: agent.userId });
  });
});

describe('a preview', () => {
  beforeEach(() => sit({ dialing: 'preview' }));

  it('is dialed once it is looked at, and asked again it answers the same', async () => {
    await contact();
    const call = await claimed();
    const { previewUntil: _, ...started } = call;
    const dial = () => dialPreviewed(db, { callId: call.callId, userId: agent.userId, now: later(10) });
    expect(await dial()).toEqual(started);
    expect(await dial()).toEqual(started);
    expect(
      await one('select preview_until, stage_at, place_before > $1 as open from live_calls', [later(3_600)]),
    ).toEqual({
      preview_until: null,
      stage_at: later(10),
      open: true,
    });
    expect(
      await skipPreviewed(db, { callId: call.callId, userId: agent.userId, reason: 'x', now: later(11) }),
    ).toBe(false);
    await db.pool.query(`update live_calls set stage = 'inviting'`);
    expect(await dial()).toBeUndefined();
  });

  it('is skipped with a reason: the contact comes back later, the agent is free', async () => {
    const contactId = await contact();
    const { callId } = await claimed();
    const skip = () =>
      skipPreviewed(db, { callId, userId: agent.userId, reason: 'îl cunosc', now: later(10) });
    expect(await skip()).toBe(true);
    expect(await skip()).toBe(false);
    expect(
      await one(
        `select s.code, c.reason, c.result, c.note, c.invited_at from calls c join statuses s on s.id = c.status_id`,
      ),
    ).toEqual({
      code: 'skipped',
      reason: 'skipped',
      result: 'platform',
      note: 'îl cunosc',
      invited_at: null,
    });
    // No call was made: reports know nothing of it, the person's history does.
    expect(await one('select count(*)::int as n from rollup_deltas')).toEqual({ n: 0 });
    const all = { from: new Date(0), to: later(86_400) };
    expect(await recountCalls(db.pool, all)).toEqual([]);
    expect((await readCustomer(db.pool, { contactId }))?.history).toMatchObject([
      { callId, status: 'skipped', details: ['îl cunosc'], talkMs: 0 },
    ]);
    expect(
      await one('select rank, due_at, call_id, attempts from dial_queue where contact_id = $1', [contactId]),
    ).toEqual({
      rank: 2,
      due_at: later(910),
      call_id: null,
      attempts: 1,
    });
    expect(await agentRow()).toMatchObject({ state: 'available' });
    expect(await dialPreviewed(db, { callId, userId: agent.userId, now: later(11) })).toBeUndefined();
  });

  it('belongs to one agent', async () => {
    await contact();
    const { callId } = await claimed();
    const userId = agent.userId + 1;
    expect(await dialPreviewed(db, { callId, userId, now: NOW })).toBeUndefined();
    expect(await skipPreviewed(db, { callId, userId, now: NOW })).toBe(false);
  });

  it('that nobody dialed in time is found, and can be skipped, also by whoever died doing so', async () => {
    await contact();
    const { callId } = await claimed();
    expect(await forgottenPreviews(db.pool, { now: later(49), limit: 9 })).toEqual([]);
    expect(await dialPreviewed(db, { callId, userId: agent.userId, now: later(50) })).toBeUndefined();
    expect(await forgottenPreviews(db.pool, { now: later(50), limit: 9 })).toEqual([callId]);
    await db.pool.query(`update live_calls set stage = 'committing'`);
    expect(await skipPreviewed(db, { callId, now: later(60) })).toBe(true);
    expect(await forgottenPreviews(db.pool, { now: later(60), limit: 9 })).toEqual([]);
  });
});

describe('a number dialed by hand', () => {
  const dial = (e164: string, change = {}) =>
    claimManual(db, {
      userId: agent.userId,
      by: agent.name,
      e164,
      campaign: setup.name,
      now: NOW,
      ...change,
    });

  it('that nobody knows belongs to nobody', async () => {
    const claim = await dial('+40740999888');
    expect(claim).toMatchObject({ state: 'claimed', call: { attempt: 1, agentId: agent.userId, edge } });
    expect(claim.state === 'claimed' && 'contactId' in claim.call).toBe(false);
    expect(await one('select manual, contact_id, override_reason from calls')).toEqual({
      manual: true,
      contact_id: null,
      override_reason: null,
    });
    expect(await agentRow()).toMatchObject({ state: 'calling' });
    if (claim.state === 'claimed') await commit(claim.call.callId, answered(), saved('success'));
    expect(await agentRow()).toMatchObject({ state: 'available' });
  });

  it('of a contact takes its place in the queue', async () => {
    const contactId = await contact();
    const claim = await dial(mobile(n));
    expect(claim).toMatchObject({ state: 'claimed', call: { contactId, attempt: 1 } });
    expect(await one('select call_id is not null as leased, attempts from dial_queue')).toEqual({
      leased: true,
      attempts: 1,
    });
  });

  it('is refused by every gate, each with its word', async () => {
    expect(await dial('+40740999881', { campaign: 'x' })).toEqual({
      state: 'refused',
      reason: 'no-such-campaign',
    });
    expect(await dial('+4475009998')).toEqual({ state: 'refused', reason: 'prefix-not-permitted' });
    await contact();
    await db.pool.query(`insert into live_calls (call_id, number_id, campaign_id, attempt, node, epoch, stage)
      select gen_random_uuid(), number_id, 0, 1, 'edge-9', 9, 'talking' from contact_numbers`);
    expect(await dial(mobile(n))).toEqual({ state: 'refused', reason: 'number-busy' });
    await db.pool.query('truncate live_calls');
    await db.pool.query('update numbers set cap_total = 100 where e164 = $1', [mobile(n)]);
    expect(await dial(mobile(n))).toEqual({ state: 'refused', reason: 'cap-total' });
    expect(await agentRow()).toMatchObject({ state: 'available' });
    await db.pool.query(`update agents set state = 'paused'`);
    expect(await dial('+40740999882')).toEqual({ state: 'refused', reason: 'not-available' });
    await sit({ manualCalls: false });
    expect(await dial('+40740999882')).toEqual({ state: 'refused', reason: 'manual-not-allowed' });
  });

  it('on do-not-call, or outside the calendar, only with a reason, which is audited', async () => {
    await sit({}, { calendar: { hours: { sunday: [{ from: '09:00', to: '10:00' }] } } });
    await setDoNotCall(db, { e164: '+40740999883', reason: 'a cerut', by: 'ana', now: NOW });
    expect(await dial('+40740999883')).toEqual({ state: 'refused', reason: 'closed' });
    await sit({});
    expect(await dial('+40740999883')).toEqual({ state: 'refused', reason: 'do-not-call' });
    const overrideReason = 'ne-a rugat în scris';
    const claim = await dial('+40740999883', { overrideReason });
    if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
    expect(await one('select override_reason from calls')).toEqual({ override_reason: overrideReason });
    expect(await one(`select actor, after from audit_log where action = 'call.override'`)).toEqual({
      actor: agent.name,
      after: {
        callId: claim.call.callId,
        campaign: setup.name,
        reason: overrideReason,
        doNotCall: true,
        closed: false,
      },
    });
  });
});

it('ten agents who claim, skip, dial by hand and save at once, beside the upkeep, never wait for each other in a circle', async () => {
  await sit({ dialing: 'preview' });
  const agents = [agent];
  for (let i = 1; i < 10; i += 1)
    agents.push(await addAgent(db, { now: NOW, edge, campaigns: [setup.name] }));
  for (let i = 0; i < 80; i += 1) await contact();
  const round = async (who: TestAgent, i: number): Promise<void> => {
    const claim =
      i % 4 === 3
        ? await claimManual(db, {
            userId: who.userId,
            by: who.name,
            // All dial the same few numbers.
            e164: mobile(n - (i % 3)),
            campaign: setup.name,
            now: NOW,
          })
        : await nextNumber(db, { userId: who.userId, by: who.name, now: NOW });
    if (claim.state !== 'claimed') return;
    const { callId } = claim.call;
    if (i % 4 === 1) {
      expect(await skipPreviewed(db, { callId, userId: who.userId, reason: 'x', now: NOW })).toBe(true);
      return;
    }
    await dialPreviewed(db, { callId, userId: who.userId, now: NOW });
    await db.pool.query(`update live_calls set stage = 'talking' where call_id = $1`, [callId]);
    await moveAgentOfCall(db.pool, { callId, event: 'answer', at: NOW });
    expect(await commit(callId, answered(), saved(i % 2 === 0 ? 'opted-out' : 'success'))).toBe(true);
  };
  const stopped = new AbortController();
  const upkeep = (async () => {
    while (!stopped.signal.aborted) {
      await deskSeen(db.pool, { desks: agents, now: NOW });
      await keepAgents(db.pool, { now: NOW });
      await dealOut(db, { campaignId: setup.id, closesAt: later(3_600), now: NOW });
    }
  })();
  const deals = agents.map(async (who) => {
    for (let i = 0; i < 8; i += 1) await round(who, i);
  });
  await Promise.all(deals).finally(() => stopped.abort());
  await upkeep;
  const { committed } = await one<{ committed: number }>(
    'select count(committed_at)::int as committed from calls',
  );
  expect(committed).toBeGreaterThan(50);
  expect(await one(`select count(*)::int as n from live_calls`)).toEqual({ n: 0 });
  expect(await one(`select count(*)::int as n from agents where state <> 'available'`)).toEqual({ n: 0 });
  expect(await one('select count(*)::int as n from dial_queue where call_id is not null')).toEqual({ n: 0 });
});
