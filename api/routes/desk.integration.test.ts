import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  customerSchema,
  deskHistorySchema,
  deskOptionsSchema,
  deskSchema,
  nextNumberSchema,
  sipAccessSchema,
  type Desk,
  type NextNumber,
  type SipAccess,
} from '../../contracts/http/desk.ts';
import type { EchoReply } from '../../contracts/model/edge-control.ts';
import { ROLES } from '../../contracts/model/role.ts';
import type { AgentCallToStart } from '../../temporal-config/start-call.ts';
import { register } from '../../test/support/agent-fixture.ts';
import { logOn, ok, openFloor, refusal, type Floor, type Person } from '../testing/desk-floor.ts';
import { NOON, startTestApi, type TestApi } from '../testing/test-api.ts';

const later = (seconds: number) => new Date(NOON.getTime() + seconds * 1_000);

let api: TestApi;
let floor: Floor;
let started: AgentCallToStart[] = [];
/** Whether the pretended Temporal takes starts. */
let temporalUp = true;
/** What reached the edge, and how it answers a test call. */
let echoes: string[] = [];
let echoSays: EchoReply | undefined;
let n = 0;
beforeAll(async () => {
  api = await startTestApi({
    iceServers: [{ urls: ['stun:127.0.0.1:3478'] }],
    edgeControl: {
      command: async () => undefined,
      deskGone: async () => true,
      startEcho: async (url, userId) => {
        echoes.push(`start ${userId} ${url}`);
        return echoSays;
      },
      endEcho: async (_url, userId) => echoes.push(`end ${userId}`) > 0,
    },
    callWorkflows: {
      start: async (call) => {
        if (!temporalUp) throw new Error('away');
        started.push(call);
      },
      wrapUp: () => Promise.reject(new Error('away')),
      startTrunkTest: () => Promise.reject(new Error('away')),
      extendWrapUp: () => Promise.reject(new Error('away')),
      close: async () => {},
    },
  });
  floor = await openFloor(api);
});
afterAll(() => api.close());
beforeEach(() => {
  started = [];
  temporalUp = true;
  echoes = [];
  echoSays = { outcome: 'calling' };
  api.clock.set(NOON);
});

async function seated(desk: Parameters<Floor['campaign']>[1] = {}): Promise<{ agent: Person; id: number }> {
  n += 1;
  const id = await floor.campaign(`campanie-${n}`, desk);
  return { agent: await floor.agent(`campanie-${n}`), id };
}
const deskOf = async (person: Person) => deskSchema.parse(await ok(await person.get('/api/desk')));
const states = async (person: Person) => {
  const { rows } = await api.db.pool.query<{ to: string }>(
    'select to_state as to from agent_states where user_id = $1 order by id',
    [person.userId],
  );
  return rows.map(({ to }) => to);
};

describe('a shift', () => {
  it('begins without taking anything, goes through its states, and ends', async () => {
    await floor.campaign('tura', {});
    const person = await floor.person();
    expect(await deskOf(person)).toMatchObject({
      deskId: null,
      agent: { state: 'logged-out', campaigns: [] },
    });

    const on = await ok<Desk>(await person.send('POST', '/api/desk/shift', logOn(person, ['tura'])));
    expect(deskSchema.parse(on)).toMatchObject({
      at: NOON.toISOString(),
      deskId: person.deskId,
      phone: 'unregistered',
      agent: { state: 'logged-in', worksOn: 'outbound', shiftSince: NOON.toISOString() },
    });
    expect(on.agent.campaigns.map(({ name }) => name)).toEqual(['tura']);
    await ok(await person.send('POST', '/api/desk/state', { to: 'available' }));
    const paused = await ok<Desk>(
      await person.send('POST', '/api/desk/state', { to: 'paused', reason: 'masa' }),
    );
    expect(paused.agent).toMatchObject({ state: 'paused', reason: 'masa' });
    const off = await ok<Desk>(await person.send('DELETE', '/api/desk/shift'));
    expect(off).toMatchObject({ deskId: null, agent: { state: 'logged-out', shiftSince: null } });
    expect(await states(person)).toEqual(['logged-in', 'available', 'paused', 'logged-out']);
  });

  it('refuses what does not exist, and says what is wrong', async () => {
    const { agent } = await seated();
    const unknown = await agent.send('POST', '/api/desk/shift', logOn(agent, ['nimic']));
    expect(await refusal(unknown)).toMatchObject([400, 'invalid-request', [{ path: 'campaigns' }]]);
    const pause = await agent.send('POST', '/api/desk/state', { to: 'paused', reason: 'chef' });
    expect(await refusal(pause)).toMatchObject([400, 'invalid-request', [{ path: 'reason' }]]);
    const next = await agent.send('PUT', '/api/desk/next-state', { next: { to: 'paused', reason: 'chef' } });
    expect(await refusal(next)).toMatchObject([400, 'invalid-request', [{ path: 'next.reason' }]]);
    const idle = await agent.send('PUT', '/api/desk/next-state', { next: { to: 'available' } });
    expect(await refusal(idle)).toEqual([409, 'agent-busy', 'no-call']);
    const stranger = await floor.person();
    const early = await stranger.send('POST', '/api/desk/state', { to: 'available' });
    expect((await early.json()) as object).toMatchObject({ status: 409, code: 'agent-busy' });
    expect((await deskOf(agent)).agent.state).toBe('available');
  });

  it('is at one desk: another one asks, takes over, and ends what the first one had', async () => {
    const { agent } = await seated();
    const access = await ok<SipAccess>(await agent.send('POST', '/api/desk/sip', { deskId: agent.deskId }));
    const second = { deskId: randomUUID() };
    const body = logOn(second);
    expect(await refusal(await agent.send('POST', '/api/desk/shift', body))).toEqual([409, 'desk-elsewhere']);
    expect(await refusal(await agent.send('POST', '/api/desk/sip', second))).toEqual([409, 'desk-elsewhere']);

    const taken = await agent.send('POST', '/api/desk/shift', { ...body, takeOver: true });
    expect(await ok<Desk>(taken)).toMatchObject({ deskId: second.deskId, phone: 'unregistered' });
    const old = await agent.send('POST', '/api/desk/sip', { deskId: agent.deskId });
    expect(await refusal(old)).toEqual([409, 'desk-elsewhere']);
    const { rows } = await api.db.pool.query('select 1 from desk_credentials where username = $1', [
      access.username,
    ]);
    expect(rows).toEqual([]);
  });

  it('offers campaigns of agents and reasons for pauses', async () => {
    const { agent } = await seated();
    const options = deskOptionsSchema.parse(await ok(await agent.get('/api/desk/options')));
    expect(options.pauseReasons.map(({ name, maxMinutes }) => [name, maxMinutes])).toEqual([
      ['masa', 30],
      ['cafea', null],
    ]);
    expect(options.campaigns.map(({ name }) => name)).toContain(`campanie-${n}`);
  });
});

describe('the phone’s credentials', () => {
  it('are random, minutes long, for one desk; of the password nothing is kept', async () => {
    const { agent } = await seated();
    const body = { deskId: agent.deskId };
    const access = sipAccessSchema.parse(await ok(await agent.send('POST', '/api/desk/sip', body)));
    expect(access).toMatchObject({
      domain: 'apel',
      wsPath: '/sip',
      expiresAt: later(600).toISOString(),
      iceServers: [{ urls: ['stun:127.0.0.1:3478'] }],
    });
    expect(access.password.length).toBeGreaterThanOrEqual(32);
    const { rows } = await api.db.pool.query<{ row: string }>(
      'select c::text as row from desk_credentials c where username = $1',
      [access.username],
    );
    expect(rows[0]?.row).not.toContain(access.password);
    expect((await ok<SipAccess>(await agent.send('POST', '/api/desk/sip', body))).password).not.toBe(
      access.password,
    );
  });

  it('are at most eight of a user, however often a page asks', async () => {
    const { agent } = await seated();
    let last: SipAccess | undefined;
    for (let i = 0; i < 12; i += 1) {
      api.clock.set(later(i));
      last = await ok<SipAccess>(await agent.send('POST', '/api/desk/sip', { deskId: agent.deskId }));
    }
    const { rows } = await api.db.pool.query<{ username: string }>(
      'select username from desk_credentials where user_id = $1',
      [agent.userId],
    );
    expect(rows).toHaveLength(8);
    expect(rows.map(({ username }) => username)).toContain(last?.username);
  });

  it('are for somebody on shift', async () => {
    const person = await floor.person();
    const answer = await person.send('POST', '/api/desk/sip', { deskId: person.deskId });
    expect(await refusal(answer)).toEqual([409, 'desk-elsewhere']);
  });
});

describe('the next number', () => {
  it('comes with its call and starts it', async () => {
    const { agent, id } = await seated();
    const contact = await floor.contact(id);
    const { desk, wait } = nextNumberSchema.parse(await ok(await agent.send('POST', '/api/desk/next')));
    expect(wait).toBeNull();
    expect(desk.agent.state).toBe('calling');
    expect(desk.call).toMatchObject({
      kind: 'outbound',
      stage: 'claimed',
      previewUntil: null,
      number: { e164: contact.e164 },
      customer: { id: contact.id, fullName: 'Popescu Ana' },
      script: { name: 'sondaj' },
    });
    expect(started).toMatchObject([
      { callId: desk.call?.id, contactId: contact.id, agentId: agent.userId, edge: floor.edge },
    ]);
    const { rows } = await api.db.pool.query(
      'select 1 from live_calls where call_id = $1 and started_at is not null',
      [desk.call?.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('asked for twice at once is given once', async () => {
    const { agent, id } = await seated();
    await floor.contact(id);
    await floor.contact(id);
    const answers = await Promise.all([1, 2, 3].map(() => agent.send('POST', '/api/desk/next')));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect(started).toHaveLength(1);
    const { rows } = await api.db.pool.query('select 1 from calls where agent_id = $1', [agent.userId]);
    expect(rows).toHaveLength(1);
  });

  it('is looked at first where the campaign says so', async () => {
    const { agent, id } = await seated({ dialing: 'preview', previewSeconds: 20 });
    await floor.contact(id);
    const { desk } = await ok<NextNumber>(await agent.send('POST', '/api/desk/next'));
    expect(desk.call?.previewUntil).toBe(later(20).toISOString());
    expect(started).toEqual([]);
  });

  it('stays claimed when Temporal is away: the upkeep starts it', async () => {
    const { agent, id } = await seated();
    await floor.contact(id);
    temporalUp = false;
    const { desk } = await ok<NextNumber>(await agent.send('POST', '/api/desk/next'));
    expect(desk.call?.stage).toBe('claimed');
    const { rows } = await api.db.pool.query<{ at: Date | null }>(
      'select started_at as at from live_calls where call_id = $1',
      [desk.call?.id],
    );
    expect(rows).toEqual([{ at: null }]);
  });

  it('says why there is none, and when to ask again', async () => {
    const { agent } = await seated();
    const { desk, wait } = nextNumberSchema.parse(await ok(await agent.send('POST', '/api/desk/next')));
    expect(desk.call).toBeNull();
    expect(wait?.code).toBe('no-contacts');
    expect(Date.parse(wait?.until ?? '')).toBeGreaterThan(NOON.getTime());
  });

  it.each([
    [
      'paused',
      'not-available',
      (p: Person) => p.send('POST', '/api/desk/state', { to: 'paused', reason: 'masa' }),
    ],
    ['off shift', 'off-shift', (p: Person) => p.send('DELETE', '/api/desk/shift')],
  ])('is not for somebody who is %s', async (_what, reason, change) => {
    const { agent, id } = await seated();
    await floor.contact(id);
    await ok(await change(agent));
    expect(await refusal(await agent.send('POST', '/api/desk/next'))).toEqual([409, 'agent-busy', reason]);
  });

  it('is not for a desk without a phone', async () => {
    const { agent, id } = await seated();
    await floor.contact(id);
    await api.db.pool.query('delete from desk_bindings where user_id = $1', [agent.userId]);
    const answer = await agent.send('POST', '/api/desk/next');
    expect(await refusal(answer)).toEqual([409, 'agent-busy', 'desk-unregistered']);
    await register(api.db, { agent, edge: floor.edge, now: NOON });
    expect((await agent.send('POST', '/api/desk/next')).status).toBe(200);
  });
});

describe('during a call', () => {
  it('states wait, and what comes after can be chosen and taken back', async () => {
    const { agent, id } = await seated();
    await floor.contact(id);
    await ok(await agent.send('POST', '/api/desk/next'));
    const pause = await agent.send('POST', '/api/desk/state', { to: 'paused', reason: 'masa' });
    expect(await refusal(pause)).toEqual([409, 'agent-busy', 'agent-busy']);
    const next = { to: 'paused', reason: 'cafea' };
    const chosen = await ok<Desk>(await agent.send('PUT', '/api/desk/next-state', { next }));
    expect(chosen.agent).toMatchObject({ state: 'calling', nextState: next });
    const back = await ok<Desk>(await agent.send('PUT', '/api/desk/next-state', { next: null }));
    expect(back.agent.nextState).toBeNull();
    const off = await ok<Desk>(await agent.send('DELETE', '/api/desk/shift'));
    expect(off.agent).toMatchObject({ state: 'calling', nextState: { to: 'logged-out' } });
  });
});

describe('what an agent keeps', () => {
  it('speed dials: each their own, in order, in E.164, none twice', async () => {
    const { agent } = await seated();
    const other = await floor.person();
    const speedDials = [
      { label: ' Șef ', number: '0722 100 200' },
      { label: 'Ana', number: '+40259123456' },
    ];
    const kept = { speedDials: [{ label: 'Șef', number: '+40722100200' }, speedDials[1]] };
    expect(await ok(await agent.send('PUT', '/api/desk/speed-dials', { speedDials }))).toEqual(kept);
    expect(await ok(await agent.get('/api/desk/speed-dials'))).toEqual(kept);
    expect(await ok(await other.get('/api/desk/speed-dials'))).toEqual({ speedDials: [] });
    for (const [number, at] of [
      ['12', 1],
      ['0722100200', 1],
    ] as const) {
      const wrong = { speedDials: [speedDials[0], { label: 'x', number }] };
      const answer = await agent.send('PUT', '/api/desk/speed-dials', wrong);
      expect(await refusal(answer)).toMatchObject([
        400,
        'invalid-request',
        [{ path: `speedDials.${at}.number` }],
      ]);
    }
    const many = {
      speedDials: Array.from({ length: 21 }, (_, i) => ({ label: 'x', number: `+4072210020${i}` })),
    };
    expect((await agent.send('PUT', '/api/desk/speed-dials', many)).status).toBe(400);
    expect(await ok(await agent.get('/api/desk/speed-dials'))).toEqual(kept);
  });

  it('their last calls, and nobody else’s', async () => {
    const { agent, id } = await seated();
    const { id: contactId, e164 } = await floor.contact(id);
    await ok(await agent.send('POST', '/api/desk/next'));
    const { calls } = deskHistorySchema.parse(await ok(await agent.get('/api/desk/calls')));
    expect(calls).toMatchObject([{ contactId, number: e164, name: 'Popescu Ana', status: null, talkMs: 0 }]);
    const other = await floor.person();
    expect(await ok(await other.get('/api/desk/calls'))).toEqual({ calls: [] });
  });
});

describe('the card of a contact', () => {
  it('is for an agent who calls or called it, and for the floor; for nobody else', async () => {
    const { agent, id } = await seated();
    const called = await floor.contact(id);
    await ok(await agent.send('POST', '/api/desk/next'));
    const never = await floor.contact(id);
    const may: Record<string, [number, number]> = {};
    for (const role of ROLES) {
      const person = await floor.person(role);
      may[role] = [
        (await person.get(`/api/customer/${called.id}`)).status,
        (await person.get(`/api/customer/${never.id}`)).status,
      ];
    }
    expect(may).toEqual({
      agent: [404, 404],
      supervisor: [200, 200],
      management: [403, 403],
      operator: [200, 200],
      administrator: [200, 200],
    });
    const card = customerSchema.parse(await ok(await agent.get(`/api/customer/${called.id}`)));
    expect(card).toMatchObject({ id: called.id, fullName: 'Popescu Ana', list: 'fixture' });
    expect((await agent.get(`/api/customer/${never.id}`)).status).toBe(404);
    expect((await agent.get('/api/customer/2147483647')).status).toBe(404);
    for (const wrong of ['0', '-1', 'x', '2147483648']) {
      expect((await agent.get(`/api/customer/${wrong}`)).status).toBe(400);
    }
  });
});

describe('a test call', () => {
  const start = (person: Person) => person.send('POST', '/api/desk/echo');

  it('is made by the edge where the own desk is registered, and ended there', async () => {
    const { agent } = await seated();
    expect(await ok(await start(agent))).toEqual({ until: later(30).toISOString() });
    expect((await agent.send('DELETE', '/api/desk/echo')).status).toBe(204);
    expect(echoes).toEqual([`start ${agent.userId} http://127.0.0.1:9`, `end ${agent.userId}`]);
    const { rows } = await api.db.pool.query('select 1 from calls where agent_id = $1', [agent.userId]);
    expect(rows).toEqual([]);
    await ok(await agent.send('POST', '/api/desk/state', { to: 'paused', reason: 'masa' }));
    expect((await start(agent)).status).toBe(200);
  });

  it.each([
    ['refused', { outcome: 'refused' }, [409, 'agent-busy', 'refused']],
    ['not there', { outcome: 'not-here' }, [409, 'agent-busy', 'desk-unregistered']],
    ['not answered', undefined, [503, 'unavailable', 'edge']],
  ] as const)('%s by the edge: with the word for it', async (_what, says, expected) => {
    const { agent } = await seated();
    echoSays = says;
    expect(await refusal(await start(agent))).toEqual(expected);
  });

  it('is for agents on shift, at their desk, without a call', async () => {
    const person = await floor.person();
    expect(await refusal(await start(person))).toEqual([409, 'agent-busy', 'off-shift']);
    const { agent, id } = await seated();
    await floor.contact(id);
    await ok(await agent.send('POST', '/api/desk/next'));
    expect(await refusal(await start(agent))).toEqual([409, 'agent-busy', 'agent-busy']);
    const other = (await seated()).agent;
    await api.db.pool.query('update desk_bindings set desk_id = gen_random_uuid() where user_id = $1', [
      other.userId,
    ]);
    expect(await refusal(await start(other))).toEqual([409, 'agent-busy', 'desk-unregistered']);
    const stranger = await api.app.request('http://localhost:8080/api/desk/echo', {
      method: 'POST',
      headers: { origin: 'http://localhost:8080', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(stranger.status).toBe(401);
    expect(echoes).toEqual([]);
  });
});
