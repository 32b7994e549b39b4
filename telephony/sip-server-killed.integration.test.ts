import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readJournal } from './journal.ts';
import { createLeftJournals } from './left-journals.ts';
import { createOrphanEnder } from './orphan-ender.ts';
import { placeRobotCall } from './robot-call.ts';
import { startEdgeProcess, startSettlingProcess } from './testing/edge-process.ts';
import { createPhone, type TestPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { startSipServerProcess, type SipServerProcess } from './testing/sip-server-process.ts';
import { phoneSdp, receive, respond, respondToInvite, startSipp } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';
import { untoldSince } from './told.ts';

/** Results wait a little longer than that for a SIP server that is away (`call-finish.ts`). */
const WAIT_MS = 7_000;

let common: Stage;
let server: SipServerProcess;
let stage: Stage;
let phone: TestPhone;
beforeAll(async () => {
  common = await setStage();
});
beforeEach(async () => {
  server = await startSipServerProcess(common);
  stage = server.stage;
  phone = await createPhone({ frequency: 440 });
});
afterEach(async () => {
  await phone.close();
  await server.close();
});
afterAll(() => common.close());

/** RFC 3261 §15.1.2: a BYE for an early dialog is answered, and then its INVITE with 487. */
const ringing = [
  receive('INVITE'),
  respond('180 Ringing'),
  receive('BYE'),
  respond('200 OK'),
  respondToInvite('487 Request Terminated'),
];
const talking = (): string[] => [
  receive('INVITE'),
  respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
  receive('ACK'),
  receive('BYE'),
  respond('200 OK'),
];

test('killed and restarted, one call ringing, one talking: both far ends get a BYE, and the results wait for it', async () => {
  const [rings, talks] = [await startSipp(ringing), await startSipp(talking())];
  const prompt = await stage.prompt(1_000, 20_000);
  let isRinging = false;
  const onStage = (name: string): void => {
    isRinging ||= name === 'ringing';
  };
  const first = placeRobotCall(stage, { ...stage.params(rings.port, prompt), onStage });
  const second = placeRobotCall(stage, stage.params(talks.port, prompt));
  await until('ringing and sound', () => isRinging && phone.heard().length > 40);
  const killedAt = Date.now();
  await server.kill();
  let out = 0;
  for (const { result } of [first, second]) void result.then(() => (out += 1));
  // Media and recording are long finished when the SIP server comes back.
  await until('media to go', async () => ((await stage.ng.request('list'))['calls'] as []).length === 0);
  await server.restart();
  // A machine that needs longer for all this has seen the bounded wait of the next test.
  if (Date.now() - killedAt < WAIT_MS) expect(out).toBe(0);
  const placed = await Promise.all([first.result, second.result]);
  expect(await Promise.all([rings.done, talks.done])).toEqual([0, 0]);
  expect(placed[0].end).toEqual({ result: 'platform', reason: 'sip-server-lost' });
  expect(placed[1].end).toEqual({ result: 'platform', reason: 'sip-server-lost', sipStatus: 200 });
  expect(placed[1].recording.state).toBe('ready');
  expect(JSON.stringify(placed)).not.toContain('+40722000000');
});

test('killed and away for longer: the result comes out after a bounded wait, the BYE when it is back', async () => {
  const talks = await startSipp(talking());
  const params = stage.params(talks.port, await stage.prompt(1_000, 20_000));
  const call = placeRobotCall(stage, params);
  await until('sound', () => phone.heard().length > 40);
  await server.kill();
  const killedAt = Date.now();
  expect((await call.result).end.reason).toBe('sip-server-lost');
  expect(Date.now() - killedAt).toBeGreaterThan(WAIT_MS);
  // Were this process killed now, the next one would know.
  expect(await untold(params)).toBe(true);
  await server.restart();
  expect(await talks.done).toBe(0);
  await call.told;
  expect(await untold(params)).toBe(false);
});

test('killed as our own BYE is on its way: it is sent again', async () => {
  const talks = await startSipp([
    ...talking().slice(0, 3),
    // The first BYE and the server's repeats of it stay unanswered; the later one has a higher number.
    '<recv request="BYE" crlf="true"/>',
    '<recv request="BYE" crlf="true"/>',
    respond('200 OK'),
  ]);
  const call = placeRobotCall(stage, {
    ...stage.params(talks.port, await stage.prompt(1_000, 20_000)),
    onStage: (name) => {
      if (name === 'ending') setTimeout(() => void server.kill().then(() => server.restart()), 200).unref();
    },
  });
  await until('sound', () => phone.heard().length > 40);
  call.release();
  expect((await call.result).end.reason).toBe('released');
  expect(await talks.done).toBe(0);
});

test('edge and SIP server both dead: settlement tells both far ends from the journals', async () => {
  const [rings, talks] = [await startSipp(ringing), await startSipp(talking())];
  const prompt = await stage.prompt(1_000, 20_000);
  const calls = [stage.params(rings.port, prompt), stage.params(talks.port, prompt)];
  const edges = await Promise.all(calls.map((params) => startEdgeProcess(stage, params)));
  await Promise.all([edges[0]?.stage('ringing'), edges[1]?.stage('talking')]);
  // Until then the ACK may be on its way still, and the carrier of this test wants one.
  await until('sound', () => phone.heard().length > 10);
  // The SIP server first, and the edges before they could do anything about it.
  await Promise.all([server.kill(), ...edges.map((edge) => edge.kill())]);
  await server.restart();
  const ender = createOrphanEnder({ ...stage, ...stage.folders });
  const placed = await Promise.all(calls.map((params) => ender.endOrphan(params)));
  expect(await Promise.all([rings.done, talks.done])).toEqual([0, 0]);
  expect(placed.map(({ end }) => end.reason)).toEqual(['edge-lost', 'edge-lost']);
});

test('a settlement that is killed before the far ends were told: the next process tells them, once the journals may go', async () => {
  const talks = await startSipp(talking());
  const params = stage.params(talks.port, await stage.prompt(1_000, 20_000));
  const edge = await startEdgeProcess(stage, params);
  await edge.stage('talking');
  await until('sound', () => phone.heard().length > 10);
  await Promise.all([server.kill(), edge.kill()]);
  const settling = await startSettlingProcess(stage, params);
  await settling.stage('settled');
  expect(await untold(params)).toBe(true);
  await settling.kill();
  await server.restart();
  const options = { ...stage, ...stage.folders, telling: new Set<string>() };
  const call = { callId: params.callId, isCommitted: true };
  // The one that was killed might live for all that others know.
  expect(await createLeftJournals({ ...options, othersTellMs: 600_000 }).letGo(call)).toBe('telling');
  expect(options.telling.size).toBe(0);
  const left = createLeftJournals({ ...options, othersTellMs: 0, keptMs: 0 });
  expect(await left.letGo(call)).toBe('telling');
  expect(await talks.done).toBe(0);
  await until('the mark', async () => !(await untold(params)));
  expect(await left.letGo({ ...call, isCommitted: false })).toBe('kept');
  expect(await createLeftJournals(options).letGo(call)).toBe('kept');
  expect(await left.letGo(call)).toBe('deleted');
  expect(await left.letGo(call)).toBe('deleted');
  expect(await left.listJournals()).not.toContain(params.callId);
});

async function untold({ callId }: { callId: string }): Promise<boolean> {
  return untoldSince((await readJournal(stage.folders.spoolDir, callId)) ?? []) !== undefined;
}
