import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import type { SipAccess } from '../contracts/http/desk.ts';
import { ok, openFloor } from './testing/desk-floor.ts';
import { NOON, ORIGIN, seedCall, seedCampaign, startTestApi, type TestApi } from './testing/test-api.ts';

const TYPED = 'parola-tastata-alaturi';
const NUMBER = '+40722000009';

let api: TestApi;
const lines: string[] = [];

beforeAll(async () => {
  const destination = { write: (line: string) => lines.push(line) };
  api = await startTestApi({ logger: createLogger({ service: 'test', level: 'debug', destination }) });
  const campaign = await seedCampaign(api.db);
  await seedCall(api.db, { campaign, number: NUMBER, claimedAt: NOON });
});
afterAll(() => api.close());

it('what an agent types, dials and is given is not in the log, whatever fails', async () => {
  const floor = await openFloor(api);
  await floor.campaign('jurnal', {});
  const agent = await floor.agent('jurnal');
  const access = await ok<SipAccess>(await agent.send('POST', '/api/desk/sip', { deskId: agent.deskId }));
  const dialed = '0729 123 987';
  const call = { number: dialed, campaign: 'jurnal' };
  // Temporal is away: the start fails, and is logged.
  const { call: open } = await ok<{ call: { id: string } }>(
    await agent.send('POST', '/api/desk/calls', call),
  );
  const path = `/api/desk/calls/${open.id}`;
  const typed = { answers: { interes: TYPED }, note: TYPED, outcome: null };
  const saved = { id: open.id, savedAt: NOON.toISOString(), ...typed, outcome: 'busy', answers: {} };
  const sent = async () => [
    (await agent.send('POST', `${path}/wrap-up`, saved)).status,
    (await agent.send('PUT', `${path}/draft`, { ...typed, seq: 1, page: null })).status,
    (await agent.send('PUT', '/api/desk/speed-dials', { speedDials: [{ label: TYPED, number: dialed }] }))
      .status,
  ];
  expect(await sent()).toEqual([503, 204, 200]);
  await api.db.pool.query('alter table call_drafts rename to gone_drafts');
  await api.db.pool.query('alter table speed_dials rename to gone_dials');
  expect((await sent()).slice(1)).toEqual([500, 500]);
  await api.db.pool.query('alter table gone_drafts rename to call_drafts');
  await api.db.pool.query('alter table desk_credentials rename to gone_credentials');
  expect((await agent.send('POST', '/api/desk/sip', { deskId: agent.deskId })).status).toBe(500);
  const all = lines.splice(0).join('');
  expect(all).toContain('a claimed call was not started');
  for (const secret of [TYPED, '729123987', access.password, access.username, agent.cookie.slice(5)]) {
    expect([secret, all.includes(secret)]).toEqual([secret, false]);
  }
});

it('what people type is not in the log, also when its query fails', async () => {
  const logIn = () =>
    api.app.request(`${ORIGIN}/api/session`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/json' },
      body: JSON.stringify({ name: TYPED, password: TYPED }),
    });
  expect((await logIn()).status).toBe(401);
  const search = `/api/calls?number=${encodeURIComponent(NUMBER)}`;
  expect(await (await api.get('supervisor', search)).text()).toContain(NUMBER);
  await api.db.pool.query('alter table numbers rename to gone');
  expect((await api.get('supervisor', search)).status).toBe(500);
  await api.db.pool.query('alter table users rename to gone_users');
  const failed = await logIn();
  expect(failed.status).toBe(500);
  expect(await failed.text()).not.toContain(TYPED);
  expect(lines.filter((line) => line.includes('unexpected error'))).toHaveLength(2);
  expect(lines.filter((line) => line.includes(TYPED) || line.includes(NUMBER.slice(3)))).toEqual([]);
});
