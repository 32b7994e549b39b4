/**
 * A floor of agents for the desk's tests: a campaign of agents with a script, an edge, log-ins at desks.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Desk } from '../../contracts/http/desk.ts';
import type { Problem } from '../../contracts/http/problem.ts';
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { DeskRules, PauseReasonDef } from '../../contracts/model/config.ts';
import type { Role } from '../../contracts/model/role.ts';
import type { ScriptDef } from '../../contracts/model/script.ts';
import { applyConfig } from '../../db/config.ts';
import { seedStatuses } from '../../db/seed.ts';
import { register } from '../../test/support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../../test/support/campaign-fixture.ts';
import { createSession } from '../auth/sessions.ts';
import { NOON, ORIGIN, type TestApi } from './test-api.ts';

/** Of a product where mistakes cost little: one required choice, one text. */
export const SCRIPT: ScriptDef = {
  name: 'sondaj',
  label: 'Sondaj',
  pages: [
    {
      name: 'intrebari',
      title: { ro: 'Întrebări', en: 'Questions' },
      text: { ro: 'Bună ziua', en: 'Hello' },
      fields: [
        {
          name: 'interes',
          type: 'choice',
          labels: { ro: 'Interes', en: 'Interest' },
          required: true,
          options: [
            { value: 'da', labels: { ro: 'Da', en: 'Yes' } },
            { value: 'nu', labels: { ro: 'Nu', en: 'No' } },
          ],
        },
        {
          name: 'motiv',
          type: 'text',
          labels: { ro: 'Motiv', en: 'Reason' },
          required: false,
          showIf: { field: 'interes', in: ['nu'] },
        },
      ],
    },
  ],
};

const PAUSES: PauseReasonDef[] = [
  { name: 'masa', labels: { ro: 'Masă', en: 'Lunch' }, maxMinutes: 30, sort: 10 },
  { name: 'cafea', labels: { ro: 'Cafea', en: 'Coffee' }, sort: 20 },
];

export interface Person {
  userId: number;
  name: string;
  cookie: string;
  deskId: string;
  /** State change as the page sends it. */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Response>;
  get(path: string): Promise<Response>;
}

export interface Floor {
  edge: EdgeRef;
  /** Somebody with a log-in, not on shift. */
  person(role?: Role): Promise<Person>;
  /** On shift at their desk, with a phone, available; whatever their role. */
  agent(campaign: string, role?: Role): Promise<Person>;
  /** An agent campaign of that name. */
  campaign(name: string, desk: DeskRules): Promise<number>;
  /** A contact of the campaign, due now; its number. */
  contact(campaignId: number): Promise<{ id: number; e164: string }>;
}

export async function openFloor(api: TestApi): Promise<Floor> {
  const { db } = api;
  const client = await db.pool.connect();
  await seedStatuses(client);
  client.release();
  const objects = [
    { kind: 'script' as const, body: SCRIPT },
    ...PAUSES.map((body) => ({ kind: 'pause-reason' as const, body })),
  ];
  await applyConfig(db, { objects, origin: 'file', actor: 'test', now: NOON });
  const edge = await addEdge(db, 'edge-1');
  let people = 0;
  let contacts = 0;

  const person = async (role: Role = 'agent'): Promise<Person> => {
    people += 1;
    const name = `${role}-${people}`;
    const { rows } = await db.pool.query<{ id: number }>(
      `insert into users (name, display_name, role, password_hash) values ($1, $1, $2, 'x') returning id`,
      [name, role],
    );
    const userId = rows[0]?.id ?? 0;
    const { token } = await createSession(db, { userId, now: NOON });
    const cookie = `apel=${token}`;
    return {
      userId,
      name,
      cookie,
      deskId: randomUUID(),
      get: async (path) => api.app.request(`${ORIGIN}${path}`, { headers: { cookie } }),
      send: async (method, path, body = {}) =>
        api.app.request(`${ORIGIN}${path}`, {
          method,
          headers: { cookie, origin: ORIGIN, 'content-type': 'application/json' },
          ...(method !== 'DELETE' && { body: JSON.stringify(body) }),
        }),
    };
  };

  return {
    edge,
    person,
    async agent(campaign, role) {
      const agent = await person(role);
      await ok<Desk>(await agent.send('POST', '/api/desk/shift', logOn(agent, [campaign])));
      await register(db, { agent, edge, now: api.clock.now() });
      await ok<Desk>(await agent.send('POST', '/api/desk/state', { to: 'available' }));
      return agent;
    },
    async campaign(name, desk) {
      const setup = await createCampaign(db, name, {
        campaign: { mode: 'agent', desk: { script: SCRIPT.name, dialing: 'progressive', ...desk } },
        now: NOON,
      });
      return setup.id;
    },
    async contact(campaignId) {
      contacts += 1;
      const e164 = mobile(5_000_000 + contacts);
      const [id = 0] = await addContacts(db, campaignId, [{ numbers: [e164] }]);
      await db.pool.query(`update contacts set first_name = 'Ana', last_name = 'Popescu' where id = $1`, [
        id,
      ]);
      return { id, e164 };
    },
  };
}

export function logOn(person: Pick<Person, 'deskId'>, campaigns: string[] = []) {
  return { deskId: person.deskId, worksOn: 'outbound', campaigns };
}

/** The body of an answer that must be good. @throws with the answer otherwise */
export async function ok<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Status, code and, where there is one, the reason of a refusal. */
export async function refusal(response: Response): Promise<unknown[]> {
  const { code, params } = (await response.json()) as Problem;
  const why = params['reason'] ?? params['part'] ?? params['issues'];
  return [response.status, code, ...(why === undefined ? [] : [why])];
}
