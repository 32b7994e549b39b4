import { beforeEach, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { DeskRules } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import { addAgent, type TestAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, mobile, type CampaignOverrides } from '../test/support/campaign-fixture.ts';
import { seatAgent } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import { checkAnother, claimAnother, movePreview, type NumberRefusal } from './another-number.ts';
import type { CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import { setDoNotCall } from './do-not-call.ts';
import type { AgentCall } from './agent-claim.ts';
import { nextNumber } from './next-number.ts';
import { dialPreviewed } from './preview.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let db: Database;
let edge: EdgeRef;
let setup: CampaignSetup;
let agent: TestAgent;
let contactId: number;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await emptyCalls(db);
  edge = await addEdge(db, 'edge-1');
  await sit({});
});

/** An agent, and a contact with three numbers: `number(1)` to `number(3)`. */
async function sit(desk: DeskRules, change: CampaignOverrides = {}): Promise<void> {
  n += 1;
  ({ setup, agent } = await seatAgent(db, { name: `agenti-${n}`, edge, now: NOW, desk, change }));
  await db.pool.query('truncate dial_queue, contact_numbers');
  const [id] = await addContacts(db, setup.id, [{ numbers: [1, 2, 3].map(number) }]);
  contactId = id!;
}

const number = (position: number): string => mobile(n * 10 + position);
const one = async <R>(text: string, values: unknown[] = []): Promise<R> =>
  (await db.pool.query(text, values)).rows[0] as R;

async function claimed(now = NOW): Promise<AgentCall> {
  const claim = await nextNumber(db, { userId: agent.userId, by: agent.name, now });
  if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
  return claim.call;
}

/** Rang out; the agent chose another number, or none. */
async function commit(callId: string, position?: number): Promise<void> {
  const placed: PlacedCall = {
    end: { result: 'customer', reason: 'no-answer', sipStatus: 487 },
    edge,
    invitedAt: later(1).toISOString(),
    endedAt: later(30).toISOString(),
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [],
  };
  const meta = { id: callId, outcome: 'no-answer', by: agent.userId, savedAt: later(31).toISOString() };
  const saved = { meta: { ...meta, ...(position && { another: { position } }) }, details: { answers: {} } };
  const facts = await readCommitFacts(db.pool, callId);
  const wrapUp = { saved, over: false, tookMs: 1_000 };
  await commitCall(db.pool, decideCommit({ facts: facts!, placed, wrapUp, now: later(32) }));
}

const next = (callId: string, who = agent, now = later(32)) =>
  claimAnother(db, { callId, userId: who.userId, by: who.name, now });
const queue = () =>
  one(
    `select rank, position, attempts, agent_id as agent, due_at as due, call_id is not null as leased from dial_queue`,
  );

it('the contact stays with the agent, who calls the chosen number: a call of its own, counted once', async () => {
  const first = await claimed();
  await db.pool.query(`update agents set next_state = '{"to": "paused", "reason": "masa"}'`);
  expect(await next(first.callId)).toEqual({ state: 'not-yet' });
  await commit(first.callId, 3);
  expect(await queue()).toEqual({
    rank: 4,
    position: 3,
    attempts: 1,
    agent: agent.userId,
    due: later(32),
    leased: false,
  });
  const second = await next(first.callId);
  if (second.state !== 'claimed') throw new Error(JSON.stringify(second));
  expect(second.call).toMatchObject({ contactId, attempt: 2, agentId: agent.userId, edge, priority: false });
  expect(second.call.previewUntil).toBeUndefined();
  expect(await one('select n.e164, l.stage from live_calls l join numbers n on n.id = l.number_id')).toEqual({
    e164: number(3),
    stage: 'claimed',
  });
  // Asked again, by the page or at once: there is one call.
  expect(await next(first.callId)).toEqual({ state: 'calling' });
  const chosen = { to: 'paused', reason: 'masa' };
  expect(await one('select state, next_state from agents')).toEqual({ state: 'calling', next_state: chosen });
  await commit(second.call.callId);
  expect(await one('select state, reason from agents')).toEqual({ state: 'paused', reason: 'masa' });
  expect(
    await one(
      `select (select count(*) from calls where campaign_id = $1)::int as calls,
         (select sum(calls) from rollup_deltas where campaign_id = $1)::int as counted`,
      [setup.id],
    ),
  ).toEqual({ calls: 2, counted: 2 });
  expect(await one(`select cap_day_count as today from numbers where e164 = $1`, [number(3)])).toEqual({
    today: 1,
  });
  // Whose it was is forgotten: a retry as every other.
  expect(await queue()).toMatchObject({ rank: 1, agent: null });
});

it('two pages that ask at once claim once', async () => {
  const { callId } = await claimed();
  await commit(callId, 2);
  const answers = await Promise.all([next(callId), next(callId), next(callId)]);
  expect(answers.filter(({ state }) => state === 'claimed')).toHaveLength(1);
  const rest = answers.filter(({ state }) => state !== 'claimed');
  for (const answer of rest) expect(['calling', 'refused']).toContain(answer.state);
  expect(await one('select count(*)::int as n from live_calls')).toEqual({ n: 1 });
});

it('is nobody else’s: not their call, not their contact, and only while the agent may call', async () => {
  const { callId } = await claimed();
  await commit(callId, 2);
  const other = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
  expect(await next(callId, other)).toEqual({ state: 'unknown' });
  const idle = await nextNumber(db, { userId: other.userId, by: other.name, now: later(32) });
  expect(idle.state).toBe('wait');
  await db.pool.query(`update agents set state = 'paused' where user_id = $1`, [agent.userId]);
  expect(await next(callId)).toEqual({ state: 'refused', reason: 'not-available' });
  await db.pool.query(`update agents set state = 'available' where user_id = $1`, [agent.userId]);
  // Nobody asked for it (the page died): the agent's own due callback comes first.
  expect((await claimed(later(33))).contactId).toBe(contactId);
  expect(await one('select n.e164 from live_calls l join numbers n on n.id = l.number_id')).toEqual({
    e164: number(2),
  });
});

it('a contact that was not chosen, or is gone meanwhile, is not called', async () => {
  const { callId } = await claimed();
  await commit(callId);
  expect(await next(callId)).toEqual({ state: 'refused', reason: 'contact-gone' });
});

const GATES: [NumberRefusal, () => Promise<unknown>][] = [
  ['do-not-call', () => setDoNotCall(db, { e164: number(1), reason: 'a cerut', by: 'ana', now: NOW })],
  ['no-consent', () => db.pool.query('update contacts set consent_at = null where id = $1', [contactId])],
  ['nonexistent', () => db.pool.query('update contact_numbers set active = false where position = 3')],
  ['cap-total', () => db.pool.query('update numbers set cap_total = 100 where e164 = $1', [number(3)])],
  [
    'cap-day',
    () =>
      db.pool.query(`update numbers set cap_day = '2026-11-23', cap_day_count = 10 where e164 = $1`, [
        number(3),
      ]),
  ],
  [
    'stopped',
    () =>
      db.pool.query(
        `insert into campaign_numbers (campaign_id, number_id, unanswered, stopped_at, stopped_by)
         select $1, id, 3, $3, 'rule' from numbers where e164 = $2`,
        [setup.id, number(3), NOW],
      ),
  ],
  [
    'number-busy',
    () =>
      db.pool.query(
        `insert into live_calls (call_id, number_id, campaign_id, attempt, node, epoch, stage)
         select gen_random_uuid(), id, 0, 1, 'edge-9', 9, 'talking' from numbers where e164 = $1`,
        [number(3)],
      ),
  ],
];

it.each(GATES)('%s: refused before the wrap-up is stored, and by the claim', async (reason, shut) => {
  const { callId } = await claimed();
  const ask = () => checkAnother(db, { callId, userId: agent.userId, e164: number(3), now: NOW });
  expect(await ask()).toMatchObject({ position: 3 });
  await commit(callId, 3);
  await shut();
  expect(await next(callId)).toEqual({ state: 'refused', reason });
  // Not at once to the number that has just been called.
  expect(await queue()).toMatchObject({ rank: 1, agent: null, due: later(32 + 900), leased: false });
  expect(await one('select state from agents')).toEqual({ state: 'available' });

  await db.pool.query('update dial_queue set due_at = $1, position = 1', [NOW]);
  if (reason === 'do-not-call' || reason === 'no-consent') return;
  const again = await claimed();
  expect(
    await checkAnother(db, { callId: again.callId, userId: agent.userId, e164: number(3), now: NOW }),
  ).toEqual({ refused: reason });
});

it('the calendar, a foreign number, and a call that is not theirs', async () => {
  const { callId } = await claimed();
  const ask = (e164: string, userId = agent.userId, now = NOW) =>
    checkAnother(db, { callId, userId, e164, now });
  expect(await ask('+40729999999')).toEqual({ refused: 'not-of-contact' });
  expect(await ask(number(2), agent.userId + 1)).toBeUndefined();
  await sit({}, { calendar: { hours: { monday: [{ from: '09:00', to: '10:30' }] } } });
  const open = await claimed();
  const at = (now: Date) =>
    checkAnother(db, { callId: open.callId, userId: agent.userId, e164: number(2), now });
  expect(await at(NOW)).toMatchObject({ position: 2 });
  expect(await at(later(3_600))).toEqual({ refused: 'closed' });
  await commit(open.callId, 2);
  expect(await next(open.callId, agent, later(3_600))).toEqual({ state: 'refused', reason: 'closed' });
});

it('a preview moves to another number, which is dialed; refused, it goes on', async () => {
  await sit({ dialing: 'preview' });
  const call = await claimed();
  const { callId } = call;
  const move = (e164: string, userId = agent.userId) => movePreview(db, { callId, userId, e164, now: NOW });
  const dialed = () =>
    one(
      `select n.e164, c.number_id = l.number_id as same, q.position from live_calls l join numbers n on n.id = l.number_id
       join calls c on c.id = l.call_id join dial_queue q on q.call_id = l.call_id`,
    );
  expect(await move('+40729999999')).toEqual({ refused: 'not-of-contact' });
  expect(await move(number(2), agent.userId + 1)).toBeUndefined();
  await db.pool.query('update contact_numbers set active = false where position = 3');
  expect(await move(number(3))).toEqual({ refused: 'nonexistent' });
  expect(await dialed()).toEqual({ e164: number(1), same: true, position: 1 });
  expect(await move(number(2))).toBe('moved');
  expect(await dialed()).toEqual({ e164: number(2), same: true, position: 2 });
  expect(await move(number(2))).toBe('moved');
  expect(await dialPreviewed(db, { callId, userId: agent.userId, now: NOW })).toMatchObject({ callId });
  expect(await move(number(1))).toBeUndefined();
  expect(await dialed()).toEqual({ e164: number(2), same: true, position: 2 });
});
