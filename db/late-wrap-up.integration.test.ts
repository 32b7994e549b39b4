import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { WrapUpMeta } from '../contracts/model/wrap-up.ts';
import type { SavedWrapUp } from '../domain/agent-commit.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import type { TestAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, mobile } from '../test/support/campaign-fixture.ts';
import { claimNext, seatAgent } from '../test/support/claimed-call.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import { correctCall, readCorrections } from './corrections.ts';
import { saveLateWrapUp, type LateWrapUpResult } from './late-wrap-up.ts';
import { claimManual } from './manual-number.ts';
import { foldRollups, readRollups, recountCalls } from './rollups.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const COMMITTED = later(80);
const ALWAYS = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };

let db: Database;
let edge: EdgeRef;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeAll(async () => {
  edge = await addEdge(db, 'edge-1');
});

interface World {
  agent: TestAgent;
  campaign: string;
  campaignId: number;
  callId: string;
  contactId: number | undefined;
}

interface Setting {
  numbers?: number;
  /** Dialed by hand, of nobody. */
  manual?: true;
  /** Unanswered calls to the first number before this one; three stop it. */
  run?: number;
  /** Attempts that the retry rule allows. */
  maxAttempts?: number;
  end?: PlacedCall['end'];
}

/** An agent's call, not committed yet; two of the same setting differ in ids and numbers alone. */
async function world({ numbers = 2, manual, run, maxAttempts = 5 }: Setting): Promise<World> {
  n += 1;
  const name = `c-${n}`;
  const rule = { delaySeconds: 600, multiplier: 2, maxDelaySeconds: 3600, maxAttempts };
  const { setup, agent } = await seatAgent(db, {
    name,
    edge,
    now: NOW,
    change: { retryRules: { default: rule } },
  });
  const e164s = Array.from({ length: numbers }, (_, i) => mobile(n * 10 + i));
  if (manual) {
    const claim = await claimManual(db, {
      userId: agent.userId,
      by: agent.name,
      e164: e164s[0]!,
      campaign: name,
      now: NOW,
    });
    if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
    return { agent, campaign: name, campaignId: setup.id, callId: claim.call.callId, contactId: undefined };
  }
  await addContacts(db, setup.id, [{ numbers: e164s }]);
  if (run !== undefined) {
    await db.pool.query(
      `insert into campaign_numbers (campaign_id, number_id, unanswered) select $1, id, $2 from numbers where e164 = $3`,
      [setup.id, run, e164s[0]],
    );
  }
  const { callId, contactId } = await claimNext(db, agent, NOW);
  return { agent, campaign: name, campaignId: setup.id, callId, contactId };
}

function placed(end: PlacedCall['end'] = { result: 'success', reason: 'hang-up-by-customer' }): PlacedCall {
  const answered = end.result === 'success';
  return {
    end,
    edge,
    invitedAt: later(1).toISOString(),
    ...(answered && { answeredAt: later(5).toISOString() }),
    endedAt: later(65).toISOString(),
    talkMs: answered ? 60_000 : 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [],
  };
}

type Saved = NonNullable<SavedWrapUp['saved']>;

function wrapUp({ agent }: World, outcome: string, meta: Partial<WrapUpMeta> = {}): Saved {
  return {
    meta: { id: randomUUID(), outcome, by: agent.userId, savedAt: later(70).toISOString(), ...meta },
    details: { answers: { oras: 'Oradea', motive: ['a', 'b'] }, note: 'a zis', doNotCallReason: 'destul' },
  };
}

async function commit({ callId }: World, end: PlacedCall['end'] | undefined, saved?: Saved): Promise<void> {
  const facts = await readCommitFacts(db.pool, callId);
  const wrap = { over: saved === undefined, tookMs: 0, ...(saved && { saved }) };
  const decision = decideCommit({ facts: facts!, placed: placed(end), wrapUp: wrap, now: COMMITTED });
  await commitCall(db.pool, decision);
}

const late = (one: World, saved: Saved, more: { withinHours?: number; now?: Date } = {}) =>
  saveLateWrapUp(db, { callId: one.callId, wrapUp: saved, now: later(600), ...more });

async function rows(text: string, values: unknown[]): Promise<unknown[]> {
  return (await db.pool.query(text, values)).rows;
}

/** All that a commit writes about a call's contact, numbers and counts, without what differs between two worlds. */
async function stateOf({ campaignId, callId, agent }: World): Promise<unknown> {
  await foldRollups(db);
  return {
    contacts: await rows(
      `select c.state, c.closed_reason, c.consent_at is not null as consent, q.rank, q.due_at, q.position, q.wait_reason,
         q.call_id, case when q.agent_id = $2 then 'own' when q.agent_id is not null then 'other' end as whose
       from contacts c left join dial_queue q on q.contact_id = c.id where c.campaign_id = $1`,
      [campaignId, agent.userId],
    ),
    numbers: await rows(
      `select cn.position, cn.active, n.cap_day, n.cap_day_count, n.cap_total, n.do_not_call_at is not null as dnc,
         n.do_not_call_reason as why, coalesce(k.unanswered, 0) as unanswered, k.stopped_at is not null as stopped, k.stopped_by
       from contact_numbers cn join numbers n on n.id = cn.number_id
       left join campaign_numbers k on k.campaign_id = cn.campaign_id and k.number_id = n.id
       where cn.campaign_id = $1 order by cn.position`,
      [campaignId],
    ),
    call: await rows(
      `select s.code, c.note, c.wrap_up_id is not null as saved,
         (select jsonb_object_agg(field, value) from call_answers where call_id = c.id) as answers
       from calls c join statuses s on s.id = c.status_id where c.id = $1`,
      [callId],
    ),
    counts: await rows(
      `select s.code, sum(h.calls)::int as calls, sum(h.answered)::int as answered, sum(h.talk_ms)::int as talk
       from rollup_hours h join statuses s on s.id = h.status_id where h.campaign_id = $1
       group by 1 having sum(h.calls) <> 0 order by 1`,
      [campaignId],
    ),
  };
}

const busy = { result: 'customer', reason: 'busy' } as const;
const noAnswer = { result: 'customer', reason: 'no-answer' } as const;
const nonexistent = { result: 'customer', reason: 'nonexistent' } as const;
const callback = { at: later(90_000).toISOString(), for: 'agent' } as const;

describe('a wrap-up after the commit', () => {
  const CASES: [string, Setting, string, Partial<WrapUpMeta>?][] = [
    ['a success', {}, 'success'],
    ['a voicemail, tried again by its rule', {}, 'voicemail'],
    ['a wish never to be called', {}, 'opted-out'],
    ['a callback of the agent', {}, 'callback', { callback }],
    ['a callback for anyone, of a contact whose attempts were used up', { maxAttempts: 1 }, 'callback', { callback: { ...callback, for: 'anyone' } }],
    ['a callback of a number dialed by hand', { manual: true }, 'callback', { callback }],
    ['the other number, now', {}, 'voicemail', { another: { position: 2 } }],
    ['what the carrier had said', { end: noAnswer, run: 1 }, 'no-answer'],
    ['busy, where the carrier said no answer and the number was stopped', { end: noAnswer, run: 2, numbers: 1 }, 'busy'],
    ['no answer for the third time, where the carrier said busy', { end: busy, run: 2, numbers: 1 }, 'no-answer'],
    ['a number that does not exist', { end: noAnswer }, 'nonexistent'],
    ['a number that exists after all', { end: nonexistent, numbers: 1 }, 'busy'],
  ]; // prettier-ignore

  it.each(CASES)(
    'leaves what the commit with it would have left: %s',
    async (_what, setting, outcome, meta) => {
      const [inTime, after] = [await world(setting), await world(setting)];
      await commit(inTime, setting.end, wrapUp(inTime, outcome, meta));
      await commit(after, setting.end);
      expect(await late(after, wrapUp(after, outcome, meta))).toEqual({ state: 'saved', status: outcome });
      expect(await stateOf(after)).toEqual(await stateOf(inTime));
      expect(await readRollups(db.pool, ALWAYS)).toEqual(await recountCalls(db.pool, ALWAYS));
    },
  );

  it('leaves its trail and its line in the journal', async () => {
    const one = await world({});
    await commit(one, undefined);
    await late(one, wrapUp(one, 'success'));
    const answers = { oras: 'Oradea', motive: ['a', 'b'] };
    const found = await readCorrections(db.pool, one.callId);
    expect(found).toMatchObject({
      status: 'success',
      answers,
      trail: [
        {
          before: 'no-outcome',
          after: 'success',
          source: 'late-wrap-up',
          by: one.agent.name,
          answersBefore: {},
          answersAfter: answers,
        },
      ],
    });
    const [audited] = await rows('select actor, action, before, after from audit_log where object_id = $1', [
      one.callId,
    ]);
    expect(audited).toEqual({
      actor: one.agent.name,
      action: 'call.save-late',
      before: { status: 'no-outcome', answers: {} },
      after: { status: 'success', answers, effects: ['contact-closed'] },
    });
  });

  it('counts once: the same again is known, another one is refused, and of two at once one wins', async () => {
    const one = await world({});
    await commit(one, undefined);
    const [first, second] = [wrapUp(one, 'success'), wrapUp(one, 'not-interested')];
    const results = await Promise.all([late(one, first), late(one, second), late(one, first)]);
    const won = results[1].state === 'saved' ? second : first;
    expect(results.filter(({ state }) => state === 'saved')).toHaveLength(1);
    const status = won.meta.outcome;
    expect(await late(one, won)).toEqual({ state: 'known', status, late: true });
    expect(await late(one, wrapUp(one, 'interested'))).toEqual({ state: 'taken' });
    expect((await readCorrections(db.pool, one.callId))?.trail).toHaveLength(1);
  });

  it.each([
    ['too late', 'success', { withinHours: 1, now: new Date(COMMITTED.getTime() + 3_600_001) }, 'too-late'],
    ['never, where the campaign allows none', 'success', { withinHours: 0, now: later(81) }, 'too-late'],
    ['with what does not agree', 'message-heard', {}, 'not-allowed'],
  ] as const)('%s changes nothing', async (_what, outcome, more, state) => {
    const one = await world({});
    await commit(one, undefined);
    const before = await stateOf(one);
    expect(await late(one, wrapUp(one, outcome), more)).toEqual({ state });
    expect(await stateOf(one)).toEqual(before);
    expect(await late({ ...one, callId: randomUUID() }, wrapUp(one, 'success'))).toEqual({
      state: 'unknown',
    });
  });

  it('leaves the outcome that a supervisor has chosen since, and keeps the answers', async () => {
    const one = await world({});
    await commit(one, undefined);
    const by = { by: 'maria', now: later(90), reason: 'ascultat' };
    await correctCall(db, { callId: one.callId, expected: 'no-outcome', status: 'interested', ...by });
    expect(await late(one, wrapUp(one, 'callback', { callback }))).toEqual({
      state: 'saved',
      status: 'interested',
    } satisfies LateWrapUpResult);
    expect(await stateOf(one)).toMatchObject({
      contacts: [{ state: 'closed', rank: null }],
      call: [{ code: 'interested', answers: { oras: 'Oradea' }, saved: true }],
    });
  });

  it('of a contact that was called since neither queues nor exhausts it, and still ends the work when the person said so', async () => {
    for (const [outcome, expected] of [
      ['voicemail', { state: 'open', call_id: expect.any(String) }],
      ['not-interested', { state: 'closed', closed_reason: 'final-status', call_id: null }],
    ] as const) {
      const one = await world({ numbers: 1 });
      await commit(one, undefined);
      await db.pool.query(`update agents set state = 'available' where user_id = $1`, [one.agent.userId]);
      await claimNext(db, one.agent, later(1_500));
      expect((await late(one, wrapUp(one, outcome), { now: later(1_600) })).state).toBe('saved');
      expect(await stateOf(one)).toMatchObject({ contacts: [expected] });
    }
  });

  it('does not open what a person has closed since', async () => {
    const one = await world({ maxAttempts: 1 });
    await commit(one, undefined);
    await db.pool.query(`update contacts set closed_reason = 'by-hand', closed_at = $2 where id = $1`, [
      one.contactId,
      later(100),
    ]);
    await late(one, wrapUp(one, 'callback', { callback }));
    expect(await stateOf(one)).toMatchObject({ contacts: [{ state: 'closed', rank: null }] });
  });
});
