import { beforeAll, describe, expect, it } from 'vitest';
import { auditReportSums } from '../test/auditor/invariant-4-rollups.ts';
import { addContacts, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { addRawCalls, type RawCall } from '../test/support/raw-calls.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { Answers } from '../contracts/model/script.ts';
import { readCampaignReport } from './campaign-report.ts';
import type { Database } from './client.ts';
import { applyConfig } from './config.ts';
import { correctAnswers } from './correct-answers.ts';
import { correctCall, readCorrections } from './corrections.ts';
import { keepReportDays } from './report-days.ts';
import { readPeriod } from './report-sums.ts';
import { foldRollups, readRollups, recountCalls } from './rollups.ts';

const DAY = '2026-11-20';
const AT = new Date('2026-11-20T09:30:00Z');
const NOW = new Date('2026-11-21T10:00:00Z');
const ALWAYS = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };

let db: Database;
let campaignId: number;
let people = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeAll(async () => {
  campaignId = (await createCampaign(db, 'corrected')).id;
  await keepReportDays(db, { siteZone: 'Europe/Bucharest' });
});

interface Person {
  contactId: number;
  numberIds: number[];
}

async function person(numbers = 1): Promise<Person> {
  const own = Array.from({ length: numbers }, () => mobile(++people));
  const [contactId = 0] = await addContacts(db, campaignId, [{ numbers: own }]);
  const { rows } = await db.pool.query<{ id: number }>(
    'select number_id as id from contact_numbers where contact_id = $1 order by position',
    [contactId],
  );
  return { contactId, numberIds: rows.map(({ id }) => id) };
}

async function called({ contactId, numberIds }: Person, call: Partial<RawCall> = {}): Promise<string> {
  const [id = ''] = await addRawCalls(db, [
    {
      campaignId,
      contactId,
      numberId: numberIds[0] ?? 0,
      status: 'success',
      invitedAt: AT,
      talkMs: 60_000,
      ...call,
    },
  ]);
  return id;
}

const correct = (callId: string, expected: string, status: string, reason = 'ascultat: a spus altceva') =>
  correctCall(db, { callId, expected, status, reason, by: 'maria', now: NOW });

/** Of the day, by status, as a report shows it; only those that are not none. */
async function day(): Promise<Record<string, number>> {
  const cells = await readPeriod(db.pool, { from: DAY, to: DAY, zone: 'Europe/Bucharest', campaignId });
  return Object.fromEntries(
    cells.filter(({ calls }) => calls !== 0).map((cell) => [cell.status, cell.calls]),
  );
}

async function rows<R>(text: string, values: unknown[] = []): Promise<R[]> {
  return (await db.pool.query(text, values)).rows as R[];
}

const state = async ({ contactId }: Person) => {
  const [row] = await rows<{ state: string; reason: string | null; queued: boolean }>(
    `select state, closed_reason as reason, exists (select 1 from dial_queue q where q.contact_id = c.id) as queued
     from contacts c where id = $1`,
    [contactId],
  );
  return row;
};

describe('a correction', () => {
  it('moves one count in every report, before and after a fold, and leaves its trail', async () => {
    const [one, other] = [await person(), await person()];
    const id = await called(one);
    await called(other);
    await foldRollups(db);
    const before = await day();
    expect(await correct(id, 'success', 'not-interested')).toEqual({
      state: 'corrected',
      effects: ['contact-closed'],
    });
    const moved = {
      ...before,
      success: (before['success'] ?? 0) - 1,
      'not-interested': (before['not-interested'] ?? 0) + 1,
    };
    expect(await day()).toEqual(moved);
    await foldRollups(db);
    expect(await day()).toEqual(moved);
    expect(await readRollups(db.pool, ALWAYS)).toEqual(await recountCalls(db.pool, ALWAYS));
    expect(await auditReportSums({ db: db.pool })).toEqual([]);
    expect((await readCorrections(db.pool, id))?.trail).toEqual([
      {
        before: 'success',
        after: 'not-interested',
        source: 'person',
        reason: 'ascultat: a spus altceva',
        by: 'maria',
        at: NOW,
        answersBefore: null,
        answersAfter: null,
      },
    ]);
    const [audited] = await rows<object>(
      `select actor, action, before, after from audit_log where object_kind = 'call' and object_id = $1`,
      [id],
    );
    expect(audited).toMatchObject({
      actor: 'maria',
      action: 'call.correct',
      before: { status: 'success' },
      after: { status: 'not-interested', source: 'person', effects: ['contact-closed'] },
    });
  });

  it('may be corrected, and taken back', async () => {
    const id = await called(await person(), { status: 'no-outcome' });
    await correct(id, 'no-outcome', 'interested');
    expect((await readCorrections(db.pool, id))?.allowed).toContain('no-outcome');
    await correct(id, 'interested', 'success');
    expect(await correct(id, 'success', 'no-outcome')).toMatchObject({ state: 'corrected' });
    const found = await readCorrections(db.pool, id);
    expect(found?.trail.map(({ before, after }) => [before, after])).toEqual([
      ['no-outcome', 'interested'],
      ['interested', 'success'],
      ['success', 'no-outcome'],
    ]);
    expect(found?.status).toBe('no-outcome');
    await foldRollups(db);
    expect(await readRollups(db.pool, ALWAYS)).toEqual(await recountCalls(db.pool, ALWAYS));
  });

  it('that meets another of the same call: one wins, the other is told what it is now', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await called(await person());
      const tries = ['not-interested', 'interested', 'wrong-age-group', 'opted-out'].map((status) =>
        correct(id, 'success', status),
      );
      const results = await Promise.all(tries);
      expect(results.filter(({ state }) => state === 'corrected')).toHaveLength(1);
      const found = await readCorrections(db.pool, id);
      expect(found?.trail).toHaveLength(1);
      for (const result of results) {
        if (result.state !== 'corrected') expect(result).toEqual({ state: 'changed', status: found?.status });
      }
    }
    await foldRollups(db);
    expect(await readRollups(db.pool, ALWAYS)).toEqual(await recountCalls(db.pool, ALWAYS));
  });

  it.each([
    ['a success that nobody answered', { status: 'no-answer', talkMs: null }, 'success'],
    ['what no agent may say', {}, 'technical-failure'],
    ['passed over', {}, 'skipped'],
    ['a status of robots', {}, 'message-heard'],
    ['what it is already', {}, 'success'],
    ['a status that does not exist', {}, 'minunat'],
  ])('to %s is refused', async (_what, call, status) => {
    const id = await called(await person(), call);
    expect(await correct(id, 'status' in call ? call.status : 'success', status)).toEqual({
      state: 'not-allowed',
    });
    expect((await readCorrections(db.pool, id))?.trail).toEqual([]);
  });

  it('of what is not there, or goes on, is none', async () => {
    const open = '00000000-0000-4000-8000-0000000000aa';
    await db.pool.query(
      `insert into calls (id, kind, campaign_id, attempt, number_id, node, epoch, versions) values ($1, 'robot', $2, 1, 1, 'e', 1, '{}')`,
      [open, campaignId],
    );
    expect(await correct(open, 'success', 'interested')).toEqual({ state: 'unknown' });
    expect(await readCorrections(db.pool, open)).toMatchObject({ status: null, allowed: [] });
    const never = '00000000-0000-4000-8000-0000000000ab';
    expect(await correct(never, 'success', 'interested')).toEqual({ state: 'unknown' });
    await expect(correct(never, 'success', 'interested', '  ')).rejects.toThrow(RangeError);
  });
});

describe('what follows', () => {
  it('do-not-call: every number of the contact goes on the list, and the contact is closed', async () => {
    const own = await person(2);
    const id = await called(own, { status: 'no-outcome' });
    expect(await correct(id, 'no-outcome', 'opted-out')).toEqual({
      state: 'corrected',
      effects: ['contact-closed', 'do-not-call'],
    });
    expect(await state(own)).toEqual({ state: 'closed', reason: 'do-not-call', queued: false });
    const listed = await rows<{ by: string }>(
      'select do_not_call_by as by from numbers where id = any($1) and do_not_call_at is not null',
      [own.numberIds],
    );
    expect(listed).toEqual([{ by: 'maria' }, { by: 'maria' }]);
    // Taken back: neither is the number taken off the list, nor the contact opened.
    await correct(id, 'opted-out', 'no-outcome');
    expect(await state(own)).toMatchObject({ state: 'closed', queued: false });
    expect(
      await rows('select 1 from numbers where id = any($1) and do_not_call_at is null', [own.numberIds]),
    ).toEqual([]);
  });

  it('a number that does not exist: the contact goes on with its other one, and is closed without', async () => {
    const two = await person(2);
    const one = await person();
    const unanswered = { status: 'no-answer', talkMs: null };
    const [first, second] = [await called(two, unanswered), await called(one, unanswered)];
    for (const [id, effects] of [
      [first, ['number-inactive']],
      [second, ['number-inactive', 'contact-closed']],
    ] as const) {
      expect(await correct(id, 'no-answer', 'nonexistent')).toEqual({ state: 'corrected', effects });
    }
    expect(await state(two)).toMatchObject({ state: 'open', queued: true });
    expect(await rows('select position from dial_queue where contact_id = $1', [two.contactId])).toEqual([
      { position: 2 },
    ]);
    expect(await state(one)).toEqual({ state: 'closed', reason: 'nonexistent', queued: false });
  });

  it('a success by mistake: the contact stays closed, nobody is called by a correction', async () => {
    const own = await person();
    const id = await called(own, { status: 'callback' });
    await correct(id, 'callback', 'success');
    expect(await state(own)).toEqual({ state: 'closed', reason: 'final-status', queued: false });
    expect(await correct(id, 'success', 'callback')).toEqual({ state: 'corrected', effects: [] });
    expect(await state(own)).toMatchObject({ state: 'closed', queued: false });
  });
});

describe('answers', () => {
  const choice = (name: string, required: boolean) => ({
    name,
    type: 'choice' as const,
    labels: { ro: name, en: name },
    required,
    options: ['da', 'nu'].map((value) => ({ value, labels: { ro: value, en: value } })),
  });
  const page = { name: 'p', title: { ro: 'P', en: 'P' }, text: { ro: '', en: '' } };
  const script = (...fields: ReturnType<typeof choice>[]) => ({
    name: 'chestionar',
    label: 'Chestionar',
    pages: [{ ...page, fields }],
  });
  let asked: number;
  beforeAll(async () => {
    for (const body of [
      script(choice('interes', true), choice('vechi', false)),
      script(choice('alta', true)),
    ]) {
      await applyConfig(db, { objects: [{ kind: 'script', body }], origin: 'file', actor: 'test', now: NOW });
    }
    asked = (
      await createCampaign(db, 'asked', { campaign: { mode: 'agent', desk: { script: 'chestionar' } } })
    ).id;
  });

  async function answered(status: string, answers: Answers): Promise<string> {
    const own = await person();
    const id = await called(own, { status, campaignId: asked });
    await db.pool.query(`update calls set versions = '{"script": 1}' where id = $1`, [id]);
    await db.pool.query(
      'insert into call_answers (call_id, field, value) select $1, key, value from jsonb_each($2::jsonb)',
      [id, JSON.stringify(answers)],
    );
    return id;
  }

  const other = (callId: string, expected: Answers, answers: Answers) =>
    correctAnswers(db, { callId, expected, answers, reason: 'ascultat din nou', by: 'maria', now: NOW });
  const distribution = async () => {
    const filter = { campaignId: asked, zone: 'Europe/Bucharest', from: DAY, to: DAY, now: NOW };
    return (await readCampaignReport(db, filter)).answers?.counts.map((c) => [c.field, c.value, c.calls]);
  };

  it('are corrected by the script that the call had: the distribution moves, the trail has both, counts stay', async () => {
    const id = await answered('success', { interes: 'nu' });
    await answered('success', { interes: 'nu' });
    await foldRollups(db);
    const before = await day();
    expect(await other(id, { interes: 'nu' }, { interes: 'da', vechi: 'nu' })).toEqual({
      state: 'corrected',
    });
    expect(await distribution()).toEqual([
      ['interes', 'da', 1],
      ['interes', 'nu', 1],
      ['vechi', 'nu', 1],
    ]);
    expect(await day()).toEqual(before);
    const change = { before: { interes: 'nu' }, after: { interes: 'da', vechi: 'nu' } };
    expect(await readCorrections(db.pool, id)).toMatchObject({
      answers: change.after,
      script: { pages: [{ fields: [{ name: 'interes' }, { name: 'vechi' }] }] },
      trail: [
        { before: 'success', after: 'success', source: 'person', by: 'maria', answersBefore: change.before, answersAfter: change.after },
      ],
    }); // prettier-ignore
    const audited = await rows(`select action, before, after from audit_log where object_id = $1`, [id]);
    expect(audited).toEqual([
      {
        action: 'call.correct-answers',
        before: { answers: change.before },
        after: { answers: change.after, reason: 'ascultat din nou' },
      },
    ]);
    // The outcome may still be corrected, and the trail holds together.
    expect(await correct(id, 'success', 'interested')).toMatchObject({ state: 'corrected' });
    expect(await readRollups(db.pool, ALWAYS)).toEqual(await recountCalls(db.pool, ALWAYS));
  });

  it('are refused as at the desk, and of two at once one wins', async () => {
    const id = await answered('success', { interes: 'nu' });
    const required = { state: 'wrong', problems: [{ field: 'interes', page: 'p', code: 'required' }] };
    expect(await other(id, { interes: 'nu' }, { vechi: 'da' })).toEqual(required);
    expect(await other(id, { interes: 'nu' }, { interes: 'poate' })).toMatchObject({ problems: [{ code: 'not-an-option' }] });
    expect(await other(id, { interes: 'nu' }, { interes: 'da', alta: 'da' })).toMatchObject({ problems: [{ field: 'alta', code: 'unknown-field' }] });
    expect(await other(id, { interes: 'nu' }, { interes: 'nu' })).toEqual({ state: 'same' });
    const results = await Promise.all([
      other(id, { interes: 'nu' }, { interes: 'da' }),
      other(id, { interes: 'nu' }, { interes: 'nu', vechi: 'da' }),
    ]);
    expect(results.map(({ state }) => state).toSorted()).toEqual(['changed', 'corrected']);
    expect((await readCorrections(db.pool, id))?.trail).toHaveLength(1);
    // Who was not interested answers nothing.
    const no = await answered('not-interested', { vechi: 'da' });
    expect(await other(no, { vechi: 'da' }, {})).toEqual({ state: 'corrected' });
    const robot = await called(await person(), { kind: 'robot', status: 'message-heard' });
    expect(await other(robot, {}, {})).toEqual({ state: 'unknown' });
  }); // prettier-ignore
});

describe('the database', () => {
  it('takes no other change of a committed outcome, with a correction or without', async () => {
    const id = await called(await person());
    const refused = /its outcome cannot be changed/;
    const set = (text: string) => db.pool.query(`update calls set ${text} where id = $1`, [id]);
    const busy = `(select id from statuses where code = 'interested')`;
    await expect(set(`status_id = ${busy}`)).rejects.toThrow(refused);
    await correct(id, 'success', 'not-interested');
    await expect(set(`status_id = ${busy}`)).rejects.toThrow(refused);
    await expect(set(`status_id = null`)).rejects.toThrow(refused);
    await expect(set(`talk_ms = 1`)).rejects.toThrow(refused);
    // What was corrected once is no licence to do it again.
    await correct(id, 'not-interested', 'success');
    await expect(
      set(`status_id = (select id from statuses where code = 'not-interested'), talk_ms = 7`),
    ).rejects.toThrow(refused);
    for (const text of ['update call_corrections set reason = $2', 'delete from call_corrections']) {
      const values = text.includes('$2') ? [id, 'altul'] : [id];
      await expect(db.pool.query(`${text} where call_id = $1`, values)).rejects.toThrow(/is kept/);
    }
  });
});
