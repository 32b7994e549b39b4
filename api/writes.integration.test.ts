import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../contracts/model/role.ts';
import { can } from '../domain/permissions.ts';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { gateOf, type Gate } from './auth/gate.ts';
import { useDeskCalls, type Called } from './testing/desk-calls.ts';
import type { Person } from './testing/desk-floor.ts';
import { NOON, ORIGIN } from './testing/test-api.ts';
import { writeAttempts, type Ask, type Attempt } from './testing/write-attempts.ts';

/**
 * Every route that changes something, as every role, on one's own object and on another's, with a body that is good: who is
 * refused leaves the database, the files, Temporal and the edges as they were; who is not is answered nothing about people
 * whom they may not see. The routes are those of the application: one that is added without an attempt makes this red.
 */

/** Everybody may, before there is a role: `session.integration.test.ts`, `access.integration.test.ts`. */
const OPEN = ['POST /api/session', 'POST /api/screen'];
const STRANGER = 'Strainescu';
const asked: string[] = [];
const told = async <T>(what: string, answer: T): Promise<T> => {
  asked.push(what);
  return answer;
};

const desks = useDeskCalls({
  importWorkflows: {
    start: () => told('start', { workflowId: 'import:x' }),
    look: () => Promise.reject(new Error('away')),
    cancel: () => told('cancel', 'stored' as const),
    undo: () => told('undo', undefined),
    close: async () => {},
  },
});
let attempts: Readonly<Record<string, Attempt>>;
let people: Record<Role, Person>;
let stranger: Called;

beforeAll(async () => {
  const { api, floor } = desks;
  await createCampaign(api.db, 'oradea', { now: NOON });
  await addEdge(api.db, 'edge-robot');
  attempts = writeAttempts(desks);
  const made = await Promise.all(ROLES.map(async (role) => [role, await floor.person(role)] as const));
  people = Object.fromEntries(made) as Record<Role, Person>;
  stranger = await desks.talked();
  await api.db.pool.query(
    `with seen as (update users set display_name = 'Bogdan Altul' where id = $2)
     update contacts set last_name = $1 where id = $3`,
    [STRANGER, stranger.agent.userId, stranger.call.customer?.id],
  );
});

interface Route {
  key: string;
  gate: Gate;
}

/** A search is a question: `leaks.integration.test.ts` walks it. */
function writingRoutes(): Route[] {
  const routes = new Map<string, Route>();
  for (const { method, path, handler } of desks.api.app.routes) {
    const key = `${method} ${path}`;
    const gate = gateOf(handler);
    const reads = method === 'GET' || method === 'ALL' || (method === 'POST' && path.endsWith('/search'));
    if (!reads && gate && !OPEN.includes(key)) routes.set(key, { key, gate });
  }
  return [...routes.values()];
}

function passes({ gate }: Route, role: Role): boolean {
  if (gate.kind !== 'action' && gate.kind !== 'codec') return gate.kind === 'session';
  return can({ role, grants: [] }, gate.action);
}

async function send(key: string, { path, body }: Ask, as: Person | undefined) {
  const [method = ''] = key.split(' ');
  const octets = Buffer.isBuffer(body);
  const response = await desks.api.app.request(`${ORIGIN}${path}`, {
    method,
    headers: {
      origin: ORIGIN,
      'content-type': octets ? 'application/octet-stream' : 'application/json',
      ...(as && { cookie: as.cookie }),
    },
    ...(body !== undefined && { body: octets ? body : JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** All rows of all tables, the files, what reached Temporal and the edges. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  const { db, recordingsDir } = desks.api;
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(string_agg(t::text, '|' order by t::text)) as sum from "${name}" t`,
  );
  const { rows } = await db.pool.query<{ name: string; sum: string }>(parts.join(' union all '));
  const files = (await readdir(recordingsDir, { recursive: true })).toSorted();
  return new Map([
    ...rows.map(({ name, sum }) => [name, sum] as const),
    ['files', files.join()],
    ['Temporal and edges', JSON.stringify([desks.seen, asked])],
  ]);
}

/** What was made before may still be on its way. */
async function atRest(): Promise<ReadonlyMap<string, string>> {
  let last = await everything();
  for (;;) {
    const now = await everything();
    if (changesOf(last, now).length === 0) return now;
    last = now;
  }
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...after.keys()].filter((name) => after.get(name) !== before.get(name));
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

describe('a route that changes something', () => {
  it('has an attempt here, and none is left of a route that is gone', () => {
    const keys = writingRoutes().map(({ key }) => key);
    expect(keys.toSorted()).toEqual(Object.keys(attempts).toSorted());
    expect(keys.every((key) => METHODS.includes(key.split(' ')[0] ?? ''))).toBe(true);
  });

  it('refuses who may not, on their own and on another’s, and nothing changes', async () => {
    const wrong: string[] = [];
    let refused = 0;
    const refuse = async (
      { key }: Route,
      who: string,
      ask: Ask,
      as: Person | undefined,
      status: number,
    ): Promise<void> => {
      const answer = await send(key, ask, as);
      refused += 1;
      if (answer.status !== status) wrong.push(`${key} for ${who}: ${answer.status} ${answer.text}`);
    };
    const tried = [];
    for (const route of writingRoutes()) {
      const attempt = attempts[route.key];
      if (!attempt) continue;
      const agentMay = passes(route, 'agent');
      // What an agent may not do at all they may not do to their own either.
      const own = agentMay ? undefined : await attempt.make('agent');
      tried.push({ route, attempt, own, other: await attempt.make(agentMay ? 'agent' : 'administrator') });
    }
    let before = await atRest();
    for (const { route, attempt, own, other } of tried) {
      await refuse(route, 'nobody', other, undefined, 401);
      for (const role of ROLES) {
        if (!passes(route, role)) await refuse(route, role, other, people[role], 403);
        else if (attempt.owned) await refuse(route, `another ${role}`, other, people[role], 404);
      }
      if (own) await refuse(route, 'the agent themself', own, own.by, 403);
      const after = await everything();
      const changed = changesOf(before, after);
      if (changed.length > 0) wrong.push(`${route.key}: a refusal changed ${changed.join(', ')}`);
      before = after;
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(150);
  }, 240_000);

  it('takes it of who may, and tells them of nobody whom they may not see', async () => {
    const wrong: string[] = [];
    const number = stranger.call.number.e164.slice(3);
    let taken = 0;
    for (const route of writingRoutes()) {
      const attempt = attempts[route.key];
      if (!attempt) continue;
      for (const role of ROLES.filter((one) => passes(route, one))) {
        const ask = await attempt.make(role);
        const { status, text } = await send(route.key, ask, ask.by);
        taken += 1;
        const well = attempt.answer === undefined ? status < 300 : status === attempt.answer;
        if (!well) wrong.push(`${route.key} as ${role}: ${status} ${text}`);
        const person = { role, grants: [] };
        const digits = text.replace(/[\s().-]/g, '');
        if (!can(person, 'number.read') && digits.includes(number))
          wrong.push(`${route.key} as ${role}: a number`);
        if (!can(person, 'name.read') && text.includes(STRANGER))
          wrong.push(`${route.key} as ${role}: a name`);
        if (!can(person, 'agent.read') && text.includes('Bogdan Altul'))
          wrong.push(`${route.key} as ${role}: an agent`);
        if (!can(person, 'recording.play') && /\/recording\b/.test(text))
          wrong.push(`${route.key} as ${role}: a recording`);
      }
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(90);
  }, 240_000);
});
