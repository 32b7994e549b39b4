import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deskSchema, type CallDraft, type Desk, type WrapUp } from '../../contracts/http/desk.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import { commitCall, readCommitFacts } from '../../db/commit-call.ts';
import { setDoNotCall } from '../../db/do-not-call.ts';
import { decideCommit } from '../../domain/decide-commit.ts';
import { mobile } from '../../test/support/campaign-fixture.ts';
import { deskOf, draft, later, saved, useDeskCalls, type Called } from '../testing/desk-calls.ts';
import { logOn, ok, refusal } from '../testing/desk-floor.ts';
import { NOON } from '../testing/test-api.ts';

const desks = useDeskCalls();
const { seen, says, called, answer, talked, wrappingUp, committedWith, stranger } = desks;

describe('a preview', () => {
  it('ends with the call, which is started once however often it is asked for', async () => {
    const { agent, path, call } = await called({ dialing: 'preview' });
    expect(seen.started).toEqual([]);
    desks.api.clock.set(later(3));
    const desk = deskSchema.parse(await ok(await agent.send('POST', `${path}/dial`)));
    expect(desk.call).toMatchObject({ id: call.id, previewUntil: null, stage: 'claimed' });
    expect(seen.started).toMatchObject([{ callId: call.id }]);
    expect((await agent.send('POST', `${path}/dial`)).status).toBe(200);
    await answer({ call });
    expect(await refusal(await agent.send('POST', `${path}/dial`))).toEqual([
      409,
      'agent-busy',
      'preview-over',
    ]);
  });

  it('ends with the contact back in the queue', async () => {
    const { agent, path, call } = await called({ dialing: 'preview' });
    const desk = await ok<Desk>(await agent.send('POST', `${path}/skip`, { reason: 'îl cunosc' }));
    expect([desk.call, desk.agent.state]).toEqual([null, 'available']);
    const { rows } = await desks.api.db.pool.query(`select reason, note from calls where id = $1`, [call.id]);
    expect(rows).toEqual([{ reason: 'skipped', note: 'îl cunosc' }]);
    expect(await refusal(await agent.send('POST', `${path}/skip`, { reason: 'x' }))).toEqual([
      409,
      'agent-busy',
      'call-over',
    ]);
    expect(await refusal(await agent.send('POST', `${path}/dial`))).toEqual([409, 'agent-busy', 'call-over']);
    expect(seen.started).toEqual([]);
  });

  it('cannot be skipped and dialed at once', async () => {
    const { agent, path, call } = await called({ dialing: 'preview' });
    const answers = await Promise.all([
      agent.send('POST', `${path}/dial`),
      agent.send('POST', `${path}/skip`, { reason: 'nu' }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { rows } = await desks.api.db.pool.query(
      'select 1 from calls where id = $1 and committed_at is null',
      [call.id],
    );
    expect(seen.started).toHaveLength(rows.length);
  });
});

describe('a number dialed by hand', () => {
  it('is understood as people write it, and called', async () => {
    const { agent, campaign } = await desks.seated();
    const desk = await ok<Desk>(
      await agent.send('POST', '/api/desk/calls', { number: '0729 999 001', campaign }),
    );
    expect(desk.call).toMatchObject({ manual: true, number: { e164: '+40729999001' }, customer: null });
    expect(seen.started).toMatchObject([{ callId: desk.call?.id, agentId: agent.userId }]);
  });

  it('is refused with the reason, and overridden only by those who may, with a reason', async () => {
    const { agent, campaign } = await desks.seated();
    const manual = (number: string, change = {}) => ({ number, campaign, ...change });
    const dial = (body: object) => agent.send('POST', '/api/desk/calls', body);
    expect(await refusal(await dial(manual('12')))).toMatchObject([
      400,
      'invalid-request',
      [{ path: 'number' }],
    ]);
    const nowhere = { number: '0729999002', campaign: 'nimic' };
    expect(await refusal(await dial(nowhere))).toMatchObject([
      400,
      'invalid-request',
      [{ path: 'campaign' }],
    ]);
    await desks.api.db.pool.query(`insert into numbers (e164) values ($1)`, [mobile(9_999_002)]);
    await setDoNotCall(desks.api.db, {
      e164: mobile(9_999_002),
      reason: 'a cerut',
      by: 'x',
      now: NOON,
    });
    expect(await refusal(await dial(manual('0729999002')))).toEqual([409, 'agent-busy', 'do-not-call']);
    const override = manual('0729999002', { overrideReason: 'a cerut el' });
    expect((await dial(override)).status).toBe(403);
    expect((await dial(manual('0729999002', { overrideReason: '  ' }))).status).toBe(400);
    expect(seen.started).toEqual([]);
    await desks.api.db.pool.query(`update users set role = 'supervisor' where id = $1`, [agent.userId]);
    expect((await dial(override)).status).toBe(200);
    const { rows } = await desks.api.db.pool.query(
      `select override_reason as why from calls where agent_id = $1`,
      [agent.userId],
    );
    expect(rows).toEqual([{ why: 'a cerut el' }]);
  });
});

describe('a command', () => {
  it('goes to the edge that has the call', async () => {
    const { agent, path } = await talked();
    const desk = await ok<Desk>(
      await agent.send('POST', `${path}/command`, { type: 'digits', digits: '1#' }),
    );
    expect(deskSchema.parse(desk).call?.stage).toBe('talking');
    expect(seen.commands).toEqual([{ url: 'http://127.0.0.1:9', command: { type: 'digits', digits: '1#' } }]);
  });

  it.each([
    ['the edge refuses it', { outcome: 'refused' }, [409, 'agent-busy', 'refused']],
    ['the edge does not know the call', { outcome: 'not-on-edge' }, [409, 'agent-busy', 'not-on-edge']],
    ['the edge does not answer', undefined, [503, 'unavailable', 'edge']],
  ] as const)('is refused when %s', async (_what, reply, expected) => {
    const { agent, path } = await talked();
    says.edge = reply;
    expect(await refusal(await agent.send('POST', `${path}/command`, { type: 'hold' }))).toEqual(expected);
  });

  it('is refused after the call, for a stranger’s call, and when it is none', async () => {
    const one = await wrappingUp();
    const hold = { type: 'hold' };
    const over = await one.agent.send('POST', `${one.path}/command`, hold);
    expect(await refusal(over)).toEqual([409, 'agent-busy', 'call-over']);
    expect((await (await stranger()).send('POST', `${one.path}/command`, hold)).status).toBe(404);
    expect((await one.agent.send('POST', `${one.path}/command`, { type: 'explode' })).status).toBe(400);
    const long = { type: 'digits', digits: '1'.repeat(33) };
    expect((await one.agent.send('POST', `${one.path}/command`, long)).status).toBe(400);
    await committedWith(one, null);
    const gone = await one.agent.send('POST', `${one.path}/command`, hold);
    expect(await refusal(gone)).toEqual([409, 'agent-busy', 'call-over']);
    expect(seen.commands).toEqual([]);
  });
});

describe('a draft', () => {
  it('is kept by its number, shown on the desk, and gone with its call', async () => {
    const one = await talked();
    const put = (body: CallDraft, who = one.agent) => who.send('PUT', `${one.path}/draft`, body);
    expect((await put(draft(2))).status).toBe(204);
    expect((await put(draft(1))).status).toBe(204);
    expect(await put(draft(2, 'aceeași'))).toMatchObject({ status: 204 });
    expect((await deskOf(one.agent)).call?.draft).toEqual(draft(2));
    await put(draft(3));
    expect((await deskOf(one.agent)).call?.draft).toEqual(draft(3));
    expect((await put(draft(9), await stranger())).status).toBe(404);
    await committedWith(one, null);
    expect(await refusal(await put(draft(10)))).toMatchObject([409, 'conflict']);
    expect((await deskOf(one.agent)).call).toBeNull();
  });

  it('that comes after the wrap-up of its call is not needed any more, and nobody is told of an error', async () => {
    const one = await talked();
    await committedWith(one, randomUUID());
    expect((await one.agent.send('PUT', `${one.path}/draft`, draft(4))).status).toBe(204);
    expect((await deskOf(one.agent)).call).toBeNull();
  });
});

describe('another number of the contact', () => {
  let seconds = 0;
  /** The contact of the call has a second number. */
  async function withSecond({ call, campaignId }: Pick<Called, 'call' | 'campaignId'>): Promise<string> {
    const e164 = mobile(6_000_000 + (seconds += 1));
    await desks.api.db.pool.query(
      `with n as (insert into numbers (e164) values ($3) returning id)
       insert into contact_numbers (contact_id, position, campaign_id, number_id) select $1, 2, $2, id from n`,
      [call.customer?.id, campaignId, e164],
    );
    return e164;
  }

  /** The workflow takes the wrap-up and commits the call with it, as soon as it is over. */
  function commitsBy(one: Called): void {
    const commit = async (): Promise<void> => {
      const saved = seen.signals.find(({ workflowId }) =>
        workflowId.startsWith(`call:${one.call.customer?.id}:`),
      );
      const facts = await readCommitFacts(desks.api.db.pool, one.call.id);
      const placed: PlacedCall = {
        end: { result: 'customer', reason: 'no-answer' },
        edge: desks.floor.edge,
        invitedAt: later(1).toISOString(),
        endedAt: later(9).toISOString(),
        talkMs: 0,
        recording: { state: 'none', reason: 'not-answered' },
        timeline: [],
      };
      const wrapUp = { ...(saved && { saved }), over: false, tookMs: 0 };
      await commitCall(desks.api.db.pool, decideCommit({ facts: facts!, placed, wrapUp, now: later(10) }));
    };
    says.onCommand = async () => void setTimeout(() => void commit(), 50);
  }

  it('is called once the call before is hung up and committed, however often it is asked for', async () => {
    const one = await called();
    const e164 = await withSecond(one);
    await desks.api.db.pool.query(`update live_calls set stage = 'ringing' where call_id = $1`, [
      one.call.id,
    ]);
    desks.api.clock.set(later(10));
    const body = saved({ outcome: 'no-answer', answers: {}, another: { number: e164 } });
    expect((await one.agent.send('POST', `${one.path}/wrap-up`, body)).status).toBe(202);
    // By its place on the card: digits would be read in histories.
    expect(seen.signals.at(-1)?.meta.another).toEqual({ position: 2 });
    expect(JSON.stringify(seen.signals)).not.toContain(e164.slice(1));
    commitsBy(one);
    const desk = deskSchema.parse(await ok(await one.agent.send('POST', `${one.path}/another`)));
    expect(seen.commands).toMatchObject([{ command: { type: 'hang-up' } }]);
    expect(desk.call).toMatchObject({ number: { e164 }, manual: false, customer: { attempts: 2 } });
    expect(desk.call?.id).not.toBe(one.call.id);
    expect(seen.started.at(-1)).toMatchObject({
      callId: desk.call?.id,
      attempt: 2,
      contactId: one.call.customer?.id,
    });
    const again = await ok<Desk>(await one.agent.send('POST', `${one.path}/another`));
    expect([again.call?.id, seen.started.length]).toEqual([desk.call?.id, 2]);
    expect((await (await stranger()).send('POST', `${one.path}/another`)).status).toBe(404);
  });

  it('that may not be called is refused before anything is stored, with the reason', async () => {
    const one = await wrappingUp();
    const e164 = await withSecond(one);
    const post = (change: Partial<WrapUp>) =>
      one.agent.send('POST', `${one.path}/wrap-up`, saved({ outcome: 'voicemail', ...change }));
    const another = { number: e164 };
    for (const [change, path] of [
      [{ another: { number: '+40729999777' } }, 'another.number'],
      [{ another: { number: one.call.number.e164 } }, 'another.number'],
      [{ outcome: 'success', another }, 'another'],
      [{ outcome: 'callback', callback: { local: '2026-11-23T10:30', for: 'agent' }, another }, 'another'],
      [{ another: { number: '0722' } }, 'another.number'],
    ] as const) {
      expect(await refusal(await post(change))).toMatchObject([400, 'invalid-request', [{ path }]]);
    }
    await desks.api.db.pool.query(
      `update contact_numbers set active = false where contact_id = $1 and position = 2`,
      [one.call.customer?.id],
    );
    expect(await refusal(await post({ another }))).toEqual([409, 'agent-busy', 'nonexistent']);
    expect(seen.signals).toEqual([]);
  });

  it('waits for the commit, not for ever', async () => {
    const one = await wrappingUp();
    const answer = await one.agent.send('POST', `${one.path}/another`);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await refusal(answer)).toEqual([503, 'unavailable', 'temporal']);
    await committedWith(one, null);
    await desks.api.db.pool.query(`update agents set state = 'available' where user_id = $1`, [
      one.agent.userId,
    ]);
    expect(await refusal(await one.agent.send('POST', `${one.path}/another`))).toEqual([
      409,
      'agent-busy',
      'contact-gone',
    ]);
  });

  it('in preview takes the place of the one that was claimed', async () => {
    const one = await called({ dialing: 'preview' });
    const e164 = await withSecond(one);
    const dial = (number: string) => one.agent.send('POST', `${one.path}/dial`, { number });
    expect(await refusal(await dial('+40729999777'))).toEqual([409, 'agent-busy', 'not-of-contact']);
    expect(seen.started).toEqual([]);
    const desk = await ok<Desk>(await dial(e164));
    expect(desk.call).toMatchObject({ id: one.call.id, previewUntil: null, number: { e164 } });
    expect(seen.started).toMatchObject([{ callId: one.call.id }]);
  });
});

it('a desk that came back finds its call as it is', async () => {
  const one = await wrappingUp();
  expect((await one.agent.send('PUT', `${one.path}/draft`, draft(4))).status).toBe(204);
  const second = { deskId: randomUUID() };
  const desk = await ok<Desk>(
    await one.agent.send('POST', '/api/desk/shift', { ...logOn(second), takeOver: true }),
  );
  expect(desk.call).toMatchObject({ id: one.call.id, stage: 'wrap-up', draft: draft(4) });
});
