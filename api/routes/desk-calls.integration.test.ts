import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  deskSchema,
  type CallDraft,
  type Desk,
  type DeskCall,
  type NextNumber,
  type WrapUp,
} from '../../contracts/http/desk.ts';
import type { DeskCommand, DeskCommandReply } from '../../contracts/model/edge-control.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { WrapUpDetails, WrapUpMeta } from '../../contracts/model/wrap-up.ts';
import { commitCall, readCommitFacts } from '../../db/commit-call.ts';
import { setDoNotCall } from '../../db/do-not-call.ts';
import { endAgentCall, saveLiveDesk } from '../../db/live-desk.ts';
import { decideCommit } from '../../domain/decide-commit.ts';
import type { AgentCallToStart } from '../../temporal-config/start-call.ts';
import { mobile } from '../../test/support/campaign-fixture.ts';
import { createCutLine } from '../testing/cut-line.ts';
import { logOn, ok, openFloor, refusal, type Floor, type Person } from '../testing/desk-floor.ts';
import { NOON, startTestApi, type TestApi } from '../testing/test-api.ts';

const later = (seconds: number) => new Date(NOON.getTime() + seconds * 1_000);
const away = () => Promise.reject(new Error('away'));
const line = createCutLine();

let api: TestApi;
let floor: Floor;
let n = 0;
/** What reached Temporal and the edge, and how they answer. */
let started: AgentCallToStart[];
let signals: { workflowId: string; meta: WrapUpMeta; details: WrapUpDetails }[];
let extended: string[];
let commands: { url: string; command: DeskCommand }[];
let temporal: 'stored' | 'closed' | 'away';
let edgeSays: DeskCommandReply | undefined;
let onCommand: () => Promise<void>;
let onWrapUp: () => Promise<void>;
beforeAll(async () => {
  api = await startTestApi(
    {
      callWorkflows: {
        start: async (call) => void started.push(call),
        wrapUp: async (workflowId, wrapUp) => {
          if (temporal === 'away') return away();
          signals.push({ workflowId, ...wrapUp });
          await onWrapUp();
          return temporal;
        },
        extendWrapUp: async (workflowId) => {
          if (temporal === 'away') return away();
          extended.push(workflowId);
          return temporal;
        },
        close: async () => {},
      },
      edgeControl: {
        command: async (url, { command }) => {
          commands.push({ url, command });
          await onCommand();
          return edgeSays;
        },
        deskGone: async () => true,
        startEcho: async () => undefined,
        endEcho: async () => false,
      },
    },
    line.through,
  );
  floor = await openFloor(api);
});
afterAll(async () => {
  await api.close();
  await line.close();
});
beforeEach(() => {
  [started, signals, extended, commands] = [[], [], [], []];
  temporal = 'stored';
  edgeSays = { outcome: 'done' };
  onCommand = async () => {};
  onWrapUp = async () => {};
  api.clock.set(NOON);
});

interface Called {
  agent: Person;
  call: DeskCall;
  campaignId: number;
  path: string;
}

async function called(desk: Parameters<Floor['campaign']>[1] = {}): Promise<Called> {
  n += 1;
  const campaignId = await floor.campaign(`campanie-${n}`, desk);
  const agent = await floor.agent(`campanie-${n}`);
  await floor.contact(campaignId);
  const { desk: now } = await ok<NextNumber>(await agent.send('POST', '/api/desk/next'));
  if (!now.call) throw new Error('no call');
  return { agent, call: now.call, campaignId, path: `/api/desk/calls/${now.call.id}` };
}

/** As the edge writes it. */
async function answer({ call }: Pick<Called, 'call'>): Promise<void> {
  await api.db.pool.query(`update live_calls set stage = 'ringing', invited_at = $2 where call_id = $1`, [
    call.id,
    later(1),
  ]);
  await saveLiveDesk(api.db.pool, {
    callId: call.id,
    edge: floor.edge,
    stage: 'talking',
    stageAt: later(5),
    answeredAt: later(5),
  });
}

async function talked(desk?: Parameters<Floor['campaign']>[1]): Promise<Called> {
  const one = await called(desk);
  await answer(one);
  return one;
}

async function wrappingUp(desk?: Parameters<Floor['campaign']>[1]): Promise<Called> {
  const one = await talked(desk);
  const [endedAt, now] = [later(65), later(65)];
  await endAgentCall(api.db.pool, {
    callId: one.call.id,
    endedAt,
    answeredAt: later(5),
    reason: 'hang-up-by-customer',
    now,
  });
  return one;
}

/** As a commit leaves it behind. */
async function committedWith({ call }: Pick<Called, 'call'>, wrapUpId: string | null): Promise<void> {
  await api.db.pool.query(`update calls set committed_at = $2, wrap_up_id = $3 where id = $1`, [
    call.id,
    later(70),
    wrapUpId,
  ]);
  await api.db.pool.query(`delete from live_calls where call_id = $1`, [call.id]);
}

function saved(change: Partial<WrapUp> = {}): WrapUp {
  return {
    id: randomUUID(),
    outcome: 'success',
    answers: { interes: 'da' },
    note: ' bine ',
    savedAt: later(70).toISOString(),
    ...change,
  };
}

const draft = (seq: number, note = `nota ${seq}`): CallDraft => ({
  seq,
  answers: { interes: 'da' },
  note,
  outcome: null,
  page: 'intrebari',
});
const deskOf = async (person: Person) => deskSchema.parse(await ok(await person.get('/api/desk')));

/** Somebody else with a desk of their own, and no business with the call. */
let other: Person | undefined;
async function stranger(): Promise<Person> {
  other ??= await floor.person('supervisor');
  return other;
}

describe('a preview', () => {
  it('ends with the call, which is started once however often it is asked for', async () => {
    const { agent, path, call } = await called({ dialing: 'preview' });
    expect(started).toEqual([]);
    api.clock.set(later(3));
    const desk = deskSchema.parse(await ok(await agent.send('POST', `${path}/dial`)));
    expect(desk.call).toMatchObject({ id: call.id, previewUntil: null, stage: 'claimed' });
    expect(started).toMatchObject([{ callId: call.id }]);
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
    const { rows } = await api.db.pool.query(`select reason, note from calls where id = $1`, [call.id]);
    expect(rows).toEqual([{ reason: 'skipped', note: 'îl cunosc' }]);
    expect(await refusal(await agent.send('POST', `${path}/skip`, { reason: 'x' }))).toEqual([
      409,
      'agent-busy',
      'call-over',
    ]);
    expect(await refusal(await agent.send('POST', `${path}/dial`))).toEqual([409, 'agent-busy', 'call-over']);
    expect(started).toEqual([]);
  });

  it('cannot be skipped and dialed at once', async () => {
    const { agent, path, call } = await called({ dialing: 'preview' });
    const answers = await Promise.all([
      agent.send('POST', `${path}/dial`),
      agent.send('POST', `${path}/skip`, { reason: 'nu' }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { rows } = await api.db.pool.query('select 1 from calls where id = $1 and committed_at is null', [
      call.id,
    ]);
    expect(started).toHaveLength(rows.length);
  });
});

describe('a number dialed by hand', () => {
  const manual = (number: string, change: object = {}) => ({ number, campaign: `campanie-${n}`, ...change });

  it('is understood as people write it, and called', async () => {
    n += 1;
    await floor.campaign(`campanie-${n}`, {});
    const agent = await floor.agent(`campanie-${n}`);
    const desk = await ok<Desk>(await agent.send('POST', '/api/desk/calls', manual('0729 999 001')));
    expect(desk.call).toMatchObject({ manual: true, number: { e164: '+40729999001' }, customer: null });
    expect(started).toMatchObject([{ callId: desk.call?.id, agentId: agent.userId }]);
  });

  it('is refused with the reason, and overridden only by those who may, with a reason', async () => {
    n += 1;
    await floor.campaign(`campanie-${n}`, {});
    const agent = await floor.agent(`campanie-${n}`);
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
    await api.db.pool.query(`insert into numbers (e164) values ($1)`, [mobile(9_999_002)]);
    await setDoNotCall(api.db, {
      e164: mobile(9_999_002),
      reason: 'a cerut',
      by: 'x',
      now: NOON,
    });
    expect(await refusal(await dial(manual('0729999002')))).toEqual([409, 'agent-busy', 'do-not-call']);
    const override = manual('0729999002', { overrideReason: 'a cerut el' });
    expect((await dial(override)).status).toBe(403);
    expect((await dial(manual('0729999002', { overrideReason: '  ' }))).status).toBe(400);
    expect(started).toEqual([]);
    await api.db.pool.query(`update users set role = 'supervisor' where id = $1`, [agent.userId]);
    expect((await dial(override)).status).toBe(200);
    const { rows } = await api.db.pool.query(`select override_reason as why from calls where agent_id = $1`, [
      agent.userId,
    ]);
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
    expect(commands).toEqual([{ url: 'http://127.0.0.1:9', command: { type: 'digits', digits: '1#' } }]);
  });

  it.each([
    ['the edge refuses it', { outcome: 'refused' }, [409, 'agent-busy', 'refused']],
    ['the edge does not know the call', { outcome: 'not-on-edge' }, [409, 'agent-busy', 'not-on-edge']],
    ['the edge does not answer', undefined, [503, 'unavailable', 'edge']],
  ] as const)('is refused when %s', async (_what, reply, expected) => {
    const { agent, path } = await talked();
    edgeSays = reply;
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
    expect(commands).toEqual([]);
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
});

describe('the wrap-up', () => {
  it('reaches the workflow, with what was measured and without what was hidden', async () => {
    const one = await wrappingUp();
    const quality = { roundTripMs: 41, jitterMs: 3, loss: 0.01, kbps: 78 };
    const body = saved({
      outcome: 'callback',
      answers: { interes: 'da', motiv: 'a rămas de la „nu”' },
      callback: { local: '2026-11-23T10:30', for: 'agent' },
      quality,
    });
    const stored = await one.agent.send('POST', `${one.path}/wrap-up`, body);
    expect([stored.status, await stored.json()]).toEqual([202, { state: 'stored' }]);
    expect(signals).toEqual([
      {
        workflowId: `call:${one.call.customer?.id}:1`,
        ok: true,
        meta: {
          id: body.id,
          outcome: 'callback',
          by: one.agent.userId,
          savedAt: body.savedAt,
          callback: { at: '2026-11-23T08:30:00.000Z', for: 'agent' },
          quality,
        },
        details: { answers: { interes: 'da' }, note: 'bine' },
      },
    ]);
  });

  it('may come when the time of its callback is over, if it was not when the agent saved', async () => {
    const one = await wrappingUp();
    const body = saved({
      outcome: 'callback',
      savedAt: later(-600).toISOString(),
      callback: { local: '2026-11-21T11:55', for: 'agent' },
    });
    expect((await one.agent.send('POST', `${one.path}/wrap-up`, body)).status).toBe(202);
  });

  it('is the same wrap-up with the same id, before and after the commit; another one is a conflict', async () => {
    const one = await wrappingUp();
    const body = saved();
    const post = (wrapUp = body) => one.agent.send('POST', `${one.path}/wrap-up`, wrapUp);
    expect([(await post()).status, (await post()).status]).toEqual([202, 202]);
    await committedWith(one, body.id);
    const again = await post();
    expect([again.status, await again.json()]).toEqual([200, { state: 'saved' }]);
    expect(await refusal(await post(saved()))).toMatchObject([409, 'conflict']);
    expect(signals).toHaveLength(2);
  });

  it('that meets the commit is saved, or a conflict, by what was committed', async () => {
    for (const same of [true, false]) {
      const one = await wrappingUp();
      const body = saved();
      temporal = 'closed';
      // Between the look at the desk and the answer of Temporal.
      onWrapUp = () => committedWith(one, same ? body.id : randomUUID());
      const answer = await one.agent.send('POST', `${one.path}/wrap-up`, body);
      expect([same, answer.status]).toEqual([same, same ? 200 : 409]);
    }
  });

  it('is kept by the browser while Temporal is away, or has not started the call', async () => {
    const one = await wrappingUp();
    for (const how of ['away', 'closed'] as const) {
      temporal = how;
      const answer = await one.agent.send('POST', `${one.path}/wrap-up`, saved());
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(await refusal(answer)).toEqual([503, 'unavailable', 'temporal']);
    }
  });

  it.each([
    ['an outcome that is none', { outcome: 'nimic' }, 'outcome'],
    ['the system’s outcome', { outcome: 'technical-failure' }, 'outcome'],
    ['a success without its answers', { answers: {} }, 'answers.interes'],
    ['an answer that is no option', { answers: { interes: 'poate' } }, 'answers.interes'],
    ['a field that the script does not have', { answers: { interes: 'da', altul: 'x' } }, 'answers.altul'],
    ['a callback without its time', { outcome: 'callback' }, 'callback'],
    ['a callback in the past', { callback: { local: '2026-11-21T11:00', for: 'anyone' } }, 'callback.local'],
    [
      'a callback that is no time',
      { callback: { local: '2026-02-31T11:00', for: 'anyone' } },
      'callback.local',
    ],
  ] as const)('with %s is refused, and names it', async (_what, change, path) => {
    const one = await sharedWrapUp();
    const answer = await one.agent.send('POST', `${one.path}/wrap-up`, saved(change));
    expect(await refusal(answer)).toMatchObject([400, 'invalid-request', [{ path }]]);
    expect(signals).toEqual([]);
  });

  let shared: Called | undefined;
  async function sharedWrapUp(): Promise<Called> {
    shared ??= await wrappingUp();
    return shared;
  }

  it('needs no answers of a person who was not interested, or not reached', async () => {
    const one = await wrappingUp();
    const no = await one.agent.send(
      'POST',
      `${one.path}/wrap-up`,
      saved({ outcome: 'not-interested', answers: {} }),
    );
    expect(no.status).toBe(202);
    const unreached = await called();
    await api.db.pool.query(`update live_calls set stage = 'ringing' where call_id = $1`, [
      unreached.call.id,
    ]);
    await endAgentCall(api.db.pool, {
      callId: unreached.call.id,
      endedAt: later(9),
      reason: 'busy',
      now: later(9),
    });
    const desk = await deskOf(unreached.agent);
    expect(desk.call).toMatchObject({ stage: 'wrap-up', proposedOutcome: 'busy' });
    const wrong = await unreached.agent.send('POST', `${unreached.path}/wrap-up`, saved());
    expect(await refusal(wrong)).toMatchObject([400, 'invalid-request', [{ path: 'outcome' }]]);
    const busy = saved({ outcome: 'busy', answers: {} });
    expect((await unreached.agent.send('POST', `${unreached.path}/wrap-up`, busy)).status).toBe(202);
  });

  it('of another’s call is refused like one that does not exist', async () => {
    const one = await wrappingUp();
    const person = await stranger();
    for (const id of [one.call.id, randomUUID()]) {
      expect((await person.send('POST', `/api/desk/calls/${id}/wrap-up`, saved())).status).toBe(404);
    }
    await committedWith(one, null);
    expect((await person.send('POST', `${one.path}/wrap-up`, saved())).status).toBe(404);
    expect((await one.agent.send('POST', '/api/desk/calls/1/wrap-up', saved())).status).toBe(400);
  });
});

describe('another number of the contact', () => {
  /** The contact of the call has a second number. */
  async function withSecond({ call, campaignId }: Pick<Called, 'call' | 'campaignId'>): Promise<string> {
    const e164 = mobile(6_000_000 + n);
    await api.db.pool.query(
      `with n as (insert into numbers (e164) values ($3) returning id)
       insert into contact_numbers (contact_id, position, campaign_id, number_id) select $1, 2, $2, id from n`,
      [call.customer?.id, campaignId, e164],
    );
    return e164;
  }

  /** The workflow takes the wrap-up and commits the call with it, as soon as it is over. */
  function commitsBy(one: Called): void {
    const commit = async (): Promise<void> => {
      const saved = signals.find(({ workflowId }) => workflowId.startsWith(`call:${one.call.customer?.id}:`));
      const facts = await readCommitFacts(api.db.pool, one.call.id);
      const placed: PlacedCall = {
        end: { result: 'customer', reason: 'no-answer' },
        edge: floor.edge,
        invitedAt: later(1).toISOString(),
        endedAt: later(9).toISOString(),
        talkMs: 0,
        recording: { state: 'none', reason: 'not-answered' },
        timeline: [],
      };
      const wrapUp = { ...(saved && { saved }), over: false, tookMs: 0 };
      await commitCall(api.db.pool, decideCommit({ facts: facts!, placed, wrapUp, now: later(10) }));
    };
    onCommand = async () => void setTimeout(() => void commit(), 50);
  }

  it('is called once the call before is hung up and committed, however often it is asked for', async () => {
    const one = await called();
    const e164 = await withSecond(one);
    await api.db.pool.query(`update live_calls set stage = 'ringing' where call_id = $1`, [one.call.id]);
    api.clock.set(later(10));
    const body = saved({ outcome: 'no-answer', answers: {}, another: { number: e164 } });
    expect((await one.agent.send('POST', `${one.path}/wrap-up`, body)).status).toBe(202);
    // By its place on the card: digits would be read in histories.
    expect(signals.at(-1)?.meta.another).toEqual({ position: 2 });
    expect(JSON.stringify(signals)).not.toContain(e164.slice(1));
    commitsBy(one);
    const desk = deskSchema.parse(await ok(await one.agent.send('POST', `${one.path}/another`)));
    expect(commands).toMatchObject([{ command: { type: 'hang-up' } }]);
    expect(desk.call).toMatchObject({ number: { e164 }, manual: false, customer: { attempts: 2 } });
    expect(desk.call?.id).not.toBe(one.call.id);
    expect(started.at(-1)).toMatchObject({
      callId: desk.call?.id,
      attempt: 2,
      contactId: one.call.customer?.id,
    });
    const again = await ok<Desk>(await one.agent.send('POST', `${one.path}/another`));
    expect([again.call?.id, started.length]).toEqual([desk.call?.id, 2]);
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
    await api.db.pool.query(
      `update contact_numbers set active = false where contact_id = $1 and position = 2`,
      [one.call.customer?.id],
    );
    expect(await refusal(await post({ another }))).toEqual([409, 'agent-busy', 'nonexistent']);
    expect(signals).toEqual([]);
  });

  it('waits for the commit, not for ever', async () => {
    const one = await wrappingUp();
    const answer = await one.agent.send('POST', `${one.path}/another`);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await refusal(answer)).toEqual([503, 'unavailable', 'temporal']);
    await committedWith(one, null);
    await api.db.pool.query(`update agents set state = 'available' where user_id = $1`, [one.agent.userId]);
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
    expect(started).toEqual([]);
    const desk = await ok<Desk>(await dial(e164));
    expect(desk.call).toMatchObject({ id: one.call.id, previewUntil: null, number: { e164 } });
    expect(started).toMatchObject([{ callId: one.call.id }]);
  });
});

describe('more time', () => {
  it('is given once, in the workflow and on the page', async () => {
    const one = await wrappingUp({ wrapUpSeconds: 120, wrapUpExtendSeconds: 60 });
    expect((await deskOf(one.agent)).call).toMatchObject({ wrapUpExtendSeconds: 60 });
    const answers = await Promise.all([1, 2].map(() => one.agent.send('POST', `${one.path}/extend`)));
    expect(answers.map(({ status }) => status)).toContain(200);
    const { call } = await deskOf(one.agent);
    expect(call).toMatchObject({ wrapUpUntil: later(65 + 180).toISOString(), wrapUpExtendSeconds: 0 });
    expect(new Set(extended)).toEqual(new Set([`call:${one.call.customer?.id}:1`]));
    const again = await one.agent.send('POST', `${one.path}/extend`);
    expect(await refusal(again)).toEqual([409, 'agent-busy', 'not-extendable']);
  });

  it('is not given when Temporal does not know of it', async () => {
    const one = await wrappingUp();
    temporal = 'away';
    expect((await one.agent.send('POST', `${one.path}/extend`)).status).toBe(503);
    temporal = 'closed';
    expect((await one.agent.send('POST', `${one.path}/extend`)).status).toBe(409);
    expect((await deskOf(one.agent)).call?.wrapUpExtendSeconds).toBeGreaterThan(0);
    const early = await talked();
    expect(await refusal(await early.agent.send('POST', `${early.path}/extend`))).toEqual([
      409,
      'agent-busy',
      'not-extendable',
    ]);
  });
});

describe('while Postgres is away', () => {
  it('an agent on a call commands and saves it; everything else waits', async () => {
    const one = await talked();
    // What the page was shown; its live socket reads the same.
    await deskOf(one.agent);
    await line.cut();
    try {
      const held = await one.agent.send('POST', `${one.path}/command`, { type: 'hold' });
      expect(held.status).toBe(200);
      expect(deskSchema.parse(await held.json()).call?.id).toBe(one.call.id);
      expect(commands).toHaveLength(1);
      const stored = await one.agent.send('POST', `${one.path}/wrap-up`, saved());
      expect([stored.status, signals.length]).toEqual([202, 1]);

      for (const answer of [
        await one.agent.get('/api/desk'),
        await one.agent.send('POST', '/api/desk/next'),
        await one.agent.send('PUT', `${one.path}/draft`, draft(1)),
        await (await stranger()).send('POST', `${one.path}/wrap-up`, saved()),
        // It may have been answered meanwhile, for all that is known here: a refusal would lose it.
        await one.agent.send('POST', `${one.path}/wrap-up`, saved({ outcome: 'nimic' })),
      ]) {
        expect(await refusal(answer)).toEqual([503, 'unavailable', 'postgres']);
      }
    } finally {
      await line.mend();
    }
    expect((await deskOf(one.agent)).call?.id).toBe(one.call.id);
  });

  it('what the edge has done is not called a failure', async () => {
    const one = await talked();
    onCommand = () => line.cut();
    try {
      const answer = await one.agent.send('POST', `${one.path}/command`, { type: 'digits', digits: '5' });
      expect([answer.status, commands.length]).toEqual([200, 1]);
    } finally {
      await line.mend();
    }
  });

  it('nobody is believed who logged out, or was not seen', async () => {
    const one = await talked();
    await deskOf(one.agent);
    const fresh = await floor.person();
    expect((await one.agent.send('DELETE', '/api/session')).status).toBe(204);
    await line.cut();
    try {
      for (const person of [one.agent, fresh]) {
        expect((await person.send('POST', `${one.path}/wrap-up`, saved())).status).toBe(503);
      }
    } finally {
      await line.mend();
    }
    expect(signals).toEqual([]);
    expect((await one.agent.get('/api/desk')).status).toBe(401);
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
