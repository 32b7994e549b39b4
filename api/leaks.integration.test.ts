import readXlsx from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GRANTS, ROLES, type Grant, type Role } from '../contracts/model/role.ts';
import { can, grantsFor, type Action } from '../domain/permissions.ts';
import { gateOf, type Gate } from './auth/gate.ts';
import { seedCanaries, seedPerson, type Canaries, type Canary } from './testing/canaries.ts';
import { ORIGIN, startTestApi, type TestApi } from './testing/test-api.ts';

/**
 * Every route that reads, as every role with every grant that it may have, for one's own object and another's: refused or
 * answered as the table of permissions says, and in no answer a number, a name, an agent or a recording of somebody who may
 * not be seen. The routes are those of the application: one that is added is walked, and must be told below how it is
 * asked when its address says not enough.
 */

/** Where `:param` of an address leads; `own` and `other` differ where an object has an owner. */
const PARAMS: readonly (readonly [RegExp, (c: Canary, all: Canaries) => string])[] = [
  [/^\/api\/calls\/:id/, (c) => c.callId],
  [/^\/api\/(customer|contacts)\/:id/, (c) => String(c.contactId)],
  [/^\/api\/users\/:id/, (c) => String(c.agentId)],
  [/^\/api\/lists\/:id/, (_, all) => String(all.campaign.listId)],
  [/^\/api\/campaigns\/:name/, () => 'oradea'],
  [/^\/api\/config\/:kind\/:name/, () => 'campaign/oradea'],
  [/^\/api\/queues\/:id/, (c) => String(c.agentId)],
  [/^\/api\/trunks\/:name/, () => 'oradea-trunk'],
];

/** What a query parameter that must be there is, by its name. */
const REQUIRED: Readonly<Record<string, string>> = {
  date: '2026-11-21',
  from: '2026-11-01',
  to: '2026-11-21',
  campaign: 'oradea',
};

/** Bodies of questions that are too private for an address. */
const BODIES: Readonly<Record<string, (c: Canary) => object>> = {
  'POST /api/contacts/search': (c) => ({ number: `+40${c.number}` }),
  'POST /api/do-not-call/search': () => ({}),
  'POST /api/queues/free/search': () => ({ campaign: 'oradea' }),
  'POST /api/history/search': (c) => ({ number: `+40${c.number}` }),
  'POST /api/recordings/search': () => ({}),
};

/** Queries of which one part or another must be there. */
const QUERIES: Readonly<Record<string, (c: Canary) => string>> = {
  'GET /api/history': (c) => `?contact=${c.contactId}`,
  'GET /api/history.csv': (c) => `?contact=${c.contactId}`,
  'GET /api/history.xlsx': (c) => `?contact=${c.contactId}`,
};

/** Asked, but with no object behind the address. Only where everybody who passes the gate may see numbers and names. */
const WITHOUT_OBJECT: Readonly<Record<string, string>> = {
  'GET /api/imports/:id/rejects': 'no import was run',
  'GET /api/imports/:id/rejects.csv': 'no import was run',
  'GET /api/imports/:id/undo': 'no import was run',
  'GET /api/import-runs/:id': 'Temporal is away',
  'GET /api/prompts/sound/:sha256': 'no prompt was uploaded',
  'GET /api/contacts/:id/why': 'the campaign of the test has no rules',
  'GET /api/queues': 'the campaign of the test has no rules',
  'GET /api/queues/:id': 'the campaign of the test has no rules',
  'POST /api/queues/free/search': 'the campaign of the test has no rules',
};

/** Not asked with a real object, and why nothing can leak all the same. */
const PASSED_OVER: Readonly<Record<string, string>> = {
  'GET /*': 'the page itself',
  'GET /openapi.json': 'made of schemas',
  'GET /metrics': 'for machines',
  'GET /healthz': 'no data',
  'GET /readyz': 'no data',
  'GET /sip': 'a socket: pipe.integration.test.ts',
  'GET /api/live':
    'a socket: live-socket.integration.test.ts, the same redaction as GET /api/campaigns/:name/live',
  'GET /api/wall/live': 'a socket: what GET /api/wall answers, in pieces',
  'GET /api/desk/live': 'a socket: desk-sockets.integration.test.ts, one’s own desk',
};

interface Viewer {
  label: string;
  role: Role;
  grants: readonly Grant[];
  userId: number;
  cookie: string;
}

interface Answer {
  status: number;
  text: string;
}

let api: TestApi;
let seeded: Canaries;
let viewers: Viewer[];
let described: {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string; required?: boolean }[] }>>;
};

beforeAll(async () => {
  api = await startTestApi();
  seeded = await seedCanaries(api);
  described = (await (await api.app.request(`${ORIGIN}/openapi.json`)).json()) as typeof described;
  viewers = [];
  for (const role of ROLES) {
    const may = grantsFor(role);
    for (const grants of [[], ...may.map((grant) => [grant]), ...(may.length > 1 ? [may] : [])]) {
      const label = [role, ...grants].join('+');
      viewers.push({ label, role, grants, ...(await viewer(role, grants, label)) });
    }
  }
});
afterAll(() => api.close());

/** An agent is the owner of `own`; what is granted changes between their requests. */
async function viewer(role: Role, grants: readonly Grant[], label: string) {
  const name = label.replaceAll('+', '.');
  const person = await seedPerson(api.db, { role, grants, name });
  if (role !== 'agent') return person;
  const { userId, cookie } = await seedPerson(api.db, { role, grants, name: 'anca.agenta' });
  return { userId, cookie };
}

interface Route {
  key: string;
  method: string;
  path: string;
  gate: Gate;
}

function readingRoutes(): Route[] {
  const seen = new Map<string, Route>();
  for (const { method, path, handler } of api.app.routes) {
    const reads = method === 'GET' || (method === 'POST' && path.endsWith('/search'));
    const gate = gateOf(handler);
    const key = `${method} ${path}`;
    if (reads && gate) seen.set(key, { key, method, path, gate });
  }
  return [...seen.values()].filter(({ key }) => PASSED_OVER[key] === undefined);
}

async function grantNow({ userId, grants }: Viewer): Promise<void> {
  await api.db.pool.query('update users set grants = $2 where id = $1', [userId, grants]);
}

async function ask(
  route: Pick<Route, 'key' | 'method' | 'path'>,
  as: Viewer,
  canary: Canary,
): Promise<Answer> {
  const { address, body } = questionOf(route, canary);
  const response = await api.app.request(`${ORIGIN}${address}`, {
    method: route.method,
    headers: { cookie: as.cookie, origin: ORIGIN, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, text: await textOf(response) };
}

function questionOf(route: Pick<Route, 'key' | 'method' | 'path'>, canary: Canary) {
  const query = QUERIES[route.key]?.(canary) ?? queryOf(route);
  return { address: `${addressOf(route.path, canary)}${query}`, body: BODIES[route.key]?.(canary) };
}

/** Of the parameters that must be there; one that nobody here knows stays out, and the answer is 400. */
function queryOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const operation = described.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
  const names = (operation?.parameters ?? [])
    .filter((p) => p.in === 'query' && p.required)
    .map((p) => p.name);
  const known = names.filter((name) => REQUIRED[name] !== undefined);
  return known.length === 0 ? '' : `?${known.map((name) => `${name}=${REQUIRED[name]}`).join('&')}`;
}

function addressOf(path: string, canary: Canary): string {
  const found = PARAMS.find(([pattern]) => pattern.test(path));
  if (!path.includes(':') || !found) return path;
  return path.replace(/:\w+(\/:\w+)?/, found[1](canary, seeded));
}

async function textOf(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('spreadsheetml')) return response.text();
  return JSON.stringify(await readXlsx(Buffer.from(await response.arrayBuffer())));
}

function passes(gate: Gate, as: Viewer): boolean {
  if (gate.kind === 'action' || gate.kind === 'codec') return can(as, gate.action);
  return gate.kind === 'own' ? can(as, gate.action, { own: true }) : true;
}

/** However a number is written. */
function digits(text: string): string {
  return text.replace(/[\s().-]/g, '');
}

function sees(as: Viewer, action: Action, owner: Canary): boolean {
  return can(as, action, { own: owner.agentId === as.userId });
}

describe('no answer', () => {
  const wrong: unknown[] = [];
  const leaks: unknown[] = [];
  const shown = {
    number: new Set<string>(),
    name: new Set<string>(),
    agent: new Set<string>(),
    recording: new Set<string>(),
    download: new Set<string>(),
  };

  beforeAll(async () => {
    for (const as of viewers) {
      await grantNow(as);
      for (const route of readingRoutes()) {
        // Where nothing of the question is one's own, the second one would be the first again.
        const { own, other } = seeded;
        const isSame = JSON.stringify(questionOf(route, own)) === JSON.stringify(questionOf(route, other));
        for (const asked of isSame ? [own] : [own, other]) {
          const { status, text } = await ask(route, as, asked);
          if (!expectedStatuses(route, as, asked).includes(status)) {
            wrong.push(`${as.label}: ${route.key} of ${asked.agent} is ${status}`);
          }
          if (status !== 200) continue;
          for (const owner of [seeded.own, seeded.other]) look(route, as, owner, text);
        }
      }
    }
  }, 300_000);

  function expectedStatuses(route: Route, as: Viewer, asked: Canary): number[] {
    if (!passes(route.gate, as)) return [403];
    if (WITHOUT_OBJECT[route.key] !== undefined) return [200, 400, 404, 503];
    const ownOnly = route.gate.kind === 'own' && !can(as, route.gate.action);
    return ownOnly && route.path.includes(':id') && asked.agentId !== as.userId ? [404] : [200];
  }

  function look(route: Route, as: Viewer, owner: Canary, text: string): void {
    const found = {
      number: digits(text).includes(owner.number),
      name: text.includes(owner.contact),
      // By shown or by user name (`anca.agenta`).
      agent: text.replaceAll('.', ' ').toLowerCase().includes(owner.agent.toLowerCase()),
      recording: text.includes(`/api/calls/${owner.callId}/recording"`),
      download: text.includes(`/api/calls/${owner.callId}/recording/download`),
    };
    // The journal is about people; whoever may read it reads who did it.
    const journal = route.path.startsWith('/api/audit') && can(as, 'audit.read');
    const may = {
      number: sees(as, 'number.read', owner),
      name: sees(as, 'name.read', owner),
      agent: sees(as, 'agent.read', owner) || owner.agentId === as.userId || journal,
      recording: sees(as, 'recording.play', owner),
      download: sees(as, 'recording.download', owner),
    };
    for (const what of ['number', 'name', 'agent', 'recording', 'download'] as const) {
      if (found[what] && !may[what])
        leaks.push(`${as.label}: ${route.key} tells the ${what} of ${owner.agent}`);
      if (found[what] && as.label === 'administrator') shown[what].add(route.key);
    }
  }

  it('is given to who may not ask, for their own object or another’s', () => {
    expect(wrong).toEqual([]);
  });

  it('holds a number, a name, an agent or a recording that the person may not see', () => {
    expect(leaks).toEqual([]);
    // Else the walk would be blind: who may see everything finds the canaries in many places.
    expect(shown.number.size).toBeGreaterThanOrEqual(4);
    expect(shown.name.size).toBeGreaterThanOrEqual(4);
    expect(shown.agent.size).toBeGreaterThanOrEqual(3);
    expect(shown.recording.size).toBeGreaterThanOrEqual(2);
    expect(shown.download.size).toBeGreaterThanOrEqual(2);
  });

  it('stays unread, but where everybody who passes may see numbers and names', () => {
    const routes = readingRoutes().filter(({ key }) => WITHOUT_OBJECT[key] !== undefined);
    expect(routes.map(({ key }) => key).toSorted()).toEqual(Object.keys(WITHOUT_OBJECT).toSorted());
    for (const { key, gate } of routes) {
      const blind = viewers.filter(
        (as) => passes(gate, as) && !(can(as, 'number.read') && can(as, 'name.read')),
      );
      expect([key, blind.map(({ label }) => label)]).toEqual([key, []]);
    }
  });
});

describe('a grant', () => {
  const calls = { key: 'GET /api/calls', method: 'GET', path: '/api/calls' };

  async function askAs(
    label: string,
    route: Pick<Route, 'key' | 'method' | 'path'>,
    of: Canary,
  ): Promise<Answer> {
    const as = viewers.find((one) => one.label === label);
    if (as === undefined) throw new Error(`nobody is ${label}`);
    await grantNow(as);
    return ask(route, as, of);
  }

  it.each(['number.read', 'name.read'] as const)(
    '%s shows management that and nothing else',
    async (grant) => {
      const { text } = await askAs(`management+${grant}`, calls, seeded.other);
      expect(digits(text).includes(seeded.other.number)).toBe(grant === 'number.read');
      expect(text.includes(seeded.other.contact)).toBe(grant === 'name.read');
    },
  );

  it('lets an agent hear their own recordings, and no other', async () => {
    const recording = { key: '', method: 'GET', path: '/api/calls/:id/recording' };
    expect((await askAs('agent+recording.play', recording, seeded.own)).status).toBe(200);
    expect((await askAs('agent+recording.play', recording, seeded.other)).status).toBe(404);
    expect((await askAs('agent', recording, seeded.own)).status).toBe(403);
  });

  it('to listen is none to download', async () => {
    const download = { key: '', method: 'GET', path: '/api/calls/:id/recording/download' };
    expect((await askAs('management+recording.play', download, seeded.other)).status).toBe(403);
    expect((await askAs('management+recording.download', download, seeded.other)).status).toBe(200);
    expect((await askAs('agent+recording.download', download, seeded.other)).status).toBe(404);
  });

  it('is tried for every grant there is', () => {
    const tried = new Set(viewers.flatMap(({ grants }) => grants));
    expect(GRANTS.filter((grant) => !tried.has(grant))).toEqual([]);
  });
});

describe('somebody else’s call', () => {
  const WRITES: Readonly<Record<string, object>> = {
    skip: { reason: 'de probă' },
    command: { type: 'hang-up' },
    draft: {},
    'wrap-up': {},
  };

  it('is none that a desk can do anything to', async () => {
    const open = `select agent_id, committed_at from calls where id = $1`;
    const before = await api.db.pool.query(open, [seeded.other.openCallId]);
    const routes = new Set(
      api.app.routes
        .filter(({ path, method }) => path.startsWith('/api/desk/calls/:id/') && method !== 'ALL')
        .map(({ method, path }) => `${method} ${path}`),
    );
    expect(routes.size).toBeGreaterThanOrEqual(7);
    const as = viewers.find(({ label }) => label === 'agent') as Viewer;
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const response = await api.app.request(`${ORIGIN}${path.replace(':id', seeded.other.openCallId)}`, {
        method,
        headers: { cookie: as.cookie, origin: ORIGIN, 'content-type': 'application/json' },
        body: JSON.stringify(WRITES[path.split('/').at(-1) ?? ''] ?? {}),
      });
      expect([route, response.ok]).toEqual([route, false]);
    }
    expect((await api.db.pool.query(open, [seeded.other.openCallId])).rows).toEqual(before.rows);
  });
});
