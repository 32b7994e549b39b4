import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../contracts/http/problem.ts';
import type { Session } from '../../contracts/http/session.ts';
import { beginSession, createSession, keepSessions, revokeSession } from '../auth/sessions.ts';
import { ensureUser, NOON, ORIGIN, PASSWORD, startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await ensureUser(api.db, 'supervisor', 'Sabin');
});
afterAll(() => api.close());

interface LogIn {
  name?: string;
  password?: string;
  address?: string;
  headers?: Record<string, string>;
  url?: string;
}

function logIn(input: LogIn): Promise<Response> {
  const { name = 'Sabin', password = PASSWORD, address = '127.0.0.1', headers = {}, url = ORIGIN } = input;
  return Promise.resolve(
    api.app.request(
      `${url}/api/session`,
      {
        method: 'POST',
        headers: { origin: url, host: new URL(url).host, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name, password }),
      },
      { incoming: { socket: { remoteAddress: address } } as never },
    ),
  );
}

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return ((await response.json()) as Problem).code;
}

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('log-in', () => {
  it('tells who one is and what one may do, and keeps the token out of the page', async () => {
    const response = await logIn({ name: 'sabin' });
    expect(response.status).toBe(200);
    const session = (await response.json()) as Session;
    expect(session.user.name).toBe('Sabin');
    expect(session.role).toBe('supervisor');
    expect(session.permissions).toContain('campaign.pause');
    expect(session.permissions).not.toContain('codec.use');
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^apel=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
      expect.stringMatching(/^apel-known=[\w.-]{66}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    const me = await api.app.request(`${ORIGIN}/api/session`, { headers: { cookie: cookieOf(response) } });
    expect(await me.json()).toMatchObject({ user: { name: 'Sabin' } });
  });

  it('begins with no password that was changed while it was checked, nor for somebody who was disabled', async () => {
    const id = await ensureUser(api.db, 'agent', 'schimbat');
    const set = (change: string) => api.db.pool.query(`update users set ${change} where id = $1`, [id]);
    const { rows } = await api.db.pool.query<{ hash: string }>(
      'select password_hash as hash from users where id = $1',
      [id],
    );
    const checked = { userId: id, passwordHash: rows[0]?.hash ?? '', now: NOON };
    expect(await beginSession(api.db, checked)).toBeDefined();
    await set('disabled_at = now()');
    expect(await beginSession(api.db, checked)).toBeUndefined();
    await set(`disabled_at = null, password_hash = 'another'`);
    expect(await beginSession(api.db, checked)).toBeUndefined();
    const { rowCount } = await api.db.pool.query('select 1 from sessions where user_id = $1', [id]);
    expect(rowCount).toBe(1);
  });

  it('stores only a hash of the token', async () => {
    const token = cookieOf(await logIn({})).replace('apel=', '');
    const found = await api.db.pool.query(`select 1 from sessions where token_hash = sha256($1::bytea)`, [
      Buffer.from(token),
    ]);
    expect(found.rowCount).toBe(1);
  });

  it('uses the __Host- prefix over HTTPS', async () => {
    const response = await logIn({ url: 'https://apel.example' });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-apel=[^;]*; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
      expect.stringMatching(/^__Host-apel-known=[^;]*;.* Path=\/; HttpOnly; Secure; SameSite=Strict$/),
    ]);
  });

  it('takes no password over plain HTTP from another machine', async () => {
    const response = await logIn({ url: 'http://apel.example' });
    expect([response.status, await codeOf(response)]).toEqual([403, 'https-needed']);
  });

  it('answers a wrong password, an unknown and a disabled user alike', async () => {
    await ensureUser(api.db, 'agent', 'plecat');
    await api.db.pool.query(`update users set disabled_at = now() where name = 'plecat'`);
    for (const attempt of [{ password: 'gresit' }, { name: 'nimeni' }, { name: 'plecat' }]) {
      const response = await logIn(attempt);
      expect([response.status, await codeOf(response)]).toEqual([401, 'bad-credentials']);
    }
  });

  it('works as hard for an unknown user as for a known one', async () => {
    // Of this process: what others do meanwhile on the same machine is not counted.
    const work = async (name: string): Promise<number> => {
      const micros: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        const before = process.cpuUsage();
        await logIn({ name: `${name}${i}`, password: 'gresit', address: `10.9.${name.length}.${i}` });
        const { user, system } = process.cpuUsage(before);
        micros.push(user + system);
      }
      return Math.min(...micros);
    };
    for (let i = 0; i < 3; i += 1) await ensureUser(api.db, 'agent', `cunoscut${i}`);
    const known = await work('cunoscut');
    const unknown = await work('necunoscut');
    // An answer without Argon2id takes a tenth of the work.
    expect(unknown).toBeGreaterThan(known / 3);
    expect(known).toBeGreaterThan(unknown / 3);
  });

  it('names the field that is missing, and says when there is no JSON', async () => {
    const headers = { origin: ORIGIN, 'content-type': 'application/json' };
    const post = (body: string) =>
      api.app.request(`${ORIGIN}/api/session`, { method: 'POST', headers, body });
    const missing = (await (await post('{"name":"x"}')).json()) as Problem;
    expect(missing).toMatchObject({ status: 400, params: { issues: [{ path: 'password' }] } });
    expect(await codeOf(await post('{'))).toBe('invalid-request');
  });
});

describe('the throttle', () => {
  it('makes a name wait after five failures, also with the right password, and forgets by and by', async () => {
    await ensureUser(api.db, 'agent', 'rabdare');
    const attempt = (password: string) => logIn({ name: 'rabdare', password, address: '10.0.0.1' });
    for (let i = 0; i < 5; i += 1) expect((await attempt('gresit')).status).toBe(401);
    const refused = await attempt(PASSWORD);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await codeOf(refused)).toBe('throttled');
    api.clock.set(new Date(NOON.getTime() + 1_100));
    expect((await attempt(PASSWORD)).status).toBe(200);
    api.clock.set(NOON);
  });

  it('counts attempts at the same moment one by one', async () => {
    const attempts = Array.from({ length: 12 }, () => logIn({ name: 'grabit', address: '10.0.0.2' }));
    const statuses = (await Promise.all(attempts)).map((r) => r.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });

  it('stops an address that tries many names, and no other address', async () => {
    const attempt = (i: number, address: string) => logIn({ name: `nume${i}`, password: 'x', address });
    for (let i = 0; i < 20; i += 1) expect((await attempt(i, '10.0.0.3')).status).toBe(401);
    expect((await attempt(99, '10.0.0.3')).status).toBe(429);
    expect((await attempt(99, '10.0.0.4')).status).toBe(401);
  });

  it('stops an address that tries links of screens, and neither another nor the log-ins of its people', async () => {
    const made = await api.post('administrator', '/api/screens', { label: 'Sala', agents: false });
    const { code } = (await made.json()) as { code: string };
    const open = (link: string, address: string) =>
      Promise.resolve(
        api.app.request(
          `${ORIGIN}/api/screen`,
          {
            method: 'POST',
            headers: { origin: ORIGIN, 'content-type': 'application/json' },
            body: JSON.stringify({ code: link }),
          },
          { incoming: { socket: { remoteAddress: address } } as never },
        ),
      );
    for (let i = 0; i < 20; i += 1) expect((await open(`x${i}`, '10.0.4.1')).status).toBe(401);
    const refused = await open(code, '10.0.4.1');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await logIn({ address: '10.0.4.1' })).status).toBe(200);
    // What was refused so did not use the link up.
    expect((await open(code, '10.0.4.2')).status).toBe(200);
    expect((await open(code, '10.0.4.2')).status).toBe(401);
  });

  it('is no means to lock somebody out of her usual browser, and bounds guessing there as well', async () => {
    await ensureUser(api.db, 'agent', 'tinta');
    const first = await logIn({ name: 'tinta', address: '10.0.1.1' });
    const known = first.headers.getSetCookie()[1]?.split(';')[0] ?? '';
    // A stranger goes on for an hour and takes every attempt that the name has, the moment it has one.
    let now = NOON.getTime();
    for (let i = 0; i < 40; i += 1) {
      api.clock.set(new Date(now));
      const refused = await logIn({ name: 'tinta', password: 'ghicit', address: `10.0.2.${i}` });
      if (refused.status === 429) now += Number(refused.headers.get('retry-after')) * 1_000;
    }
    // From her own address, which colleagues have used up as well.
    for (let i = 0; i < 25; i += 1) await logIn({ name: `n${i}`, password: 'x', address: '10.0.1.1' });
    const elsewhere = await logIn({ name: 'tinta', address: '10.0.3.1' });
    expect(elsewhere.status).toBe(429);
    const usual = (password: string) =>
      logIn({ name: 'tinta', password, address: '10.0.1.1', headers: { cookie: known } });
    expect((await usual(PASSWORD)).status).toBe(200);
    for (let i = 0; i < 5; i += 1) expect((await usual('gresit')).status).toBe(401);
    expect((await usual(PASSWORD)).status).toBe(429);
    // The cookie is for one name.
    const other = await logIn({ name: 'Sabin', address: '10.0.1.1', headers: { cookie: known } });
    expect(other.status).toBe(429);
    api.clock.set(NOON);
  });
});

describe('a session', () => {
  /** The name of whom the cookie belongs to; null: nobody. */
  const who = async (cookie: string): Promise<string | null> => {
    const response = await api.app.request(`${ORIGIN}/api/session`, { headers: { cookie } });
    expect(response.status).toBe(200);
    return ((await response.json()) as Session | null)?.user.name ?? null;
  };

  it('is worth nothing after log-out', async () => {
    const cookie = cookieOf(await logIn({}));
    const out = await api.app.request(`${ORIGIN}/api/session`, {
      method: 'DELETE',
      headers: { cookie, origin: ORIGIN },
    });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await who(cookie)).toBeNull();
  });

  it('ends with its user', async () => {
    const id = await ensureUser(api.db, 'operator', 'de-oprit');
    const cookie = cookieOf(await logIn({ name: 'de-oprit' }));
    expect(await who(cookie)).toBe('de-oprit');
    await api.db.pool.query('update users set disabled_at = now() where id = $1', [id]);
    expect(await who(cookie)).toBeNull();
  });

  it('slides while it is used, ends when it is not, and after a week in any case', async () => {
    const hours = (n: number) => api.clock.set(new Date(NOON.getTime() + n * 3_600_000));
    const [used, idle] = [cookieOf(await logIn({})), cookieOf(await logIn({}))];
    hours(11);
    expect(await who(used)).toBe('Sabin');
    hours(13);
    expect(await who(used)).toBe('Sabin');
    expect(await who(idle)).toBeNull();
    for (let h = 24; h < 168; h += 11) {
      hours(h);
      expect([h, await who(used)]).toEqual([h, 'Sabin']);
    }
    hours(169);
    expect(await who(used)).toBeNull();
    api.clock.set(NOON);
  });
});

describe('the session of an open live socket', () => {
  it('slides without requests, up to a week; a revoked one and that of a disabled user do not', async () => {
    const userId = await ensureUser(api.db, 'operator', 'de-stins');
    const wallUser = await ensureUser(api.db, 'supervisor', 'perete');
    const wall = await createSession(api.db, { userId: wallUser, now: NOON });
    const revoked = await createSession(api.db, { userId: wallUser, now: NOON });
    const disabled = await createSession(api.db, { userId, now: NOON });
    await revokeSession(api.db, { tokenHash: revoked.tokenHash, now: NOON });
    await api.db.pool.query('update users set disabled_at = now() where id = $1', [userId]);
    const tokenHashes = [wall, revoked, disabled].map(({ tokenHash }) => tokenHash);
    const key = wall.tokenHash.toString('hex');
    for (let h = 1; h < 168; h += 11) {
      const now = new Date(NOON.getTime() + h * 3_600_000);
      expect([...(await keepSessions(api.db, { tokenHashes, now }))]).toEqual([
        [key, { role: 'supervisor', grants: [] }],
      ]);
    }
    const afterAWeek = new Date(NOON.getTime() + 168 * 3_600_000);
    expect((await keepSessions(api.db, { tokenHashes, now: afterAWeek })).size).toBe(0);
    const ends = await api.db.pool.query<{ at: Date }>(
      'select expires_at as at from sessions where token_hash = any($1)',
      [[revoked.tokenHash, disabled.tokenHash]],
    );
    expect(ends.rows.map(({ at }) => at)).toEqual([revoked.expiresAt, disabled.expiresAt]);
  });
});

describe('a state change', () => {
  const post = (headers: Record<string, string>) =>
    api.app.request(`${ORIGIN}/api/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: 'Sabin', password: PASSWORD }),
    });
  const type = { 'content-type': 'application/json' };

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://localhost:8233' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['nowhere', {}],
  ])('from %s is refused', async (_from, headers: Record<string, string>) => {
    const response = await post({ ...type, ...headers });
    expect([response.status, await codeOf(response)]).toEqual([403, 'bad-origin']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json'])(
    'as %s is refused',
    async (contentType) => {
      const response = await post({ origin: ORIGIN, 'content-type': contentType });
      expect([response.status, await codeOf(response)]).toEqual([415, 'unsupported-media-type']);
    },
  );

  it('of a size that nobody needs is refused', async () => {
    const response = await api.app.request(`${ORIGIN}/api/session`, {
      method: 'POST',
      headers: { origin: ORIGIN, ...type, 'content-length': '70000' },
      body: JSON.stringify({ name: 'x', password: 'x'.repeat(70_000) }),
    });
    expect([response.status, await codeOf(response)]).toEqual([413, 'too-large']);
  });
});
