import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditOptions, AuditPage } from '../../contracts/http/audit.ts';
import type { Problem } from '../../contracts/http/problem.ts';
import type { Session } from '../../contracts/http/session.ts';
import type { User, UserChanged, UserList } from '../../contracts/http/users.ts';
import { writeAudit } from '../../db/audit.ts';
import { ensureUser, NOON, ORIGIN, PASSWORD, startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  api.clock.set(NOON);
  await api.db.pool.query('delete from login_throttle; truncate audit_log');
});

async function send<T>(
  cookie: string,
  method: string,
  path: string,
  body: object = {},
): Promise<T & Problem> {
  const response = await api.app.request(`${ORIGIN}${path}`, {
    method,
    headers: { cookie, origin: ORIGIN, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T & Problem;
}

async function logIn(name: string, password: string): Promise<{ status: number; cookie: string }> {
  const response = await api.app.request(`${ORIGIN}/api/session`, {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  const cookie = response.headers.getSetCookie().find((one) => one.startsWith('apel='));
  return { status: response.status, cookie: cookie?.split(';')[0] ?? '' };
}

const ana = { name: 'Ana.Ionescu', displayName: 'Ana Ionescu', role: 'agent', grants: [] };

describe('an administrator', () => {
  it('adds a person with a password that is told once, changes, disables and enables them', async () => {
    const admin = await api.cookie('administrator');
    const added = await send<UserChanged>(admin, 'POST', '/api/users', ana);
    expect(added.password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    const { id, version } = added.user;
    expect((await send(admin, 'POST', '/api/users', { ...ana, name: 'ana.IONESCU' })).params).toEqual({
      issues: [{ path: 'name', message: 'is taken' }],
    });
    const weak = await send(admin, 'POST', '/api/users', { ...ana, name: 'alta', password: 'scurt' });
    expect(weak.params).toEqual({ issues: [{ path: 'password', message: 'too-short' }] });
    const hers = await logIn('ana.ionescu', added.password ?? '');
    expect((await send<Session>(hers.cookie, 'GET', '/api/session')).ownPermissions).toContain('call.list');

    const rights = { role: 'management', grants: ['number.read', 'recording.download'] };
    const edit = { version, displayName: 'Ana I.', ...rights };
    const edited = await send<UserChanged>(admin, 'PUT', `/api/users/${id}`, edit);
    expect(edited.user).toMatchObject({ displayName: 'Ana I.', ...rights, sessions: 1 });
    // What is granted holds with the next request.
    const now = await send<Session>(hers.cookie, 'GET', '/api/session');
    expect(now.permissions).toEqual(expect.arrayContaining(rights.grants));
    expect(now.permissions).not.toContain('name.read');
    expect(await send(admin, 'PUT', `/api/users/${id}`, { ...edit, role: 'agent' })).toMatchObject({
      code: 'conflict',
      params: { reason: 'conflict' },
    });

    const disabled = await send<UserChanged>(admin, 'POST', `/api/users/${id}/disable`);
    expect(disabled).toMatchObject({ sessionsEnded: 1, desk: 'none', user: { sessions: 0 } });
    expect(await send<Session | null>(hers.cookie, 'GET', '/api/session')).toBeNull();
    expect((await logIn('ana.ionescu', added.password ?? '')).status).toBe(401);
    await send(admin, 'POST', `/api/users/${id}/enable`);
    expect((await logIn('ana.ionescu', added.password ?? '')).status).toBe(200);
    const reset = await send<UserChanged>(admin, 'POST', `/api/users/${id}/password`, {
      password: 'o parolă nouă',
    });
    expect(reset).toMatchObject({ password: null, sessionsEnded: 1 });
    expect((await logIn('ana.ionescu', 'o parolă nouă')).status).toBe(200);
    expect(await send(admin, 'POST', `/api/users/${id}/log-out`)).toMatchObject({ sessionsEnded: 1 });
    expect((await send(admin, 'POST', '/api/users/999999/disable')).code).toBe('not-found');

    const list = await send<UserList>(admin, 'GET', '/api/users');
    expect(list.users.find((user) => user.id === id)).toMatchObject({ name: ana.name, disabledAt: null });
    const journal = await send<AuditPage>(
      admin,
      'GET',
      `/api/audit?objectKind=user&objectId=${id}&from=2026-11-21`,
    );
    expect(journal.entries.map(({ action }) => action)).toEqual([
      'user.log-out',
      'session.log-in',
      'user.password',
      'session.log-in',
      'user.enable',
      'user.disable',
      'user.edit',
      'session.log-in',
      'user.add',
    ]);
    expect(JSON.stringify(journal)).not.toMatch(/argon2|o parolă nouă/);
    expect(journal.entries[6]).toMatchObject({
      objectName: 'Ana I.',
      before: { role: 'agent', grants: [] },
      after: rights,
    });
  });

  it('can neither disable nor demote themselves, nor the last administrator', async () => {
    const admin = await api.cookie('administrator');
    const me = (await send<UserList>(admin, 'GET', '/api/users')).users.find(
      ({ name }) => name === 'administrator',
    ) as User;
    expect(await send(admin, 'POST', `/api/users/${me.id}/disable`)).toMatchObject({
      params: { reason: 'oneself' },
    });
    const demoted = { version: me.version, displayName: me.displayName, role: 'agent', grants: [] };
    expect(await send(admin, 'PUT', `/api/users/${me.id}`, demoted)).toMatchObject({
      params: { reason: 'oneself' },
    });
  });
});

describe('one’s own password', () => {
  const change = (cookie: string, oldPassword: string, newPassword: string) =>
    send<{ sessionsEnded: number }>(cookie, 'PUT', '/api/account/password', { oldPassword, newPassword });

  it('is changed with the old one, and ends the other log-ins', async () => {
    await ensureUser(api.db, 'operator', 'own');
    const here = await logIn('own', PASSWORD);
    const there = await logIn('own', PASSWORD);
    expect((await change(here.cookie, 'alta parolă', 'una mai bună')).code).toBe('bad-credentials');
    expect((await change(here.cookie, PASSWORD, 'scurt')).params).toEqual({
      issues: [{ path: 'newPassword', message: 'too-short' }],
    });
    expect(await change(here.cookie, PASSWORD, 'una mai bună')).toEqual({ sessionsEnded: 1 });
    expect(await send<null>(there.cookie, 'GET', '/api/session')).toBeNull();
    expect((await send<Session>(here.cookie, 'GET', '/api/session')).user.name).toBe('own');
    expect((await logIn('own', PASSWORD)).status).toBe(401);
    const { rows } = await api.db.pool.query(`select actor from audit_log where action = 'account.password'`);
    expect(rows).toEqual([{ actor: 'own' }]);
  });

  it('is guessed no faster than at the log-in', async () => {
    await ensureUser(api.db, 'operator', 'guessed');
    const { cookie } = await logIn('guessed', PASSWORD);
    const codes: string[] = [];
    for (let i = 0; i < 8; i += 1) codes.push((await change(cookie, `greșit ${i}`, 'una mai bună')).code);
    expect(codes.slice(0, 5)).toEqual(Array<string>(5).fill('bad-credentials'));
    expect(codes.at(-1)).toBe('throttled');
    expect((await change(cookie, PASSWORD, 'una mai bună')).code).toBe('throttled');
  });
});

describe('the journal', () => {
  async function write(n: number): Promise<void> {
    for (let i = 0; i < n; i += 1) {
      await writeAudit(api.db.pool, {
        actor: i % 2 === 0 ? 'system' : 'cli:root',
        action: `probe.${i % 3}`,
        objectKind: 'number',
        objectId: `+4072200000${i}`,
        before: { reason: 'a', password: 'secret' },
        after: { reason: '=1+1; "b"', lastName: 'Popescu' },
        at: new Date(NOON.getTime() + Math.floor(i / 3) * 86_400_000),
      });
    }
  }

  it('is paged without a gap and filtered by person, action, object, interval', async () => {
    await write(9);
    const admin = await api.cookie('administrator');
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: AuditPage = await send<AuditPage>(
        admin,
        'GET',
        `/api/audit?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.entries.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(9);
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
    const count = async (query: string) =>
      (await send<AuditPage>(admin, 'GET', `/api/audit?${query}`)).entries.length;
    expect(await count('actor=cli:root')).toBe(4);
    expect(await count('action=probe.2')).toBe(3);
    expect(await count('objectKind=number&objectId=%2B40722000003')).toBe(1);
    expect(await count('from=2026-11-22&to=2026-11-22')).toBe(3);
    expect(await count('to=2026-11-21')).toBe(3);
    expect((await send(admin, 'GET', '/api/audit?cursor=eHh4')).code).toBe('invalid-request');
    const options = await send<AuditOptions>(admin, 'GET', '/api/audit/options');
    expect(options.actions).toEqual(['probe.0', 'probe.1', 'probe.2']);
    expect(options.actors.map(({ actor }) => actor)).toEqual(['cli:root', 'system']);
  });

  it('shows an auditor who may not see them no numbers and names; secrets to nobody; and so the export', async () => {
    await write(1);
    const admin = await api.cookie('administrator');
    const whole = (await send<AuditPage>(admin, 'GET', '/api/audit')).entries[0];
    expect(whole).toMatchObject({ objectId: '+40722000000', before: { password: '***' } });
    await ensureUser(api.db, 'management', 'auditor');
    await api.db.pool.query(`update users set grants = '{audit.read}' where name = 'auditor'`);
    const { cookie } = await logIn('auditor', PASSWORD);
    const page = await send<AuditPage>(cookie, 'GET', '/api/audit?objectKind=number');
    expect(page.entries[0]).toMatchObject({ objectId: '***', after: { lastName: '***' } });
    const response = await api.app.request(`${ORIGIN}/api/audit/export.csv?objectKind=number`, {
      headers: { cookie },
    });
    const csv = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
    expect(csv.startsWith('\ufeffcând (UTC);cine;')).toBe(true);
    expect(csv).toContain(`number;***;reason;a;"'=1+1; ""b"""`);
    expect(csv).not.toMatch(/0722|Popescu|secret/);
    const { rows } = await api.db.pool.query(
      `select actor, after from audit_log where action = 'audit.export'`,
    );
    expect(rows).toEqual([{ actor: 'auditor', after: { objectKind: 'number' } }]);
  });
});
