import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeskCall, NextNumber, WrapUp } from '../../contracts/http/desk.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import { edgeQueue } from '../../contracts/temporal/queues.ts';
import { createCommitCall } from '../../activities/commit-call.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  startTestTemporal,
  testKeys,
  whileRunning,
} from '../../test/support/temporal.ts';
import { ok, openFloor, refusal, type Floor, type Person } from '../testing/desk-floor.ts';
import { NOON, startTestApi, type TestApi } from '../testing/test-api.ts';
import { createCallWorkflows, type CallWorkflows } from './call-workflows.ts';

const at = (seconds: number) => new Date(NOON.getTime() + seconds * 1_000).toISOString();

let env: TestWorkflowEnvironment;
let callWorkflows: CallWorkflows;
let api: TestApi;
let floor: Floor;
beforeAll(async () => {
  env = await startTestTemporal();
  const address = { temporalAddress: env.address, temporalNamespace: env.namespace ?? 'default' };
  callWorkflows = createCallWorkflows(address, testKeys);
  api = await startTestApi({ callWorkflows });
  floor = await openFloor(api);
});
afterAll(async () => {
  await callWorkflows?.close();
  await api?.close();
  await teardown();
});

let ended = false;
async function teardown(): Promise<void> {
  if (!ended) await env?.teardown();
  ended = true;
}

function saved(change: Partial<WrapUp> = {}): WrapUp {
  return {
    id: randomUUID(),
    outcome: 'success',
    answers: { interes: 'da' },
    note: 'nota-de-probă',
    savedAt: at(70),
    quality: { roundTripMs: 41 },
    ...change,
  };
}

async function called(name: string): Promise<{ agent: Person; call: DeskCall; path: string }> {
  const id = await floor.campaign(name, {});
  const agent = await floor.agent(name);
  await floor.contact(id);
  const { desk } = await ok<NextNumber>(await agent.send('POST', '/api/desk/next'));
  if (!desk.call) throw new Error('no call');
  return { agent, call: desk.call, path: `/api/desk/calls/${desk.call.id}` };
}

const placed = (): PlacedCall => ({
  end: { result: 'success', reason: 'hang-up-by-customer', sipStatus: 200 },
  edge: floor.edge,
  invitedAt: at(1),
  answeredAt: at(5),
  endedAt: at(65),
  talkMs: 60_000,
  desk: { holdMs: 0, lostMs: 0 },
  recording: { state: 'none', reason: 'recording-off' },
  timeline: [],
});

it('what the agent saved with no worker alive is committed when there is one, and then it is „saved”', async () => {
  const { agent, call, path } = await called('una');
  await api.db.pool.query(
    `update live_calls set stage = 'talking', invited_at = $2, answered_at = $3 where call_id = $1`,
    [call.id, at(1), at(5)],
  );
  await api.db.pool.query(`update agents set state = 'in-call' where user_id = $1`, [agent.userId]);
  const body = saved();
  const post = (wrapUp: WrapUp) => agent.send('POST', `${path}/wrap-up`, wrapUp);
  expect([(await post(body)).status, (await post(body)).status]).toEqual([202, 202]);

  const clock = { now: () => new Date(at(70)) };
  const workers = [
    createWorkflowWorker(env, { commitCall: createCommitCall({ db: api.db, clock }) }),
    createActivityWorker(env, edgeQueue(floor.edge), { placeCall: async () => placed() }),
  ];
  await whileRunning(workers, async () => {
    await expect.poll(async () => (await post(body)).status, { timeout: 60_000, interval: 50 }).toBe(200);
  });
  expect(await refusal(await post(saved()))).toEqual([409, 'conflict']);
  const { rows } = await api.db.pool.query(
    `select s.code, c.note, c.quality, c.wrap_up_id as id, (select json_object_agg(field, value) from call_answers where call_id = c.id) as answers
     from calls c join statuses s on s.id = c.status_id where c.id = $1`,
    [call.id],
  );
  expect(rows).toEqual([
    {
      code: 'success',
      note: 'nota-de-probă',
      quality: { roundTripMs: 41 },
      id: body.id,
      answers: { interes: 'da' },
    },
  ]);
  // Typed by a person about a person: encrypted in the history; ids and outcome may be read.
  const history = await env.client.workflow.getHandle(`call:${call.customer?.id}:1`).fetchHistory();
  const payloads = JSON.stringify(history).matchAll(/"data":"([^"]+)"/g);
  const text = [...payloads]
    .map(([, data = '']) => Buffer.from(data, 'base64').toString('latin1'))
    .join('\n');
  expect(text).toContain(body.id);
  expect(text).not.toContain('nota-de-');
});

it('a Temporal that does not answer is told, not waited for', async () => {
  const { agent, call, path } = await called('alta');
  await api.db.pool.query(`update live_calls set stage = 'talking', answered_at = $2 where call_id = $1`, [
    call.id,
    at(5),
  ]);
  await teardown();
  const answer = await agent.send('POST', `${path}/wrap-up`, saved());
  expect(await refusal(answer)).toEqual([503, 'unavailable', 'temporal']);
});
