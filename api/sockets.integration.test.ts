import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ROLES, type Role } from '../contracts/model/role.ts';
import { can, type Action } from '../domain/permissions.ts';
import { gateOf } from './auth/gate.ts';
import { ownOriginUpgrade } from './routes/live-socket.ts';
import { serveApp, type Serving } from './serve.ts';
import { seedCanaries, seedPerson, type Canaries } from './testing/canaries.ts';
import { ORIGIN, startTestApi, type TestApi } from './testing/test-api.ts';

/**
 * Every live socket, as every role: who is let in, what the first message tells, and how it ends when the log-in does. Nothing
 * here is asked every two seconds: what ends a socket is the change itself.
 */

/** How each is asked, and whether it says something by itself; another upgrade that is added makes this red. */
const SOCKETS: Readonly<Record<string, { query?: string; subscribe?: object; speaks: boolean }>> = {
  '/api/live': { subscribe: { type: 'subscribe', campaign: 'oradea' }, speaks: true },
  '/api/wall/live': { speaks: true },
  '/api/desk/live': { query: `?desk=${randomUUID()}`, speaks: true },
  // An edge's SIP server is behind it: `sip/pipe.integration.test.ts`.
  '/sip': { speaks: false },
};
/** What the walk must have seen, else it is blind. */
const SEEN = ['/api/live supervisor number', '/api/wall/live supervisor agent'];
const DEADLINE_MS = 60_000;
const SESSION_ENDED = 4401;
const FORBIDDEN = 4403;

let api: TestApi;
let serving: Serving;
let seeded: Canaries;
const open: WebSocket[] = [];
const seen = new Set<string>();

beforeAll(async () => {
  api = await startTestApi({ checkMs: 3_600_000 });
  seeded = await seedCanaries(api);
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(async () => {
  await api.close();
  await serving.close();
});

interface Opened {
  status: number;
  first: Promise<string>;
  closed: Promise<number>;
}

async function connect(path: string, headers: Record<string, string>): Promise<Opened> {
  const { query = '', subscribe } = SOCKETS[path] ?? { speaks: false };
  const protocols = path === '/sip' ? ['sip'] : [];
  const ws = new WebSocket(`${serving.url.replace('http', 'ws')}${path}${query}`, protocols, { headers });
  open.push(ws);
  const first = new Promise<string>((resolve) =>
    ws.once('message', (data) => resolve((data as Buffer).toString())),
  );
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  const status = await new Promise<number>((resolve, reject) => {
    ws.once('open', () => resolve(101));
    ws.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    ws.on('error', reject);
  });
  if (status === 101 && subscribe) ws.send(JSON.stringify(subscribe));
  return { status, first, closed };
}

function actionOf(path: string): Action {
  for (const { path: known, handler } of api.app.routes) {
    const gate = known === path ? gateOf(handler) : undefined;
    if (gate?.kind === 'action') return gate.action;
  }
  throw new Error(`${path} has no gate`);
}

const person = (role: Role, name: string) => seedPerson(api.db, { role, grants: [], name });

it('is asked for at every address that takes sockets', () => {
  const upgrades = api.app.routes
    .filter(({ handler }) => handler === ownOriginUpgrade)
    .map(({ path }) => path);
  expect(upgrades.toSorted()).toEqual(Object.keys(SOCKETS).toSorted());
});

describe.each(Object.keys(SOCKETS))('the socket %s', (path) => {
  it(
    'lets in who may, from our own page, and tells them of nobody whom they may not see',
    async () => {
      for (const role of ROLES) {
        const { cookie } = await person(role, `${role}.sockets`);
        const may = can({ role, grants: [] }, actionOf(path));
        expect([role, (await connect(path, { cookie, origin: 'http://evil.example' })).status]).toEqual([
          role,
          403,
        ]);
        expect([role, (await connect(path, { cookie })).status]).toEqual([role, 403]);
        const { status, first } = await connect(path, { cookie, origin: serving.url });
        expect([role, status]).toEqual([role, may ? 101 : 403]);
        if (!may || SOCKETS[path]?.speaks !== true) continue;
        const text = await first;
        for (const owner of [seeded.own, seeded.other]) {
          const told = {
            number: text.replace(/[\s().-]/g, '').includes(owner.number.slice(0, -1)),
            name: text.includes(owner.contact),
            agent: text.includes(owner.agent),
          };
          const mayBeTold = {
            number: can({ role, grants: [] }, 'number.read'),
            name: can({ role, grants: [] }, 'name.read'),
            agent: can({ role, grants: [] }, 'agent.read'),
          };
          for (const what of ['number', 'name', 'agent'] as const) {
            if (told[what]) expect([role, what, mayBeTold[what]]).toEqual([role, what, true]);
            if (told[what]) seen.add(`${path} ${role} ${what}`);
          }
        }
      }
      for (const one of SEEN.filter((line) => line.startsWith(`${path} `))) expect(seen).toContain(one);
      expect((await connect(path, { origin: serving.url })).status).toBe(401);
    },
    DEADLINE_MS,
  );

  it(
    'ends at once when its person is disabled, logged out or may not do it any more',
    async () => {
      const { cookie: admin } = await person('administrator', 'sef');
      const act = async (method: string, to: string, body: object = {}): Promise<void> => {
        const response = await api.app.request(`${ORIGIN}${to}`, {
          method,
          headers: { cookie: admin, origin: ORIGIN, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        expect([to, response.status]).toEqual([to, 200]);
      };
      const lesser: Role = path === '/api/desk/live' || path === '/sip' ? 'operator' : 'agent';
      const role = { version: 1, displayName: 'Alt rol', role: lesser, grants: [] };
      for (const [code, end] of [
        [SESSION_ENDED, (id: number) => act('POST', `/api/users/${id}/disable`)],
        [SESSION_ENDED, (id: number) => act('POST', `/api/users/${id}/log-out`)],
        [SESSION_ENDED, (id: number) => act('POST', `/api/users/${id}/password`)],
        [FORBIDDEN, (id: number) => act('PUT', `/api/users/${id}`, role)],
      ] as const) {
        const { userId, cookie } = await person('supervisor', `s-${randomUUID().slice(0, 8)}`);
        const { status, closed } = await connect(path, { cookie, origin: serving.url });
        expect(status).toBe(101);
        await end(userId);
        // Without an edge the SIP of a desk has nowhere to go, and says so first.
        if (path !== '/sip') expect(await closed).toBe(code);
        expect((await connect(path, { cookie, origin: serving.url })).status).toBe(
          code === FORBIDDEN ? 403 : 401,
        );
      }
    },
    DEADLINE_MS,
  );
});
