import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deskSchema } from '../../contracts/http/desk.ts';
import { endAgentCall } from '../../db/live-desk.ts';
import { deskOf, draft, later, saved, useDeskCalls, type Called } from '../testing/desk-calls.ts';
import { refusal } from '../testing/desk-floor.ts';

const desks = useDeskCalls();
const { seen, says, called, talked, wrappingUp, committedWith, stranger } = desks;

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
    expect(seen.signals).toEqual([
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
    expect(seen.signals).toHaveLength(2);
  });

  it('that meets the commit is saved, or a conflict, by what was committed', async () => {
    for (const same of [true, false]) {
      const one = await wrappingUp();
      const body = saved();
      says.temporal = 'closed';
      // Between the look at the desk and the answer of Temporal.
      says.onWrapUp = () => committedWith(one, same ? body.id : randomUUID());
      const answer = await one.agent.send('POST', `${one.path}/wrap-up`, body);
      expect([same, answer.status]).toEqual([same, same ? 200 : 409]);
    }
  });

  it('that finds the call committed by its deadline corrects it once, by the rules of the desk, and says so', async () => {
    const one = await wrappingUp();
    const body = saved({ answers: { interes: 'da', motiv: 'a rămas de la „nu”' } });
    says.temporal = 'closed';
    says.onWrapUp = () => committedWith(one, null);
    const post = (wrapUp = body) => one.agent.send('POST', `${one.path}/wrap-up`, wrapUp);
    const late = { state: 'late', outcome: 'success' };
    for (const _ of ['as it is committed', 'its answer was lost']) {
      const answer = await post();
      expect([answer.status, await answer.json()]).toEqual([200, late]);
    }
    expect(await refusal(await post(saved({ outcome: 'not-interested', answers: {} })))).toMatchObject([
      409,
      'conflict',
    ]);
    const { rows } = await desks.api.db.pool.query(
      `select k.answers_after, k.by, c.wrap_up_id, c.note from calls c join call_corrections k on k.call_id = c.id where c.id = $1`,
      [one.call.id],
    );
    expect(rows).toEqual([
      { answers_after: { interes: 'da' }, by: one.agent.name, wrap_up_id: body.id, note: 'bine' },
    ]);
  });

  it.each([
    [
      'what the script does not take',
      { answers: { interes: 'poate' } },
      0,
      [400, 'invalid-request', [{ path: 'answers.interes' }]],
    ],
    [
      'an outcome that does not agree',
      { outcome: 'busy' },
      0,
      [400, 'invalid-request', [{ path: 'outcome' }]],
    ],
    ['more than the campaign’s hours', {}, 12 * 3_600 + 71, [409, 'too-late']],
  ] as const)(
    'late, with %s, is refused in words and changes nothing',
    async (_what, change, seconds, expected) => {
      const one = await wrappingUp();
      await committedWith(one, null);
      // The log-in lasts twelve hours.
      await desks.api.db.pool.query(
        `update sessions set expires_at = expires_at + interval '1 day' where user_id = $1`,
        [one.agent.userId],
      );
      desks.api.clock.set(later(seconds || 90));
      const answer = await one.agent.send('POST', `${one.path}/wrap-up`, saved(change));
      expect(await refusal(answer)).toMatchObject(expected);
      const { rows } = await desks.api.db.pool.query('select wrap_up_id from calls where id = $1', [
        one.call.id,
      ]);
      expect(rows).toEqual([{ wrap_up_id: null }]);
    },
  );

  it('is kept by the browser while Temporal is away, or has not started the call', async () => {
    const one = await wrappingUp();
    for (const how of ['away', 'closed'] as const) {
      says.temporal = how;
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
    expect(seen.signals).toEqual([]);
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
    await desks.api.db.pool.query(`update live_calls set stage = 'ringing' where call_id = $1`, [
      unreached.call.id,
    ]);
    await endAgentCall(desks.api.db.pool, {
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

describe('more time', () => {
  it('is given once, in the workflow and on the page', async () => {
    const one = await wrappingUp({ wrapUpSeconds: 120, wrapUpExtendSeconds: 60 });
    expect((await deskOf(one.agent)).call).toMatchObject({ wrapUpExtendSeconds: 60 });
    const answers = await Promise.all([1, 2].map(() => one.agent.send('POST', `${one.path}/extend`)));
    expect(answers.map(({ status }) => status)).toContain(200);
    const { call } = await deskOf(one.agent);
    expect(call).toMatchObject({ wrapUpUntil: later(65 + 180).toISOString(), wrapUpExtendSeconds: 0 });
    expect(new Set(seen.extended)).toEqual(new Set([`call:${one.call.customer?.id}:1`]));
    const again = await one.agent.send('POST', `${one.path}/extend`);
    expect(await refusal(again)).toEqual([409, 'agent-busy', 'not-extendable']);
  });

  it('is not given when Temporal does not know of it', async () => {
    const one = await wrappingUp();
    says.temporal = 'away';
    expect((await one.agent.send('POST', `${one.path}/extend`)).status).toBe(503);
    says.temporal = 'closed';
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
    await desks.line.cut();
    try {
      const held = await one.agent.send('POST', `${one.path}/command`, { type: 'hold' });
      expect(held.status).toBe(200);
      expect(deskSchema.parse(await held.json()).call?.id).toBe(one.call.id);
      expect(seen.commands).toHaveLength(1);
      const stored = await one.agent.send('POST', `${one.path}/wrap-up`, saved());
      expect([stored.status, seen.signals.length]).toEqual([202, 1]);

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
      await desks.line.mend();
    }
    expect((await deskOf(one.agent)).call?.id).toBe(one.call.id);
  });

  it('what the edge has done is not called a failure', async () => {
    const one = await talked();
    says.onCommand = () => desks.line.cut();
    try {
      const answer = await one.agent.send('POST', `${one.path}/command`, { type: 'digits', digits: '5' });
      expect([answer.status, seen.commands.length]).toEqual([200, 1]);
    } finally {
      await desks.line.mend();
    }
  });

  it('nobody is believed who logged out, or was not seen', async () => {
    const one = await talked();
    await deskOf(one.agent);
    const fresh = await desks.floor.person();
    expect((await one.agent.send('DELETE', '/api/session')).status).toBe(204);
    await desks.line.cut();
    try {
      for (const person of [one.agent, fresh]) {
        expect((await person.send('POST', `${one.path}/wrap-up`, saved())).status).toBe(503);
      }
    } finally {
      await desks.line.mend();
    }
    expect(seen.signals).toEqual([]);
    expect((await one.agent.get('/api/desk')).status).toBe(401);
  });
});
