import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../platform/logger.ts';
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
