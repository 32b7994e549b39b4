import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Problem } from '../contracts/http/problem.ts';
import { ROLES, type Role } from '../contracts/model/role.ts';
import { SESSION_IDLE_MS } from './auth/sessions.ts';
import { bodyRuleOf } from './http/body-rules.ts';
import { serveApp, type Serving } from './serve.ts';
import { NOON, seedCall, seedCampaign, startTestApi, TOKENS, type TestApi } from './testing/test-api.ts';

/** Letters of the roles that may, in the order of the table's head. */
const LETTERS: Record<Role, string> = {
  agent: 'a',
  supervisor: 's',
  management: 'm',
  operator: 'o',
  administrator: 'A',
};
const EVERYBODY = 'asmoA';
const OPEN = 'open';
/** Everybody, and whoever is not signed in is answered `null`. */
const GUEST = 'guest';

/**
 * Who may do what, written down a second time and by hand: the code has one table (`domain/permissions.ts`), and a slip
 * in it is a difference to this one. A route that is not here fails.
 */
const TABLE: Readonly<Record<string, string>> = {
  'POST /api/session': OPEN,
  'GET /api/session': GUEST,
  'DELETE /api/session': EVERYBODY,
  'PUT /api/account/password': EVERYBODY,
  'GET /api/users': 'A',
  'POST /api/users': 'A',
  'GET /api/users/:id': 'A',
  'PUT /api/users/:id': 'A',
  'POST /api/users/:id/disable': 'A',
  'POST /api/users/:id/enable': 'A',
  'POST /api/users/:id/log-out': 'A',
  'POST /api/users/:id/password': 'A',
  'GET /api/audit': 'A',
  'GET /api/audit/options': 'A',
  'GET /api/audit/export.csv': 'A',
  'GET /api/campaigns': 'smoA',
  'GET /api/lists': 'smoA',
  'GET /api/campaigns/:name/live': 'soA',
  'POST /api/campaigns/:name/pause': 'soA',
  'POST /api/campaigns/:name/resume': 'soA',
  'GET /api/calls': EVERYBODY,
  'GET /api/calls/:id': EVERYBODY,
  'GET /api/calls/:id/corrections': EVERYBODY,
  'POST /api/calls/:id/answers': 'sA',
  'POST /api/calls/:id/corrections': 'sA',
  'GET /api/calls/:id/recording': 'sA',
  'GET /api/calls/:id/recording/peaks': 'sA',
  'GET /api/calls/:id/recording/download': 'sA',
  'POST /api/recordings/search': 'sA',
  'GET /api/reports/daily': 'smoA',
  'GET /api/reports/daily.csv': 'smoA',
  'GET /api/reports/daily.xlsx': 'smoA',
  'GET /api/reports/weekly': 'smoA',
  'GET /api/reports/weekly.csv': 'smoA',
  'GET /api/reports/weekly.xlsx': 'smoA',
  'GET /api/reports/monthly': 'smoA',
  'GET /api/reports/monthly.csv': 'smoA',
  'GET /api/reports/monthly.xlsx': 'smoA',
  'GET /api/reports/yearly': 'smoA',
  'GET /api/reports/yearly.csv': 'smoA',
  'GET /api/reports/yearly.xlsx': 'smoA',
  'GET /api/reports/interval': 'smoA',
  'GET /api/reports/interval.csv': 'smoA',
  'GET /api/reports/interval.xlsx': 'smoA',
  'GET /api/reports/calls': 'smoA',
  'GET /api/reports/calls.csv': 'smoA',
  'GET /api/reports/calls.xlsx': 'smoA',
  'GET /api/agents': 'soA',
  'GET /api/reports/agents': 'soA',
  'GET /api/reports/agents.csv': 'soA',
  'GET /api/reports/agents.xlsx': 'soA',
  'GET /api/reports/campaign.csv': 'smoA',
  'GET /api/reports/campaign.xlsx': 'smoA',
  'GET /api/reports/campaign': 'smoA',
  'POST /api/history/search': 'soA',
  'GET /api/history': 'soA',
  'GET /api/history.csv': 'soA',
  'GET /api/history.xlsx': 'soA',
  'GET /api/statuses': EVERYBODY,
  'GET /api/config': 'soA',
  'GET /api/config/:kind/:name': 'soA',
  'GET /api/config/:kind/:name/versions': 'soA',
  'POST /api/config/:kind/:name/plan': 'sA',
  'PUT /api/config/:kind/:name': 'sA',
  'POST /api/config/:kind/:name/remove': 'sA',
  'POST /api/config/:kind/:name/retire': 'sA',
  'POST /api/config/:kind/:name/restore': 'sA',
  'GET /api/trunks/:name/tests': 'A',
  'POST /api/trunks/:name/tests': 'A',
  'POST /api/trunks/:name/tests/:id/end': 'A',
  'GET /api/queues': 'sA',
  'GET /api/queues/:id': 'sA',
  'POST /api/queues/free/search': 'sA',
  'POST /api/queues/:id/assign': 'sA',
  'POST /api/queues/:id/take': 'sA',
  'POST /api/queues/:id/order': 'sA',
  'POST /api/campaigns/:name/stop': 'soA',
  'POST /api/prompts/sound': 'sA',
  'GET /api/prompts/sound/:sha256': 'soA',
  'GET /api/live': 'soA',
  'GET /api/list-table': 'soA',
  'GET /api/lists/:id': 'soA',
  'GET /api/imports/:id/rejects': 'soA',
  'GET /api/imports/:id/rejects.csv': 'soA',
  'GET /api/imports/:id/undo': 'soA',
  'POST /api/imports/:id/undo': 'soA',
  'PUT /api/uploads/:id': 'soA',
  'POST /api/uploads/:id/preview': 'soA',
  'POST /api/imports': 'soA',
  'GET /api/import-runs/:id': 'soA',
  'POST /api/import-runs/:id/cancel': 'soA',
  'POST /api/contacts/search': 'soA',
  'GET /api/contacts/:id': 'soA',
  'GET /api/contacts/:id/why': 'soA',
  'PATCH /api/contacts/:id': 'sA',
  'POST /api/contacts/:id/close': 'sA',
  'POST /api/contacts/:id/reopen': 'sA',
  'POST /api/contacts/:id/lift-stopped': 'sA',
  'POST /api/contacts/:id/do-not-call': 'soA',
  'POST /api/do-not-call/search': 'soA',
  'POST /api/do-not-call': 'soA',
  'POST /api/do-not-call/:id/lift': 'sA',
  'POST /api/do-not-call/import': 'soA',
  'GET /api/do-not-call/export.csv': 'soA',
  'GET /api/wall': 'smoA',
  'GET /api/wall/live': 'smoA',
  'PUT /api/wall/thresholds': 'sA',
  'GET /api/screens': 'A',
  'POST /api/screens': 'A',
  'POST /api/screens/:id/revoke': 'A',
  'POST /api/screen': OPEN,
  'POST /api/agents/:id/state': 'sA',
  'GET /api/desk': 'asA',
  'GET /api/desk/options': 'asA',
  'POST /api/desk/shift': 'asA',
  'DELETE /api/desk/shift': 'asA',
  'POST /api/desk/state': 'asA',
  'PUT /api/desk/next-state': 'asA',
  'POST /api/desk/sip': 'asA',
  'POST /api/desk/echo': 'asA',
  'DELETE /api/desk/echo': 'asA',
  'POST /api/desk/next': 'asA',
  'GET /api/desk/calls': 'asA',
  'POST /api/desk/calls': 'asA',
  'POST /api/desk/calls/:id/dial': 'asA',
  'POST /api/desk/calls/:id/skip': 'asA',
  'POST /api/desk/calls/:id/command': 'asA',
  'POST /api/desk/calls/:id/another': 'asA',
  'POST /api/desk/calls/:id/extend': 'asA',
  'PUT /api/desk/calls/:id/draft': 'asA',
  'POST /api/desk/calls/:id/wrap-up': 'asA',
  'GET /api/desk/speed-dials': 'asA',
  'PUT /api/desk/speed-dials': 'asA',
  'GET /api/customer/:id': 'asoA',
  'GET /api/desk/live': 'asA',
  'GET /sip': 'asA',
  'POST /codec/decode': 'oA',
  'POST /codec/encode': 'oA',
  'GET /healthz': OPEN,
  'GET /readyz': OPEN,
  // For this machine, which the test is; others need a token (`create-app.integration.test.ts`).
  'GET /metrics': OPEN,
  'GET /openapi.json': OPEN,
  'GET /*': OPEN,
};
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

let api: TestApi;
let serving: Serving;
let callId: string;

beforeAll(async () => {
  api = await startTestApi();
  const campaign = await seedCampaign(api.db);
  callId = await seedCall(api.db, { campaign, number: '+40722000009', claimedAt: NOON, status: 'busy' });
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await api.close();
  await serving.close();
});

function routes(): string[] {
  const keys = api.app.routes.filter(({ method }) => method !== 'ALL').map((r) => `${r.method} ${r.path}`);
  return [...new Set(keys)];
}

async function ask(
  route: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string; text: string }> {
  const [method = '', path = ''] = route.split(' ');
  const target = path
    .replace(':name', 'oradea')
    .replace(':id', callId)
    .replace(':kind', 'caps')
    .replace(':sha256', '0'.repeat(64))
    .replace('*', 'page');
  const type = bodyRuleOf(path).type;
  const body = method === 'POST' ? '{"reason":"de probă"}' : null;
  const response = await fetch(`${serving.url}${target}`, {
    method,
    headers: { origin: serving.url, 'content-type': type, ...headers },
    body,
  });
  const text = await response.text();
  const code = response.ok ? '' : ((JSON.parse(text) as Problem).code ?? '');
  return { status: response.status, code, text };
}

describe('the table of access', () => {
  it('has a row for each route, and no row for none', () => {
    expect(routes().toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });

  it.each(ROLES)('holds for %s on every route, over HTTP', async (role) => {
    for (const [route, allowed] of Object.entries(TABLE)) {
      const { status, code } = await ask(route, { cookie: await api.cookie(role) });
      const refused = code === 'forbidden' || code === 'unauthenticated';
      const expected = allowed !== OPEN && allowed !== GUEST && !allowed.includes(LETTERS[role]);
      expect([route, role, refused]).toEqual([route, role, expected]);
      expect([route, status < 500 || route === 'GET /readyz']).toEqual([route, true]);
    }
  });

  it.each(['no log-in', 'a made-up one', 'a revoked one', 'one that expired', 'one of a disabled user'])(
    'gives nothing to %s',
    async (kind) => {
      for (const [route, allowed] of Object.entries(TABLE)) {
        if (allowed === OPEN) continue;
        const { status, code, text } = await ask(route, await uselessLogIn(kind));
        if (allowed === GUEST) expect([route, status, text]).toEqual([route, 200, 'null']);
        else expect([route, status, code]).toEqual([route, 401, 'unauthenticated']);
      }
      api.clock.set(NOON);
    },
  );

  async function uselessLogIn(kind: string): Promise<Record<string, string>> {
    if (kind === 'no log-in') return {};
    if (kind === 'a made-up one') return { cookie: `apel=${randomUUID()}` };
    api.clock.set(NOON);
    await api.db.pool.query(`update users set disabled_at = null where name = 'administrator'`);
    const cookie = await api.cookie('administrator');
    const user = `(select id from users where name = 'administrator')`;
    if (kind === 'a revoked one') {
      await api.db.pool.query(`update sessions set revoked_at = now() where user_id = ${user}`);
    } else if (kind === 'one that expired') {
      api.clock.set(new Date(NOON.getTime() + SESSION_IDLE_MS + 1_000));
    } else {
      await api.db.pool.query(`update users set disabled_at = now() where id = ${user}`);
      return { cookie };
    }
    return { cookie };
  }

  it('knows owners: nobody ends the log-in of another', async () => {
    await api.db.pool.query('update users set disabled_at = null');
    const [mine, other, same] = [
      await api.cookie('agent'),
      await api.cookie('supervisor'),
      await api.cookie('agent'),
    ];
    expect((await ask('DELETE /api/session', { cookie: mine })).status).toBe(204);
    expect((await ask('GET /api/session', { cookie: mine })).text).toBe('null');
    for (const cookie of [other, same])
      expect((await ask('GET /api/session', { cookie })).text).not.toBe('null');
  });
});

describe('a state change', () => {
  const writes = Object.keys(TABLE).filter((route) => WRITES.includes(route.split(' ')[0] ?? ''));

  it.each([
    ['a foreign page', { origin: 'http://evil.example' }, 'bad-origin'],
    ['a page of our host on another port', { origin: 'http://127.0.0.1:1' }, 'bad-origin'],
    ['a sandboxed frame', { origin: 'null' }, 'bad-origin'],
    ['a page whose host begins like ours', { origin: 'http://127.0.0.1.evil.example' }, 'bad-origin'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported-media-type'],
    ['a form with a file', { 'content-type': 'multipart/form-data; boundary=x' }, 'unsupported-media-type'],
    ['JSON called text', { 'content-type': 'text/plain' }, 'unsupported-media-type'],
  ])('from %s is refused on every route', async (_from, headers, code) => {
    expect(writes.length).toBeGreaterThanOrEqual(6);
    const cookie = await api.cookie('administrator');
    for (const route of writes) {
      // A DELETE has no body to call something.
      if (code === 'unsupported-media-type' && route.startsWith('DELETE')) continue;
      const answer = await ask(route, { cookie, ...(headers as Record<string, string>) });
      expect([route, answer.code]).toEqual([route, code]);
    }
    expect((await ask('GET /api/session', { cookie })).text).toContain('administrator');
  });

  it('without an Origin is refused, but for a program with its token at the codec', async () => {
    const cookie = await api.cookie('administrator');
    for (const route of writes) {
      const [method = '', path = ''] = route.split(' ');
      const response = await api.app.request(`${serving.url}${path.replace(':name', 'oradea')}`, {
        method,
        headers: { cookie, 'content-type': 'application/json' },
        body: method === 'POST' ? '{}' : null,
      });
      expect([route, response.status]).toEqual([route, 403]);
    }
    const response = await api.app.request(`${serving.url}/codec/decode`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKENS.codec}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(200);
  });
});

describe('an open socket', () => {
  async function connect(role: Role): Promise<{ closed: Promise<number> }> {
    const ws = new WebSocket(`${serving.url.replace('http', 'ws')}/api/live`, {
      headers: { cookie: await api.cookie(role), origin: serving.url },
    });
    const closed = new Promise<number>((resolve) => ws.on('close', resolve));
    await new Promise((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    ws.send(JSON.stringify({ type: 'subscribe', campaign: 'oradea' }));
    return { closed };
  }

  it.each([
    ['the log-in is revoked', `update sessions set revoked_at = now()`, 4401],
    ['the user is disabled', `update users set disabled_at = now() where name = 'supervisor'`, 4401],
    ['the role is taken away', `update users set role = 'agent' where name = 'supervisor'`, 4403],
  ])(
    'is closed within seconds when %s elsewhere',
    async (_what, statement, code) => {
      await api.db.pool.query(`update users set disabled_at = null, role = name where name = 'supervisor'`);
      const { closed } = await connect('supervisor');
      await api.db.pool.query(statement);
      expect(await closed).toBe(code);
    },
    10_000,
  );
});

describe('a screen on a wall', () => {
  interface Made {
    screen: { id: number; state: string };
    code: string;
  }
  const WALL = ['GET /api/wall', 'GET /api/wall/live'];

  async function made(agents: boolean): Promise<Made> {
    const response = await api.post('administrator', '/api/screens', { label: 'Sala mare', agents });
    expect(response.status).toBe(201);
    return (await response.json()) as Made;
  }

  function become(code: string): Promise<Response> {
    return Promise.resolve(
      api.app.request(`${serving.url}/api/screen`, {
        method: 'POST',
        headers: { origin: serving.url, 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      }),
    );
  }

  const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const stateOf = async (id: number): Promise<string | undefined> => {
    const list = (await (await api.get('administrator', '/api/screens')).json()) as {
      screens: Made['screen'][];
    };
    return list.screens.find((screen) => screen.id === id)?.state;
  };

  beforeAll(async () => {
    await api.db.pool.query('update users set disabled_at = null, role = name');
    api.clock.set(NOON);
  });

  it('reads the wall and nothing else, on no route, and ends when it is revoked', async () => {
    const { screen, code } = await made(false);
    expect(screen.state).toBe('waiting');
    const opened = await become(code);
    expect(opened.status).toBe(200);
    expect(opened.headers.get('set-cookie')).toMatch(
      /^apel=tv\.[\w-]{43}; Max-Age=34560000; .*HttpOnly; SameSite=Strict/,
    );
    expect(await opened.json()).toMatchObject({ permissions: ['report.read'], ownPermissions: [] });
    const headers = { cookie: cookieOf(opened) };
    for (const [route, allowed] of Object.entries(TABLE)) {
      const { status, code: problem } = await ask(route, headers);
      const passes = allowed === OPEN || allowed === GUEST || WALL.includes(route);
      expect([route, problem === 'forbidden']).toEqual([route, !passes]);
      if (route === 'GET /api/wall') expect(status).toBe(200);
    }
    expect(await stateOf(screen.id)).toBe('open');
    const ws = new WebSocket(`${serving.url.replace('http', 'ws')}/api/wall/live?screen=1`, {
      headers: { ...headers, origin: serving.url },
    });
    const closed = new Promise<number>((resolve) => ws.on('close', resolve));
    await new Promise((resolve) => ws.once('message', resolve));
    const revoked = await api.post('administrator', `/api/screens/${screen.id}/revoke`, {});
    expect([revoked.status, await closed]).toEqual([200, 4401]);
    expect((await ask('GET /api/wall', headers)).status).toBe(401);
    const audited = await api.db.pool.query(
      `select action, actor from audit_log where object_kind = 'screen' and object_id = $1 order by id`,
      [String(screen.id)],
    );
    expect(audited.rows).toEqual([
      { action: 'screen.add', actor: 'administrator' },
      { action: 'screen.open', actor: `screen:${screen.id}` },
      { action: 'screen.revoke', actor: 'administrator' },
    ]);
  });

  it('is one: its link is good once, for a day, and not when it was revoked', async () => {
    const { code } = await made(true);
    const both = await Promise.all([become(code), become(code)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    const winner = both.find(({ ok }) => ok)!;
    expect(await winner.json()).toMatchObject({ permissions: ['report.read', 'agent.read'] });
    const late = await made(false);
    const gone = await made(false);
    await api.post('administrator', `/api/screens/${gone.screen.id}/revoke`, {});
    expect((await become(gone.code)).status).toBe(401);
    api.clock.set(new Date(NOON.getTime() + 24 * 3_600_000 + 1));
    expect((await become(late.code)).status).toBe(401);
    // It outlives every log-in of a person, but not a season in a cupboard.
    const wall = () => ask('GET /api/wall', { cookie: cookieOf(winner) });
    for (const days of [60, 140]) {
      api.clock.set(new Date(NOON.getTime() + days * 24 * 3_600_000));
      expect((await wall()).status).toBe(200);
    }
    api.clock.set(new Date(NOON.getTime() + 231 * 24 * 3_600_000));
    expect((await wall()).status).toBe(401);
    api.clock.set(NOON);
  });

  it('keeps no code and no token', async () => {
    const { code } = await made(false);
    const token = cookieOf(await become(code)).split('=')[1] ?? 'none';
    const { rows } = await api.db.pool.query<{ all: string }>(
      `select coalesce(string_agg(s::text, ''), '') || (select coalesce(string_agg(a::text, ''), '') from audit_log a) as all from screens s`,
    );
    expect(rows[0]?.all).toContain('Sala mare');
    expect(rows[0]?.all.includes(code) || rows[0]?.all.includes(token)).toBe(false);
  });
});
