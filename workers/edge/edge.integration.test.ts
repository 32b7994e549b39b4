import { randomBytes, randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { EdgeIdentity } from '../../contracts/model/edge-control.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { CommitCallInput, CommitCallResult } from '../../contracts/temporal/activities.ts';
import { callWorkflowId } from '../../contracts/temporal/ids.ts';
import { CALLS_QUEUE } from '../../contracts/temporal/queues.ts';
import type { RobotCallInput } from '../../contracts/temporal/workflow-types.ts';
import { applyConfig } from '../../db/config.ts';
import { claimCalls } from '../../db/claim.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { endEpoch } from '../../db/edges.ts';
import { claimTrunkTest } from '../../db/trunk-test.ts';
import { listTrunkTests } from '../../db/trunk-tests-view.ts';
import { createCommitCall } from '../../activities/commit-call.ts';
import { createEdgeNodeActivities } from '../../activities/edge-node.ts';
import { createJournalSweep } from '../../activities/journal-sweep.ts';
import { createLogger } from '../../platform/logger.ts';
import { createNgClient } from '../../telephony/ng-client.ts';
import { createOrphanEnder } from '../../telephony/orphan-ender.ts';
import { connectSipLink } from '../../telephony/sip-link.ts';
import { trunkTestWorkflowOptions } from '../../temporal-config/start-call.ts';
import { createSipServer, type SipServer } from '../../sip-server/server.ts';
import { createCutProxy, type CutProxy } from '../../telephony/testing/cut-proxy.ts';
import { createPhone, type TestPhone } from '../../telephony/testing/phone.ts';
import { freeUdpPort, until } from '../../telephony/testing/ports.ts';
import { startRtpengine, type TestRtpengine } from '../../telephony/testing/rtpengine.ts';
import { phoneSdp, receive, respond, startSipp, type Sipp } from '../../telephony/testing/sipp.ts';
import { promptWav, tone } from '../../telephony/testing/tones.ts';
import { addContacts, createCampaign, mobile } from '../../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.ts';
import { programArgs } from '../../test/support/program-args.ts';
import { createWorkflowWorker, startTestTemporal, testKeys } from '../../test/support/temporal.ts';

const SECRET = 'secret-of-a-test';
const TOKEN = randomBytes(16).toString('hex');
const PROMPT = { sha256: 'a'.repeat(64), durationMs: 3_000 };

let home: string;
let database: TestDatabase;
let db: Database;
let temporal: TestWorkflowEnvironment;
let sipServer: SipServer;
let rtpengine: TestRtpengine;
let dtmfPort: number;
let phone: TestPhone;
let sequence = 0;
let worker: Worker;
let working: Promise<void>;
const committed: CommitCallInput[] = [];
/** For the tests that leave it alive. */
let edge: TestEdge;
let proxy: CutProxy;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'apel-edge-'));
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  temporal = await startTestTemporal();
  worker = await createWorkflowWorker(temporal, {
    commitCall: async (input: CommitCallInput): Promise<CommitCallResult> => {
      committed.push(input);
      return { status: 'message-heard', first: true };
    },
    // Settlement has tests of its own; here an edge that is gone is simply gone.
    probeEdge: async () => false,
    takeEpoch: async () => undefined,
    settleEpoch: async () => ({ settled: 0, remaining: 0 }),
  });
  working = worker.run();
  const listen = { host: '127.0.0.1', port: 0 };
  sipServer = await createSipServer({ secret: SECRET, admin: listen, udp: listen });
  dtmfPort = await freeUdpPort();
  rtpengine = await startRtpengine({ spoolDir: join(home, 'spool'), dtmfPort });
  phone = await createPhone({ frequency: 440 });
  await mkdir(join(home, 'prompts'), { recursive: true });
  await writeFile(
    join(home, 'prompts', `${PROMPT.sha256}.wav`),
    promptWav(tone(1_000, PROMPT.durationMs * 8)),
  );
  const keys = { current: 'test', keys: { test: testKeys.codec.keys['test']?.toString('base64') } };
  const file = { codec: keys, trunkSecret: randomBytes(32).toString('base64') };
  await writeFile(join(home, 'keys.json'), JSON.stringify(file), { mode: 0o600 });
  const [host = '127.0.0.1', port] = temporal.address.split(':');
  proxy = await createCutProxy({ host, port: Number(port) });
  edge = await startEdge(dtmfPort);
});

afterAll(async () => {
  // Whatever of the start failed, nothing may be left running.
  await (edge as TestEdge | undefined)?.stop();
  await proxy.close();
  await phone.close();
  await rtpengine.stop();
  await sipServer.close();
  worker.shutdown();
  await working;
  await temporal.teardown();
  await db.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

test('a claimed call is placed once, shown on its row, and its journal goes when the row does', async () => {
  const sipp = await startSipp(answered());
  const callId = await claimFor(edge, sipp);
  const handle = await startPlace(callId, edge);
  await until('the talking stage', async () => (await liveRow(callId))?.stage === 'talking');
  expect(await identityOf(edge)).toMatchObject({ ...edge.ref, callsInProgress: 1 });
  const placed = await handle.result();
  expect(await sipp.done).toBe(0);
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-us', sipStatus: 200 });
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  expect((await stat(join(home, 'recordings', placed.recording.path))).size).toBe(placed.recording.bytes);

  // Asked again while its row is there, the edge answers with what it kept, and sends nothing.
  const again = await (await startPlace(callId, edge)).result();
  expect(again).toEqual(placed);
  expect(await journals()).toEqual([`${callId}.jsonl`]);
  await db.pool.query('delete from live_calls where call_id = $1', [callId]);
  await until('the journal to go', async () => (await journals()).length === 0);
});

test('a number that was put on do-not-call after the claim is refused by the last gate', async () => {
  const sipp = await startSipp([receive('INVITE')]);
  const callId = await claimFor(edge, sipp);
  await db.pool.query(
    'update numbers n set do_not_call_at = now() from live_calls l where l.number_id = n.id and l.call_id = $1',
    [callId],
  );
  const placed = await (await startPlace(callId, edge)).result();
  await sipp.stop();
  expect(placed.end).toEqual({ result: 'platform', reason: 'refused-by-gate' });
  expect(placed.invitedAt).toBeUndefined();
  await db.pool.query('delete from live_calls where call_id = $1', [callId]);
});

/** Takes a quarter of a minute: the edge waits for longer than any task takes, and then for its own answer. */
test.runIf(process.env['APEL_TEST_FULL'])(
  'a task that Temporal handed out and that never arrived is given up, and dials nothing when it comes after all',
  async () => {
    const sipp = await startSipp([receive('INVITE')]);
    const callId = await claimFor(edge, sipp);
    const { rows } = await db.pool.query<{ contactId: number; attempt: number }>(
      `update live_calls set started_at = now() where call_id = $1 returning contact_id as "contactId", attempt`,
      [callId],
    );
    const workflowId = callWorkflowId(rows[0] ?? { contactId: 0, attempt: 0 });
    proxy.deafen();
    const handle = await temporal.client.workflow.start('robotCall', {
      workflowId,
      taskQueue: CALLS_QUEUE,
      args: [{ callId, kind: 'robot', edge: edge.ref }],
    });
    await until('the task to be handed out', async () => {
      const { raw } = await handle.describe();
      return Number(raw.pendingActivities?.[0]?.state) === 2;
    });
    await proxy.cut();
    await proxy.mend();
    await handle.result();
    const [first] = committed.filter((one) => one.callId === callId);
    expect(first?.placed.end).toEqual({ result: 'platform', reason: 'not-placed' });
    const late = await (await startPlace(callId, edge)).result();
    expect(late).toEqual(first?.placed);
    await sipp.stop();
    await db.pool.query('delete from live_calls where call_id = $1', [callId]);
  },
);

test('release over the control socket hangs up; the wrong token is refused', async () => {
  const sipp = await startSipp(answered());
  const callId = await claimFor(edge, sipp);
  const handle = await startPlace(callId, edge);
  await until('the talking stage', async () => (await liveRow(callId))?.stage === 'talking');
  const post = (token: string): Promise<Response> =>
    fetch(`${edge.control}/calls/${callId}/release`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
  expect((await post('wrong')).status).toBe(401);
  expect(await (await post(TOKEN)).json()).toEqual({ outcome: 'hanging-up' });
  expect((await handle.result()).end.reason).toBe('released');
  expect(await sipp.done).toBe(0);
  expect(await (await post(TOKEN)).json()).toEqual({ outcome: 'not-on-edge' });
  await db.pool.query('delete from live_calls where call_id = $1', [callId]);
});

test('a test call over a trunk rings, plays, hangs up and holds its number only so long; no report has it', async () => {
  const sipp = await startSipp(answered());
  const trunk = (await createCampaign(db, 'proba', { trunk: { port: sipp.port } })).trunk.name;
  const e164 = mobile(990);
  const test = { trunk, e164, callerId: '+40259123456', by: 'maria', now: new Date() };
  // One of the edges of these tests is there; the trunk has no other.
  await db.pool.query('update edges set draining_at = now() where ended_at is null and epoch <> $1', [
    edge.ref.epoch,
  ]);
  const claim = await claimTrunkTest(db, test);
  if (claim.state === 'refused') throw new Error(claim.reason);
  const { callId } = claim;
  expect(await claimTrunkTest(db, test)).toEqual({ state: 'refused', reason: 'test-running' });
  const handle = await temporal.client.workflow.start(
    'robotCall',
    trunkTestWorkflowOptions({ callId, edge: edge.ref, trunk }),
  );
  await until('the talking stage', async () => (await liveRow(callId))?.stage === 'talking');
  await handle.result();
  expect(await sipp.done).toBe(0);
  const [input] = committed.filter((one) => one.callId === callId);
  expect(input?.placed).toMatchObject({
    end: { result: 'success', reason: 'hang-up-by-us', sipStatus: 200 },
    robot: { heardInFull: true },
    recording: { state: 'none' },
  });
  expect(JSON.stringify((await handle.fetchHistory()).events)).not.toContain(e164.slice(3));
  const commit = createCommitCall({ db, clock: { now: () => new Date() } });
  expect(await commit(input as CommitCallInput)).toEqual({ status: 'trunk-test', first: true });
  expect(await commit(input as CommitCallInput)).toEqual({ status: 'trunk-test', first: false });
  expect(await listTrunkTests(db.pool, { trunk, limit: 5 })).toMatchObject([
    { id: callId, stage: null, reason: 'hang-up-by-us', sipStatus: 200, number: e164 },
  ]);
  const { rows } = await db.pool.query(
    `select (select count(*)::int from live_calls where call_id = $1) as live,
       (select count(*)::int from calls where id = $1) as calls,
       (select count(*)::int from rollup_deltas where campaign_id = 0) as counted`,
    [callId],
  );
  expect(rows).toEqual([{ live: 0, calls: 0, counted: 0 }]);
});

test('an edge killed in a test call: the settlement hangs up, the row is complete, number and trunk are free', async () => {
  const dying = await startEdge(await freeUdpPort());
  const sipp = await startSipp(answered());
  const trunk = (await createCampaign(db, 'proba-2', { trunk: { port: sipp.port } })).trunk.name;
  const test = { trunk, e164: mobile(991), callerId: '+40259123456', by: 'maria', now: new Date() };
  await db.pool.query('update edges set draining_at = now() where ended_at is null and epoch <> $1', [
    dying.ref.epoch,
  ]);
  const claim = await claimTrunkTest(db, test);
  if (claim.state === 'refused') throw new Error(claim.reason);
  const { callId } = claim;
  const options = trunkTestWorkflowOptions({ callId, edge: dying.ref, trunk });
  const handle = await temporal.client.workflow.start('robotCall', options);
  await until('the talking stage', async () => (await liveRow(callId))?.stage === 'talking');
  await dying.kill();
  const clock = { now: () => new Date() };
  const logger = createLogger({ service: 'test', level: 'silent' });
  const sip = connectSipLink({ host: '127.0.0.1', port: sipServer.adminPort, secret: SECRET, logger });
  const ng = await createNgClient({ host: '127.0.0.1', port: rtpengine.ngPort, logger });
  const folders = { spoolDir: join(home, 'spool'), recordingsDir: home, promptsDir: join(home, 'prompts') };
  const orphanEnder = createOrphanEnder({ sip, ng, clock, logger, ...folders });
  const commitCall = createCommitCall({ db, clock });
  const edgeControl = { isAlive: async () => false, release: async () => undefined };
  const { client } = temporal;
  const settling = { db, client, clock, logger, edgeControl, commitCall, orphanEnder };
  const node = createEdgeNodeActivities(settling);
  await node.takeEpoch(dying.ref);
  expect(await node.settleEpoch(dying.ref)).toMatchObject({ settled: 1 });
  expect(await sipp.done).toBe(0);
  await handle.result();
  const [input] = committed.filter((one) => one.callId === callId);
  await commitCall(input as CommitCallInput);
  expect(await listTrunkTests(db.pool, { trunk, limit: 5 })).toMatchObject([
    { id: callId, stage: null, result: 'platform', reason: 'edge-lost', answeredAt: expect.any(Date) },
  ]);
  expect(await node.settleEpoch(dying.ref)).toEqual({ settled: 0, remaining: 0 });
  // An edge that only stood still may come back for some minutes.
  const later = { now: () => new Date(Date.now() + 3_600_000) };
  const sweeps = [orphanEnder, createOrphanEnder({ sip, ng, clock: later, logger, ...folders })];
  for (const [deleted, journals] of sweeps.entries()) {
    expect(await createJournalSweep({ db, logger, journals }).run()).toEqual({ deleted });
  }
  await db.pool.query('update edges set draining_at = null where epoch = $1', [edge.ref.epoch]);
  expect(await claimTrunkTest(db, { ...test, now: clock.now() })).toMatchObject({ state: 'claimed' });
  await db.pool.query(`delete from live_calls where campaign_id = 0`);
  sip.close();
  await ng.close();
});

test('an edge whose epoch was ended by somebody else hangs up its calls and exits with a failure', async () => {
  const leaving = await startEdge(await freeUdpPort());
  const sipp = await startSipp(answered());
  const callId = await claimFor(leaving, sipp);
  await startPlace(callId, leaving);
  await until('the talking stage', async () => (await liveRow(callId))?.stage === 'talking');
  await endEpoch(db.pool, { edge: leaving.ref, by: 'test', now: new Date() });
  expect(await leaving.exited).toBe(1);
  expect(await sipp.done).toBe(0);
});

test('told to stop, the edge lets its call end, ends its epoch and exits with 0', async () => {
  const leaving = await startEdge(await freeUdpPort());
  const sipp = await startSipp(answered());
  const callId = await claimFor(leaving, sipp);
  const handle = await startPlace(callId, leaving);
  await until('the talking stage', async () => (await liveRow(callId))?.stage === 'talking');
  const stopped = leaving.stop();
  expect((await handle.result()).end.reason).toBe('hang-up-by-us');
  expect(await stopped).toBe(0);
  expect(await sipp.done).toBe(0);
  const { rows } = await db.pool.query(
    'select ended_by, draining_at is not null as drained from edges where node = $1 and epoch = $2',
    [leaving.ref.node, leaving.ref.epoch],
  );
  expect(rows).toEqual([{ ended_by: 'edge', drained: true }]);
});

test('Temporal away while a call ends: nobody is hung up, and the result arrives when it is back', async () => {
  const sipp = await startSipp(answered());
  const callId = await claimFor(edge, sipp);
  const handle = await startPlace(callId, edge);
  await until('the talking stage', async () => (await liveRow(callId))?.stage === 'talking');
  await proxy.cut();
  expect(await sipp.done).toBe(0);
  await until('the edge to be free', async () => (await identityOf(edge)).callsInProgress === 0);
  await proxy.mend();
  const placed = await handle.result();
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-us', sipStatus: 200 });
  expect(placed.robot?.heardInFull).toBe(true);
  await db.pool.query('delete from live_calls where call_id = $1', [callId]);
  // The workers are back as well: the next call is placed.
  const next = await startSipp(answered());
  const nextId = await claimFor(edge, next);
  expect((await (await startPlace(nextId, edge)).result()).end.reason).toBe('hang-up-by-us');
  await db.pool.query('delete from live_calls where call_id = $1', [nextId]);
});

test('a dead media server closes the edge for calls, and a new one opens it again', async () => {
  await rtpengine.kill();
  await until('refusing', async () => (await refusing(edge.ref)) === 'media-server-down');
  await rtpengine.restart();
  await until('taking calls', async () => (await refusing(edge.ref)) === null);
});

interface TestEdge {
  ref: EdgeRef;
  control: string;
  exited: Promise<number | null>;
  stop(): Promise<number | null>;
  kill(): Promise<unknown>;
}

async function startEdge(dtmf: number): Promise<TestEdge> {
  const child = spawn(process.execPath, programArgs('workers/edge/main.ts'), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      APEL_HOME: home,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}`,
      DRACHTIO_PORT: String(sipServer.adminPort),
      DRACHTIO_SECRET: SECRET,
      RTPENGINE_NG: `127.0.0.1:${rtpengine.ngPort}`,
      RTPENGINE_DTMF: `127.0.0.1:${dtmf}`,
      APEL_NODE: 'edge-test',
      APEL_EDGE_TOKEN: TOKEN,
      LOG_LEVEL: 'warn',
    },
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const ready = await readyLine(child);
  return {
    ref: { node: ready.node, epoch: ready.epoch },
    control: ready.control,
    exited,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

async function readyLine(child: ChildProcess): Promise<{ node: string; epoch: number; control: string }> {
  if (!child.stdout) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      if (!line.startsWith('{')) return;
      const entry = JSON.parse(line) as { ready?: true; node: string; epoch: number; control: string };
      if (entry.ready) resolve(entry);
      else if (process.env['DEBUG_EDGE']) process.stderr.write(`${line}\n`);
    });
    child.once('exit', () => reject(new Error('edge ended before it was ready')));
  });
}

function answered(): string[] {
  return [
    receive('INVITE'),
    respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
    receive('ACK'),
    receive('BYE'),
    respond('200 OK'),
  ];
}

async function claimFor(on: TestEdge, sipp: Sipp): Promise<string> {
  sequence += 1;
  const name = `c${sequence}`;
  const prompt = { name: 'salut', label: 'Salut', file: 'salut.wav', ...PROMPT };
  await applyConfig(db, {
    objects: [{ kind: 'prompt', body: prompt }],
    origin: 'file',
    actor: 'test',
    now: new Date(),
  });
  const overrides = { trunk: { port: sipp.port }, campaign: { prompt: 'salut' } };
  const setup = await createCampaign(db, name, overrides);
  await addContacts(db, setup.id, [{ numbers: [mobile(sequence)] }]);
  const now = new Date();
  const closesAt = new Date(now.getTime() + 3_600_000);
  const claimed = await claimCalls(db, { setup, now, closesAt, maxCalls: 1, edges: [on.ref] });
  const callId = claimed.calls[0]?.callId;
  if (!callId) throw new Error(`nothing was claimed: ${JSON.stringify(claimed)}`);
  return callId;
}

/** Starts the real workflow; what it would commit is kept here instead. */
async function startPlace(callId: string, on: TestEdge): Promise<{ result(): Promise<PlacedCall> }> {
  const workflowId = `test:${randomUUID()}`;
  const input: RobotCallInput = { callId, kind: 'robot', edge: on.ref };
  const handle = await temporal.client.workflow.start('robotCall', {
    workflowId,
    taskQueue: CALLS_QUEUE,
    args: [input],
  });
  return {
    result: async () => {
      await handle.result();
      const placed = committed.findLast((one) => one.callId === callId)?.placed;
      if (!placed) throw new Error('nothing was committed');
      return placed;
    },
  };
}

async function liveRow(callId: string): Promise<{ stage: string } | undefined> {
  const { rows } = await db.pool.query<{ stage: string }>('select stage from live_calls where call_id = $1', [
    callId,
  ]);
  return rows[0];
}

async function refusing({ node, epoch }: EdgeRef): Promise<string | null> {
  const { rows } = await db.pool.query<{ refusing: string | null }>(
    'select refusing from edges where node = $1 and epoch = $2',
    [node, epoch],
  );
  return rows[0]?.refusing ?? null;
}

async function identityOf(of: TestEdge): Promise<EdgeIdentity> {
  const answer = await fetch(`${of.control}/epoch`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return (await answer.json()) as EdgeIdentity;
}

function journals(): Promise<string[]> {
  return readdir(join(home, 'spool', 'journal')).catch(() => []);
}
