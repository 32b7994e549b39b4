import { beforeEach, describe, expect, it } from 'vitest';
import type { CallResult, EndReason } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { CommitDecision } from '../domain/commit-facts.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import {
  addContacts,
  addEdge,
  createCampaign,
  mobile,
  type CampaignOverrides,
} from '../test/support/campaign-fixture.ts';
import { claimRobotCalls } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import type { CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import { commitStatement } from './commit-statement.ts';
import { indexRecordings } from './recording-index.ts';

const START = Date.parse('2026-11-23T10:00:00Z');
let clock = START;
const now = () => new Date(clock);
const iso = () => now().toISOString();

let db: Database;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await emptyCalls(db);
  await addEdge(db, 'edge-1');
  clock = START;
  n += 1;
});

const campaign = (overrides?: CampaignOverrides) => createCampaign(db, `k${n}`, overrides);
const numbersOf = (count: number) => Array.from({ length: count }, (_, i) => mobile(n * 1000 + i));

async function claimOne(setup: CampaignSetup): Promise<string> {
  const [call] = await claimRobotCalls(db, { setup, now: now(), closesAt: new Date(clock + 1000) });
  return call!.callId;
}

function placed(result: CallResult, reason: EndReason, more: Partial<PlacedCall> = {}): PlacedCall {
  return {
    end: { result, reason },
    edge: { node: 'edge-1', epoch: 1 },
    invitedAt: iso(),
    endedAt: iso(),
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [{ at: iso(), kind: 'invite' }],
    ...more,
  };
}
const answered = (robot: PlacedCall['robot']) =>
  placed('success', 'hang-up-by-customer', {
    answeredAt: iso(),
    talkMs: 4200,
    ...(robot && { robot }),
    recording: { state: 'ready', path: '2026/11/23/x.wav', sha256: 'ab', durationMs: 4200, bytes: 9 },
  });

async function commit(callId: string, call: PlacedCall) {
  const facts = await readCommitFacts(db.pool, callId);
  if (!facts) throw new Error('no such call');
  return commitCall(db.pool, decideCommit({ facts, placed: call, now: now() }));
}
async function one(sql: string, values: unknown[] = []) {
  return (await db.pool.query(sql, values)).rows[0];
}
const queue = (contactId: number | undefined) =>
  one('select due_at, position, rank, call_id, wait_reason, attempts from dial_queue where contact_id = $1', [
    contactId,
  ]);

describe('commitCall', () => {
  it('remembers that a phone may still ring, for every campaign, and counts the call as ever', async () => {
    const setup = await campaign();
    await addContacts(db, setup.id, [{ numbers: numbersOf(1) }]);
    const mayRingUntil = new Date(now().getTime() + 185_000);
    const lost = placed('platform', 'sip-server-lost', { mayRingUntil: mayRingUntil.toISOString() });
    await commit(await claimOne(setup), lost);
    expect(await one('select rings_until from numbers n join calls c on c.number_id = n.id')).toEqual({
      rings_until: mayRingUntil,
    });
    expect(await one('select cap_day_count from numbers')).toEqual({ cap_day_count: 0 });
  });

  it('leaves its recording to be indexed; what changed meanwhile stands in the index, and twice does no harm', async () => {
    const setup = await campaign();
    const contacts = numbersOf(2).map((number) => ({ numbers: [number] }));
    await addContacts(db, setup.id, contacts);
    const callId = await claimOne(setup);
    await commit(callId, answered(undefined));
    const indexed = async () =>
      (await db.pool.query('select call_id, state, ms from recording_index')).rows as unknown[];
    expect(await indexed()).toEqual([]);
    await db.pool.query('insert into recordings_not_indexed select call_id from recordings_not_indexed');
    expect(await indexRecordings(db.pool)).toBe(false);
    expect(await indexed()).toEqual([{ call_id: callId, state: 'ready', ms: 4200 }]);
    expect(await one('select count(*)::int as n from recordings_not_indexed')).toEqual({ n: 0 });

    const next = await claimOne(setup);
    await commit(next, answered(undefined));
    await db.pool.query('update calls set recording_archived_at = $2 where id = $1', [next, now()]);
    expect(await indexed()).toHaveLength(2);
    await indexRecordings(db.pool);
    expect(await indexed()).toContainEqual({ call_id: next, state: 'archived', ms: 4200 });
  });

  it('writes the result once: a second run changes nothing and says so', async () => {
    const setup = await campaign();
    const [contactId] = await addContacts(db, setup.id, [{ numbers: numbersOf(1) }]);
    const callId = await claimOne(setup);
    const call = answered({ promptMs: 4000, heardMs: 4000, heardInFull: true });
    const facts = (await readCommitFacts(db.pool, callId))!;
    const decision = decideCommit({ facts, placed: call, now: now() });
    const runs = await Promise.all([1, 2, 3].map(() => commitCall(db.pool, decision)));
    expect(runs.filter((run) => run.first)).toHaveLength(1);
    const other = decideCommit({ facts, placed: placed('customer', 'busy'), now: now() });
    expect(await commitCall(db.pool, other)).toEqual({ first: false });

    expect(
      await one(
        `select s.code, c.committed_at, c.talk_ms, c.recording_path, c.timeline, c.heard_ms, c.answered_at
         from calls c join statuses s on s.id = c.status_id`,
      ),
    ).toEqual({
      code: 'message-heard',
      committed_at: now(),
      talk_ms: 4200,
      recording_path: '2026/11/23/x.wav',
      timeline: call.timeline,
      heard_ms: 4000,
      answered_at: now(),
    });
    expect(await one('select count(*) as n from live_calls')).toEqual({ n: 0 });
    expect(await one('select count(*) as n, sum(talk_ms)::int as talk from rollup_deltas')).toEqual({
      n: 1,
      talk: 4200,
    });
    expect(
      await one('select cap_day, cap_day_count, cap_total from numbers where id = $1', [facts.call.numberId]),
    ).toEqual({ cap_day: '2026-11-23', cap_day_count: 1, cap_total: 1 });
    expect(await queue(contactId)).toBeUndefined();
    expect(await one('select state, closed_reason from contacts where id = $1', [contactId])).toEqual({
      state: 'closed',
      closed_reason: 'final-status',
    });
    expect((await readCommitFacts(db.pool, callId))?.committed).toEqual({ status: 'message-heard' });
  });

  it('of an unknown call says that nothing was changed', async () => {
    expect(await readCommitFacts(db.pool, '0192f0c0-0000-7000-8000-000000000000')).toBeUndefined();
  });

  it('frees the contact for its next attempt, which has a higher number', async () => {
    const setup = await campaign();
    const [contactId] = await addContacts(db, setup.id, [{ numbers: numbersOf(2) }]);
    await commit(await claimOne(setup), placed('customer', 'busy'));
    expect(await queue(contactId)).toMatchObject({
      due_at: new Date(clock + 600_000),
      position: 2,
      rank: 1,
      call_id: null,
    });
    clock += 600_000;
    await claimOne(setup);
    expect(await queue(contactId)).toMatchObject({ attempts: 2 });
  });

  it('of a call that never left counts towards nothing and keeps the rank', async () => {
    const setup = await campaign({ caps: { perNumberPerDay: 1 } });
    const [contactId] = await addContacts(db, setup.id, [{ numbers: numbersOf(1), rank: 0 }]);
    const { invitedAt: _, ...call } = placed('platform', 'not-placed');
    await commit(await claimOne(setup), call);
    expect(await queue(contactId)).toMatchObject({
      due_at: new Date(clock + 5000),
      rank: 0,
      wait_reason: 'not-placed',
    });
    expect(await one('select cap_total from numbers where e164 = $1', numbersOf(1))).toEqual({
      cap_total: 0,
    });
    expect(await one('select invited_at from calls')).toEqual({ invited_at: null });
  });

  it('keeps the cap of the day over two campaigns, and the next day it may be called again', async () => {
    const one1 = await campaign({ caps: { perNumberPerDay: 2 } });
    const two = await createCampaign(db, `k${n}-b`, { caps: { perNumberPerDay: 2 } });
    for (const setup of [one1, two]) await addContacts(db, setup.id, [{ numbers: numbersOf(1) }]);
    for (const setup of [one1, two]) await commit(await claimOne(setup), placed('customer', 'busy'));
    clock += 3_600_000;
    await expect(claimOne(one1)).rejects.toThrow('nothing');
    clock = Date.parse('2026-11-23T22:00:00Z');
    await claimOne(one1);
  });

  it('stops the number at the third unanswered call; an answer in between starts the count anew', async () => {
    const setup = await campaign({
      retryRules: { default: { delaySeconds: 0, multiplier: 1, maxDelaySeconds: 0, maxAttempts: 50 } },
    });
    const [contactId] = await addContacts(db, setup.id, [{ numbers: numbersOf(1) }]);
    await db.pool.query(`update statuses set final = false where code = 'message-interrupted'`);
    const run = async (call: PlacedCall) => {
      await commit(await claimOne(setup), call);
      return one('select unanswered, stopped_at, stopped_by from campaign_numbers');
    };
    const noAnswer = () => placed('customer', 'no-answer');
    await run(noAnswer());
    expect(await run(noAnswer())).toMatchObject({ unanswered: 2, stopped_at: null });
    expect(await run(answered({ promptMs: 9, heardMs: 1, heardInFull: false }))).toMatchObject({
      unanswered: 0,
    });
    await run(noAnswer());
    await run(placed('customer', 'busy'));
    await run(placed('carrier', 'forbidden'));
    expect(await run(noAnswer())).toMatchObject({ unanswered: 2, stopped_at: null });
    expect(await run(noAnswer())).toMatchObject({ unanswered: 3, stopped_at: now(), stopped_by: 'rule' });
    expect(await one('select state, closed_reason from contacts where id = $1', [contactId])).toEqual({
      state: 'closed',
      closed_reason: 'stopped',
    });
    await db.pool.query(`update statuses set final = true where code = 'message-interrupted'`);
  });

  it('puts every number of a person who asks for it on do-not-call, in every campaign', async () => {
    const setup = await campaign();
    const two = await createCampaign(db, `k${n}-b`);
    const numbers = numbersOf(2);
    await addContacts(db, setup.id, [{ numbers }]);
    const [elsewhere] = await addContacts(db, two.id, [{ numbers: numbers.slice(1) }]);
    const callId = await claimOne(setup);
    await commit(
      callId,
      answered({ promptMs: 9, heardMs: 1, heardInFull: false, key: '9', keyStatus: 'opted-out' }),
    );
    expect(
      await one(
        `select count(*) as n, min(do_not_call_reason) as reason, min(do_not_call_by) as by from numbers
         where e164 = any($1) and do_not_call_at is not null`,
        [numbers],
      ),
    ).toEqual({ n: 2, reason: 'opted-out', by: `call:${callId}` });
    await expect(claimOne(two)).rejects.toThrow('0 of 1 claimed');
    expect(await one('select closed_reason from contacts where id = $1', [elsewhere])).toEqual({
      closed_reason: 'do-not-call',
    });
  });

  it('never calls a number again that does not exist, but the next one of the contact', async () => {
    const setup = await campaign();
    const [contactId] = await addContacts(db, setup.id, [{ numbers: numbersOf(2) }]);
    await commit(await claimOne(setup), placed('customer', 'nonexistent'));
    expect(await queue(contactId)).toMatchObject({ position: 2 });
    clock += 30_000;
    await commit(await claimOne(setup), placed('customer', 'nonexistent'));
    expect(await one('select closed_reason from contacts where id = $1', [contactId])).toEqual({
      closed_reason: 'nonexistent',
    });
  });
});

describe('the health of the trunk', () => {
  const health = (setup: CampaignSetup) =>
    one('select backoff_seconds, backoff_until, suspended_at, failures from trunk_health where id = $1', [
      setup.trunkId,
    ]);

  it('backs off 2, 4, 8 … 60 s; calls of one volley count once; a call that gets through clears it', async () => {
    const setup = await campaign();
    await addContacts(
      db,
      setup.id,
      numbersOf(20).map((number) => ({ numbers: [number] })),
    );
    const volley = [await claimOne(setup), await claimOne(setup)];
    for (const callId of volley) await commit(callId, placed('carrier', 'unavailable'));
    expect(await health(setup)).toMatchObject({
      backoff_seconds: 2,
      backoff_until: new Date(clock + 2000),
      failures: 2,
    });
    const seen = [];
    for (let i = 0; i < 6; i += 1) {
      clock = (await health(setup)).backoff_until.getTime();
      await commit(await claimOne(setup), placed('carrier', 'no-response'));
      seen.push((await health(setup)).backoff_seconds);
    }
    expect(seen).toEqual([4, 8, 16, 32, 60, 60]);
    clock += 60_000;
    await commit(await claimOne(setup), placed('customer', 'busy'));
    expect(await health(setup)).toMatchObject({
      backoff_seconds: 0,
      backoff_until: null,
      suspended_at: null,
    });
  });

  it.each([
    [30, 30],
    [1, 2],
    [86_400, 60],
  ])(
    'a carrier that asks for %i s with its 503 is left alone for %i s',
    async (retryAfterSeconds, backoff) => {
      const setup = await campaign();
      await addContacts(db, setup.id, [{ numbers: numbersOf(1) }]);
      const refused = placed('carrier', 'unavailable');
      await commit(await claimOne(setup), { ...refused, end: { ...refused.end, retryAfterSeconds } });
      expect(await health(setup)).toMatchObject({
        backoff_seconds: backoff,
        backoff_until: new Date(clock + backoff * 1_000),
      });
    },
  );

  it('suspends after ten technical failures in 30 s, at once too, and resumes when a call gets through', async () => {
    const setup = await campaign();
    await addContacts(
      db,
      setup.id,
      numbersOf(30).map((number) => ({ numbers: [number] })),
    );
    const calls = [];
    for (let i = 0; i < 12; i += 1) calls.push(await claimOne(setup));
    const [early, ...failing] = calls;
    await commit(failing[0]!, placed('carrier', 'forbidden'));
    clock += 31_000;
    await Promise.all(failing.slice(1, 10).map((callId) => commit(callId, placed('carrier', 'forbidden'))));
    expect(await health(setup)).toMatchObject({ suspended_at: null, failures: 9 });
    await commit(failing[10]!, placed('carrier', 'forbidden'));
    expect(await health(setup)).toMatchObject({ suspended_at: now(), failures: 10 });
    // It left before the trouble, so it proves nothing.
    const before = placed('customer', 'busy', { invitedAt: new Date(clock - 20_000).toISOString() });
    await commit(early!, before);
    expect(await health(setup)).toMatchObject({ suspended_at: now() });
    clock += 60_000;
    await commit(await claimOne(setup), placed('customer', 'busy'));
    expect(await health(setup)).toMatchObject({ suspended_at: null, failures: 0 });
  });
});

describe('a committed outcome', () => {
  it('cannot be changed or removed by any statement; where its audio lies may change', async () => {
    const setup = await campaign();
    await addContacts(db, setup.id, [{ numbers: numbersOf(1) }]);
    const callId = await claimOne(setup);
    await commit(callId, placed('customer', 'busy'));
    const refused = /is committed: its outcome cannot be changed/;
    await expect(one('update calls set status_id = 1 where id = $1', [callId])).rejects.toThrow(refused);
    await expect(one('update calls set committed_at = null where id = $1', [callId])).rejects.toThrow(
      refused,
    );
    await expect(one('delete from calls where id = $1', [callId])).rejects.toThrow(refused);
    await one(`update calls set recording_path = 'archive/x.ogg' where id = $1`, [callId]);
    expect(await one('select recording_path from calls where id = $1', [callId])).toEqual({
      recording_path: 'archive/x.ogg',
    });
  });
});

it('touches no index of calls: none is on a column that it writes', async () => {
  const { text } = commitStatement({ contact: undefined, trunkSignal: 'none' } as unknown as CommitDecision);
  const [, set = ''] = /set([^]+?)where/.exec(text) ?? [];
  const written = [...set.matchAll(/(\w+) = \$/g)].map(([, column]) => column);
  expect(written).toHaveLength(21);
  const { rows } = await db.pool.query<{ column: string }>(
    `select distinct a.attname as "column" from pg_index i
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
     where i.indrelid = 'calls'::regclass`,
  );
  expect(rows.filter(({ column }) => written.includes(column))).toEqual([]);
});
