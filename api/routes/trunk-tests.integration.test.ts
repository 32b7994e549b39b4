import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { TrunkTest, TrunkTests } from '../../contracts/http/trunk-tests.ts';
import { wallSnapshotSchema } from '../../contracts/http/wall.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import { openCallsOfEdge } from '../../db/open-calls.ts';
import { finishTrunkTest, openTestLeg } from '../../db/trunk-test-leg.ts';
import { readStuckCalls } from '../../db/wall.ts';
import type { TrunkTestToStart } from '../../temporal-config/start-call.ts';
import { addEdge, createCampaign, mobile } from '../../test/support/campaign-fixture.ts';
import { NOON, startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let temporalAway = false;
let trunk: string;
let n = 0;
const started: TrunkTestToStart[] = [];
const command = vi.fn(async () => ({ outcome: 'done' as const }));
const away = (): Promise<never> => Promise.reject(new Error('away'));
const edge = { node: 'edge-1', epoch: 1 };
const NUMBER = mobile(77);

beforeAll(async () => {
  api = await startTestApi({
    callWorkflows: {
      start: away,
      wrapUp: away,
      extendWrapUp: away,
      close: async () => {},
      startTrunkTest: async (test) => {
        if (temporalAway) throw new Error('away');
        started.push(test);
      },
    },
    edgeControl: {
      command,
      deskGone: async () => true,
      startEcho: async () => undefined,
      endEcho: async () => true,
    },
  });
});
afterAll(() => api.close());
beforeEach(async () => {
  await emptyCalls();
  await api.db.pool.query(
    'update numbers set do_not_call_at = null, rings_until = null, only_trunk_id = null',
  );
  started.length = 0;
  temporalAway = false;
  await addEdge(api.db, 'edge-1');
  n += 1;
  trunk = (
    await createCampaign(api.db, `c${n}`, { trunk: { maxChannels: 2, callsPerSecond: 100 }, now: NOON })
  ).trunk.name;
});

const emptyCalls = () => api.db.pool.query('truncate edges, live_calls, trunk_tests');
const ask = (number = '0720 000 077', more: object = {}) =>
  api.post('administrator', `/api/trunks/${trunk}/tests`, { number, callerId: '0259 123 456', ...more });
const problem = async (response: Response): Promise<unknown> => [
  response.status,
  ((await response.json()) as { params: unknown }).params,
];
const list = async (): Promise<TrunkTests> =>
  (await (await api.get('administrator', `/api/trunks/${trunk}/tests`)).json()) as TrunkTests;
const placed = (change: Partial<PlacedCall>): PlacedCall => ({
  end: { result: 'customer', reason: 'busy', sipStatus: 486 },
  edge,
  invitedAt: NOON.toISOString(),
  endedAt: NOON.toISOString(),
  talkMs: 0,
  recording: { state: 'none', reason: 'not-answered' },
  timeline: [],
  ...change,
});

it('is begun with ids alone: the number is in the table of numbers, and nowhere else', async () => {
  const response = await ask(`0${NUMBER.slice(3)}`);
  expect(response.status).toBe(202);
  const test = (await response.json()) as TrunkTest;
  expect(test).toMatchObject({
    number: '0720 000 077',
    callerId: '0259 123 456',
    stage: 'claimed',
    endedAt: null,
  });
  expect(started).toEqual([{ callId: test.id, edge, trunk }]);
  expect(await list()).toMatchObject({ tests: [{ id: test.id }], callerIds: ['0259 123 456'] });
  const { rows } = await api.db.pool.query(
    `select action, object_id, after::text from audit_log where object_kind = 'trunk'
       and action = 'trunk.test' and object_id = $1`,
    [trunk],
  );
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(NUMBER.slice(3));
  // Of a dead edge it is settled as any call is.
  expect(await openCallsOfEdge(api.db.pool, edge)).toMatchObject([{ callId: test.id, kind: 'robot' }]);

  const opened = await openTestLeg(api.db.pool, { callId: test.id, edge, now: NOON });
  expect(opened).toMatchObject({
    state: 'opened',
    leg: { number: NUMBER, ownSound: true, campaign: { callerId: '+40259123456', recording: false } },
  });
  expect(await openTestLeg(api.db.pool, { callId: test.id, edge, now: NOON })).toEqual({
    state: 'refused',
    reason: 'opened-before',
  });
  expect((await api.post('administrator', `/api/trunks/${trunk}/tests/${test.id}/end`, {})).status).toBe(204);
  expect(command).toHaveBeenLastCalledWith(
    expect.any(String),
    { callId: test.id, command: { type: 'hang-up' } },
    expect.any(Number),
  );
  const end = { callId: test.id, now: NOON };
  expect(await finishTrunkTest(api.db, { ...end, placed: placed({}) })).toBe(true);
  expect(
    await finishTrunkTest(api.db, {
      ...end,
      placed: placed({ end: { result: 'platform', reason: 'edge-lost' } }),
    }),
  ).toBe(false);
  expect((await list()).tests).toMatchObject([{ reason: 'busy', sipStatus: 486, stage: null }]);
  expect(await openCallsOfEdge(api.db.pool, edge)).toEqual([]);
});

it('is refused as any call would be, and by what does not exist', async () => {
  expect(await problem(await ask('112'))).toEqual([
    400,
    { issues: [{ path: 'number', message: 'emergency-or-short' }] },
  ]);
  expect(await problem(await ask('0720 000 077', { callerId: 'x12' }))).toMatchObject([
    400,
    { issues: [{ path: 'callerId' }] },
  ]);
  const conflict = (reason: string) => [409, { reason }];
  expect(await problem(await ask('+44 20 7946 0958'))).toEqual(conflict('prefix-not-permitted'));
  expect(await problem(await ask(NUMBER, { prompt: 'nu-exista' }))).toEqual(conflict('no-such-prompt'));
  const set = (change: string) => api.db.pool.query(`update numbers set ${change} where e164 = $1`, [NUMBER]);
  expect((await ask(NUMBER)).status).toBe(202);
  expect(await problem(await ask(mobile(78)))).toEqual(conflict('test-running'));
  await emptyCalls();
  expect(await problem(await ask(NUMBER))).toEqual(conflict('no-edge'));
  await addEdge(api.db, 'edge-1');
  await set('do_not_call_at = now()');
  expect(await problem(await ask(NUMBER))).toEqual(conflict('do-not-call'));
  await set(`do_not_call_at = null, rings_until = '2026-11-21T10:02:00Z'`);
  expect(await problem(await ask(NUMBER))).toEqual(conflict('number-busy'));
  await set(`rings_until = null, only_trunk_id = (select min(id) from config_objects where kind = 'status')`);
  expect(await problem(await ask(NUMBER))).toEqual(conflict('trunk-bound'));
  await set('only_trunk_id = null');
  const hold = (number: number, trunkId: string) =>
    api.db.pool.query(
      `insert into live_calls (call_id, number_id, campaign_id, attempt, trunk_id, node, epoch, stage)
       select gen_random_uuid(), id, 1, 1, ${trunkId}, 'edge-1', 1, 'talking' from numbers where e164 = $1`,
      [mobile(number)],
    );
  await hold(77, 'null');
  expect(await problem(await ask(NUMBER))).toEqual(conflict('number-busy'));
  const own = `(select id from config_objects where kind = 'trunk' and name = '${trunk}')`;
  await api.db.pool.query('insert into numbers (e164) values ($1), ($2) on conflict do nothing', [
    mobile(79),
    mobile(80),
  ]);
  await hold(79, own);
  await hold(80, own);
  expect(await problem(await ask(mobile(78)))).toEqual(conflict('trunk-channels'));
  expect(
    (await api.post('administrator', '/api/trunks/nu-exista/tests', { number: NUMBER, callerId: NUMBER }))
      .status,
  ).toBe(404);
  expect(
    (await api.post('supervisor', `/api/trunks/${trunk}/tests`, { number: NUMBER, callerId: NUMBER })).status,
  ).toBe(403);
  // Nothing of what was refused is left behind.
  const { rows } = await api.db.pool.query('select count(*)::int as n from trunk_tests');
  expect(rows).toEqual([{ n: 0 }]);
});

it('waits for the sweep when Temporal is away: nothing was dialed, and the row says so in the end', async () => {
  temporalAway = true;
  expect(await problem(await ask(NUMBER))).toEqual([503, { part: 'temporal' }]);
  const { tests } = await list();
  expect(tests).toMatchObject([{ stage: 'claimed', endedAt: null }]);
  expect(await openCallsOfEdge(api.db.pool, edge)).toHaveLength(1);
  // Should nobody ever end it, the wall has it.
  const stuck = (seconds: number) =>
    readStuckCalls(api.db.pool, { now: new Date(NOON.getTime() + seconds * 1_000), limit: 5 });
  expect(await stuck(59)).toEqual([]);
  expect(await stuck(61)).toMatchObject([
    { id: tests[0]?.id, reason: 'not-started', campaign: null, trunk, contactId: null },
  ]);
  await api.db.pool.query(`update live_calls set stage = 'talking'`);
  expect(await stuck(119)).toEqual([]);
  expect(await stuck(121)).toMatchObject([{ reason: 'talks-long', trunk }]);
  const wall = wallSnapshotSchema.parse(await (await api.get('supervisor', '/api/wall')).json());
  for (const { workflowId } of wall.stuck.calls) expect(workflowId).toBe(`call:${tests[0]?.id}`);
});
