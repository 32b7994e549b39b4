import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Queue, Queues } from '../../contracts/http/queues.ts';
import { addContacts, createCampaign, mobile } from '../../test/support/campaign-fixture.ts';
import { ensureUser, NOON, startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let agent: number;
let ids: number[];
beforeAll(async () => {
  api = await startTestApi();
  agent = await ensureUser(api.db, 'agent', 'anca');
  const { id } = await createCampaign(api.db, 'bihor', { campaign: { mode: 'agent' }, now: NOON });
  const dueAt = new Date(NOON.getTime() - 3_600_000);
  ids = await addContacts(
    api.db,
    id,
    [1, 2, 3, 4].map((n) => ({ numbers: [mobile(n)], dueAt })),
  );
  await createCampaign(api.db, 'robot', { now: NOON });
});
afterAll(() => api.close());

const post = async (path: string, body: object) => {
  const response = await api.post('supervisor', `/api/queues/${path}`, { campaign: 'bihor', ...body });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};
const get = async <T>(path: string): Promise<T> => (await (await api.get('supervisor', path)).json()) as T;
const queue = async (day = '') =>
  (await get<Queue>(`/api/queues/${agent}?campaign=bihor${day}`)).contacts.map(({ id }) => id);

it('contacts are given by filter and by hand, put in order, put off to another day, and taken back', async () => {
  expect(await post(`${agent}/assign`, { filter: { count: 2 } })).toEqual({
    status: 200,
    body: { changed: 2 },
  });
  expect(await post(`${agent}/assign`, { contacts: [ids[2]], day: '2026-11-22' })).toMatchObject({
    body: { changed: 1 },
  });
  expect(await queue()).toEqual([ids[0], ids[1]]);
  expect(await queue('&day=2026-11-22')).toEqual([ids[0], ids[1], ids[2]]);
  expect(await get<Queues>('/api/queues?campaign=bihor')).toMatchObject({
    day: '2026-11-21',
    dealtOut: false,
    agents: [{ id: agent, name: 'anca', contacts: 3, due: 2, onShift: false }],
  });
  expect((await post(`${agent}/order`, { contacts: [ids[1], ids[0]] })).status).toBe(204);
  expect(await queue()).toEqual([ids[1], ids[0]]);
  expect(await post(`${agent}/order`, { contacts: [ids[2], ids[0]] })).toMatchObject({
    status: 409,
    body: { params: { reason: 'queue-changed' } },
  });
  expect((await post('free/search', {})).body).toMatchObject({
    contacts: [{ id: ids[3], kind: 'new', number: '0720 000 004' }],
    more: false,
  });
  expect(await post(`${agent}/take`, { contacts: [ids[1], ids[3]] })).toMatchObject({ body: { changed: 1 } });
  expect(await queue()).toEqual([ids[0]]);
});

it('refuses a campaign without agents, one that is not there, somebody who is no agent, and nothing at all', async () => {
  const status = async (path: string, body: object) => (await post(path, body)).status;
  expect(await status(`${agent}/assign`, { campaign: 'robot', filter: { count: 1 } })).toBe(400);
  expect(await status(`${agent}/assign`, { campaign: 'nu-exista', filter: { count: 1 } })).toBe(404);
  expect(await status('999999/assign', { filter: { count: 1 } })).toBe(404);
  expect(await status(`${agent}/assign`, {})).toBe(400);
});
