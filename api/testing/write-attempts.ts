/**
 * How each route that changes something is asked, with a body that is good and an object that is there: for the test that
 * tries them as every role, on one's own and on another's.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type { DeskRules } from '../../contracts/model/config.ts';
import type { Role } from '../../contracts/model/role.ts';
import { setDoNotCall } from '../../db/do-not-call.ts';
import { draft, saved, type Called, type DeskCalls } from './desk-calls.ts';
import type { Person } from './desk-floor.ts';
import { NOON, ORIGIN, PASSWORD } from './test-api.ts';

export interface Ask {
  path: string;
  /** JSON; a buffer goes as octets. */
  body?: object | Buffer<ArrayBuffer>;
  /** Whose the object is, where it is somebody's. */
  by: Person;
}

export interface Attempt {
  /** The object is one agent's: for everybody else it is not there. */
  owned?: true;
  /** What its owner is answered; default 2xx. Only where no state of a test's database is enough for more. */
  answer?: number;
  /** A fresh object, of a person of that role where it belongs to one. */
  make: (role: Role) => Promise<Ask>;
}

const REASON = { reason: 'de probă' };
const LIST = Buffer.from('Telefon;Nume\r\n0722000101;Pop\r\n');

/** By method and address, as the application names them. */
export function writeAttempts(desks: DeskCalls): Readonly<Record<string, Attempt>> {
  const one = async <T>(text: string, values: unknown[] = []): Promise<T> =>
    (await desks.api.db.pool.query(text, values)).rows[0] as T;
  const person = (role: Role): Promise<Person> => desks.floor.person(role);
  const robot = 'oradea';

  /** Of nobody in particular. */
  const plain = (make: (by: Person) => Promise<Omit<Ask, 'by'>> | Omit<Ask, 'by'>): Attempt => ({
    make: async (role) => {
      const by = await person(role);
      return { ...(await make(by)), by };
    },
  });
  const onUser = (what: string, body: object = {}, before = ''): Attempt =>
    plain(async () => {
      const { userId } = await person('agent');
      if (before !== '') await desks.api.db.pool.query(`update users set ${before} where id = $1`, [userId]);
      return { path: `/api/users/${userId}${what}`, body };
    });
  const onContact = (
    path: string,
    body: (id: number) => Promise<object> | object,
    before?: (id: number, e164: string) => Promise<unknown>,
  ): Attempt =>
    plain(async () => {
      const { id: campaignId } = await one<{ id: number }>('select id from campaigns where name = $1', [
        robot,
      ]);
      const { id, e164 } = await desks.floor.contact(campaignId);
      await before?.(id, e164);
      return { path: `/api/contacts/${id}${path}`, body: await body(id) };
    });
  const atDesk = (path: string, body?: (by: Person) => object, desk?: DeskRules): Attempt => ({
    make: async (role) => {
      const { agent } = await desks.seated(desk, role);
      return { path, by: agent, ...(body && { body: body(agent) }) };
    },
  });
  const onCall = (
    state: (role: Role) => Promise<Called>,
    what: string,
    body: () => object = () => ({}),
  ): Attempt => ({
    owned: true,
    make: async (role) => {
      const { agent, path } = await state(role);
      return { path: `${path}/${what}`, body: body(), by: agent };
    },
  });
  const committed = (what: string, body: object): Attempt => ({
    make: async (role) => {
      // Who has no desk corrects an agent's call.
      const called = await desks.wrappingUp({}, hasDesk(role) ? role : 'agent');
      await desks.committedWith(called, null);
      const by = hasDesk(role) ? called.agent : await person(role);
      return { path: `/api/calls/${called.call.id}/${what}`, body, by };
    },
  });
  const uploaded = async (by: Person): Promise<string> => {
    const id = randomUUID();
    const response = await desks.api.app.request(`${ORIGIN}/api/uploads/${id}?offset=0`, {
      method: 'PUT',
      headers: { cookie: by.cookie, origin: ORIGIN, 'content-type': 'application/octet-stream' },
      body: LIST,
    });
    // Of somebody who may not upload there is none: theirs is refused before it is looked for.
    if (!response.ok && response.status !== 403) throw new Error(await response.text());
    return id;
  };
  const config = (what: string, method: 'save' | 'remove'): Attempt =>
    plain(async () => {
      const name = `motiv-${randomUUID().slice(0, 8)}`;
      const body = { name, labels: { ro: 'Motiv', en: 'Reason' }, sort: 30 };
      const path = `/api/config/pause-reason/${name}`;
      if (method === 'save') return { path: path + what, body: { version: null, body } };
      const { cookie } = await person('administrator');
      await desks.api.app.request(`${ORIGIN}${path}`, {
        method: 'PUT',
        headers: { cookie, origin: ORIGIN, 'content-type': 'application/json' },
        body: JSON.stringify({ version: null, body }),
      });
      return { path: path + what, body: { version: 1 } };
    });
  const imported = async (): Promise<string> => {
    const id = randomUUID();
    await one(
      `insert into imports (id, workflow_id, campaign_id, input, file_sha256, state, layout, bytes_total)
       select $1::uuid, 'import:' || $1, id, '{}', 'x', 'done', '{}', 1 from campaigns where name = $2`,
      [id, robot],
    );
    return id;
  };
  const preview: DeskRules = { dialing: 'preview' };
  const onQueue = (what: string): Attempt =>
    plain(async () => {
      const { agent, campaign, campaignId } = await desks.seated({ assignment: 'daily-queue' });
      const { id } = await desks.floor.contact(campaignId);
      return { path: `/api/queues/${agent.userId}/${what}`, body: { campaign, contacts: [id] } };
    });
  const trunk = (what: 'begin' | 'end'): Attempt =>
    plain(() => {
      const path = `/api/trunks/${robot}-trunk/tests`;
      const body = { number: '0722000177', callerId: '0259123456' };
      return what === 'begin' ? { path, body } : { path: `${path}/${randomUUID()}/end`, body: {} };
    });

  return {
    'DELETE /api/session': plain(() => ({ path: '/api/session' })),
    'PUT /api/account/password': plain(async ({ userId }) => {
      await desks.api.db.pool.query('update users set password_hash = $2 where id = $1', [
        userId,
        await hash(PASSWORD),
      ]);
      return {
        path: '/api/account/password',
        body: { oldPassword: PASSWORD, newPassword: 'alta parolă, destul de lungă' },
      };
    }),
    'POST /api/users': plain(() => ({
      path: '/api/users',
      body: { name: `nou-${randomUUID().slice(0, 8)}`, displayName: 'Nou', role: 'agent', grants: [] },
    })),
    'PUT /api/users/:id': onUser('', { version: 1, displayName: 'Altfel', role: 'operator', grants: [] }),
    'POST /api/users/:id/disable': onUser('/disable'),
    'POST /api/users/:id/enable': onUser('/enable', {}, 'disabled_at = now()'),
    'POST /api/users/:id/log-out': onUser('/log-out'),
    'POST /api/users/:id/password': onUser('/password'),
    'POST /api/campaigns/:name/pause': plain(() => ({ path: `/api/campaigns/${robot}/pause`, body: REASON })),
    'POST /api/campaigns/:name/resume': plain(() => ({
      path: `/api/campaigns/${robot}/resume`,
      body: REASON,
    })),
    'POST /api/campaigns/:name/stop': plain(() => ({ path: `/api/campaigns/${robot}/stop`, body: REASON })),
    'POST /api/calls/:id/corrections': committed('corrections', {
      expected: 'no-outcome',
      status: 'success',
      ...REASON,
    }),
    'POST /api/calls/:id/answers': committed('answers', {
      expected: {},
      answers: { interes: 'da' },
      ...REASON,
    }),
    'POST /api/config/:kind/:name/plan': config('/plan', 'save'),
    'PUT /api/config/:kind/:name': config('', 'save'),
    'POST /api/config/:kind/:name/remove': config('/remove', 'remove'),
    // What calls do not refer to is removed, not taken out of use.
    'POST /api/config/:kind/:name/retire': { ...config('/retire', 'remove'), answer: 404 },
    'POST /api/config/:kind/:name/restore': { ...config('/restore', 'remove'), answer: 404 },
    'PUT /api/wall/thresholds': plain(async () => {
      const now = await one<{ version: number } | undefined>(
        `select version from config_objects where kind = 'thresholds'`,
      );
      return { path: '/api/wall/thresholds', body: { version: now?.version ?? 0, metrics: {} } };
    }),
    'POST /api/screens': plain(() => ({ path: '/api/screens', body: { label: 'Sala', agents: false } })),
    'POST /api/screens/:id/revoke': plain(async () => {
      const { id } = await one<{ id: number }>(
        `insert into screens (label, agents, created_at, created_by, link_expires_at) values ('Sala', true, $1, 'test', $1) returning id`,
        [NOON],
      );
      return { path: `/api/screens/${id}/revoke`, body: {} };
    }),
    'POST /api/queues/:id/assign': onQueue('assign'),
    'POST /api/queues/:id/take': onQueue('take'),
    // The contact is in nobody's queue.
    'POST /api/queues/:id/order': { ...onQueue('order'), answer: 409 },
    'POST /api/prompts/sound': plain(() => ({ path: '/api/prompts/sound?file=ton.wav', body: wav() })),
    'POST /api/trunks/:name/tests': { ...trunk('begin') },
    'POST /api/trunks/:name/tests/:id/end': { ...trunk('end'), answer: 404 },
    'POST /api/imports/:id/undo': plain(async () => ({
      path: `/api/imports/${await imported()}/undo`,
      body: REASON,
    })),
    'PUT /api/uploads/:id': plain(() => ({ path: `/api/uploads/${randomUUID()}?offset=0`, body: LIST })),
    'POST /api/uploads/:id/preview': plain(async (by) => ({
      path: `/api/uploads/${await uploaded(by)}/preview`,
      body: {},
    })),
    'POST /api/imports': plain(async (by) => ({
      path: '/api/imports',
      body: {
        upload: await uploaded(by),
        name: `lista-${randomUUID().slice(0, 8)}`,
        campaign: robot,
        kind: 'normal',
      },
    })),
    'POST /api/import-runs/:id/cancel': plain(() => ({
      path: '/api/import-runs/import:lista/cancel',
      body: {},
    })),
    'PATCH /api/contacts/:id': onContact('', async (id) => ({
      version: (await one<{ v: string }>('select xmin::text as v from contacts where id = $1', [id])).v,
      changes: { note: 'altfel' },
    })),
    'POST /api/contacts/:id/close': onContact('/close', () => REASON),
    'POST /api/contacts/:id/reopen': onContact(
      '/reopen',
      () => REASON,
      (id) =>
        one(
          `with gone as (delete from dial_queue where contact_id = $1)
           update contacts set state = 'closed', closed_reason = 'by-hand', closed_at = $2 where id = $1`,
          [id, NOON],
        ),
    ),
    'POST /api/contacts/:id/lift-stopped': onContact(
      '/lift-stopped',
      () => REASON,
      (id) =>
        one(
          `insert into campaign_numbers (campaign_id, number_id, unanswered, stopped_at, stopped_by)
           select campaign_id, number_id, 3, $2, 'rule' from contact_numbers where contact_id = $1`,
          [id, NOON],
        ),
    ),
    'POST /api/contacts/:id/do-not-call': onContact('/do-not-call', () => ({ ...REASON, source: 'phone' })),
    'POST /api/do-not-call': plain(() => ({
      path: '/api/do-not-call',
      body: { number: '0722000155', ...REASON, source: 'phone' },
    })),
    'POST /api/do-not-call/:id/lift': plain(async () => {
      const e164 = '+40722000156';
      await setDoNotCall(desks.api.db, { e164, reason: 'a cerut', by: 'test', now: NOON });
      const { id } = await one<{ id: number }>('select id from numbers where e164 = $1', [e164]);
      return { path: `/api/do-not-call/${id}/lift`, body: REASON };
    }),
    'POST /api/do-not-call/import': plain(async (by) => ({
      path: '/api/do-not-call/import',
      body: { upload: await uploaded(by), ...REASON, source: 'phone' },
    })),
    'POST /api/agents/:id/state': plain(async () => {
      const { agent } = await desks.seated();
      return { path: `/api/agents/${agent.userId}/state`, body: { to: 'logged-out', ...REASON } };
    }),
    'POST /api/desk/shift': {
      make: async (role) => {
        const by = await person(role);
        return {
          path: '/api/desk/shift',
          body: { deskId: by.deskId, worksOn: 'outbound', campaigns: [] },
          by,
        };
      },
    },
    'DELETE /api/desk/shift': atDesk('/api/desk/shift'),
    'POST /api/desk/state': atDesk('/api/desk/state', () => ({ to: 'paused', reason: 'masa' })),
    'PUT /api/desk/next-state': {
      make: async (role) => {
        const { agent } = await desks.talked({}, role);
        return { path: '/api/desk/next-state', body: { next: { to: 'logged-out' } }, by: agent };
      },
    },
    'POST /api/desk/sip': atDesk('/api/desk/sip', ({ deskId }) => ({ deskId })),
    'POST /api/desk/echo': atDesk('/api/desk/echo', () => ({})),
    'DELETE /api/desk/echo': atDesk('/api/desk/echo'),
    'POST /api/desk/next': atDesk('/api/desk/next', () => ({})),
    'POST /api/desk/calls': {
      make: async (role) => {
        const { agent, campaign } = await desks.seated({}, role);
        const number = `0733${String(agent.userId).padStart(6, '0')}`;
        return { path: '/api/desk/calls', body: { number, campaign }, by: agent };
      },
    },
    'PUT /api/desk/speed-dials': atDesk('/api/desk/speed-dials', () => ({ speedDials: [] })),
    'POST /api/desk/calls/:id/dial': onCall((role) => desks.called(preview, role), 'dial'),
    'POST /api/desk/calls/:id/skip': onCall(
      (role) => desks.called(preview, role),
      'skip',
      () => REASON,
    ),
    'POST /api/desk/calls/:id/command': onCall(
      (role) => desks.talked({}, role),
      'command',
      () => ({ type: 'hang-up' }),
    ),
    'POST /api/desk/calls/:id/extend': onCall((role) => desks.wrappingUp({}, role), 'extend'),
    'PUT /api/desk/calls/:id/draft': onCall(
      (role) => desks.talked({}, role),
      'draft',
      () => draft(1),
    ),
    'POST /api/desk/calls/:id/wrap-up': onCall(
      (role) => desks.wrappingUp({}, role),
      'wrap-up',
      () => saved(),
    ),
    // Its wrap-up named no other number.
    'POST /api/desk/calls/:id/another': {
      ...onCall(async (role) => {
        const called = await desks.wrappingUp({}, role);
        await desks.committedWith(called, randomUUID());
        return called;
      }, 'another'),
      answer: 409,
    },
    'POST /codec/decode': plain(() => ({ path: '/codec/decode', body: { payloads: [] } })),
    'POST /codec/encode': plain(() => ({ path: '/codec/encode', body: { payloads: [] } })),
  };
}

function hasDesk(role: Role): boolean {
  return role === 'agent' || role === 'supervisor' || role === 'administrator';
}

/** A tenth of a second of nothing: 16 bit, 8 kHz, mono. */
function wav(): Buffer<ArrayBuffer> {
  const samples = 800;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples * 2, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples * 2, 40);
  return Buffer.concat([head, Buffer.alloc(samples * 2)]);
}
