import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrphanEnder } from './orphan-ender.ts';
import { placeRobotCall } from './robot-call.ts';
import { connectSipLink } from './sip-link.ts';
import { startDeskPhone } from './testing/desk-phone.ts';
import { startEdgeProcess } from './testing/edge-process.ts';
import { createPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { readRecording } from './testing/read-recording.ts';
import {
  pause,
  phoneSdp,
  receive,
  receiveInvite,
  respond,
  respondToInvite,
  sendBye,
  startSipp,
} from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';
import { amplitudeOf } from './testing/tones.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

test('a talking call of a killed process is hung up, recorded and settled once', async () => {
  const phone = await createPhone({ frequency: 440 });
  const sipp = await startSipp([
    receive('INVITE'),
    respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
    receive('ACK'),
    receive('BYE'),
    // Its phone goes on talking until then.
    pause(1_800),
    respond('200 OK'),
  ]);
  const params = stage.params(sipp.port, await stage.prompt(1_000, 2_000));
  const edge = await startEdgeProcess(stage, params);
  await until('sound', () => phone.heard().length > 70);
  await edge.kill();

  const ender = enderOf(stage);
  const settlingAt = Date.now();
  const placed = await ender.endOrphan(params);
  expect(Math.abs(Date.parse(placed.endedAt) - settlingAt)).toBeLessThan(1_000);
  expect(await sipp.done).toBe(0);
  await phone.close();
  expect(placed.end).toEqual({ result: 'platform', reason: 'edge-lost', sipStatus: 200 });
  expect(placed.timeline.map(({ kind }) => kind)).toContain('settled');
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  expect(Math.abs(placed.recording.durationMs - placed.talkMs)).toBeLessThanOrEqual(500);
  const sound = await readRecording(join(stage.folders.recordingsDir, placed.recording.path));
  expect(amplitudeOf(sound.left.subarray(2_000, 8_000), 440)).toBeGreaterThan(6_000);
  expect(amplitudeOf(sound.right.subarray(2_000, 8_000), 1_000)).toBeGreaterThan(6_000);
  expect(await ender.endOrphan(params)).toEqual(placed);
  await expect(stage.ng.request('query', { 'call-id': params.callId })).rejects.toThrow(/Unknown call/i);
});

test.each([false, true])(
  'an agent\u2019s call of a killed process: both sides are told and recorded (recording refused: %s)',
  async (refused) => {
    const phone = await createPhone({ frequency: 440 });
    const desk = await startDeskPhone(620);
    const sipp = await startSipp([
      receive('INVITE'),
      respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
      receive('ACK'),
      receive('BYE'),
      respond('200 OK'),
    ]);
    const params = stage.params(sipp.port, await stage.prompt(1_000, 2_000));
    const edge = await startEdgeProcess(stage, params, desk.contact);
    await until('sound', () => phone.heard().length > 70);
    await edge.command({ type: 'hold' });
    await edge.command({ type: 'resume' });
    if (refused) await edge.command({ type: 'refuse-recording' });
    await edge.kill();

    const placed = await enderOf(stage).endOrphan(params);
    expect(await sipp.done).toBe(0);
    await until('BYE at the desk', () => desk.ended() === 1);
    expect(placed.end).toEqual({ result: 'platform', reason: 'edge-lost', sipStatus: 200 });
    expect(placed.desk?.holdMs).toBeGreaterThan(0);
    if (refused) expect(placed.recording).toEqual({ state: 'none', reason: 'refused' });
    else {
      if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
      const sound = await readRecording(join(stage.folders.recordingsDir, placed.recording.path));
      const [left, right] = [sound.left.subarray(2_000, 8_000), sound.right.subarray(2_000, 8_000)];
      expect(amplitudeOf(left, 440)).toBeGreaterThan(5 * amplitudeOf(left, 620) + 500);
      expect(amplitudeOf(right, 620)).toBeGreaterThan(5 * amplitudeOf(right, 440) + 500);
    }
    await phone.close();
    await desk.close();
  },
);

test('a customer who hung up while nobody watched is not counted as talking until the settlement', async () => {
  const phone = await createPhone({ frequency: 440 });
  const sipp = await startSipp([
    receiveInvite,
    respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
    receive('ACK'),
    pause(2_000),
    sendBye('481'),
  ]);
  const params = stage.params(sipp.port, await stage.prompt(1_000, 20_000));
  const edge = await startEdgeProcess(stage, params);
  await until('sound', () => phone.heard().length > 40);
  await edge.kill();
  expect(await sipp.done).toBe(0);
  await phone.close();
  const hungUpAt = Date.now();
  await until('a settlement that comes late', () => Date.now() - hungUpAt > 2_500);
  const placed = await enderOf(stage).endOrphan(params);
  expect(Math.abs(Date.parse(placed.endedAt) - hungUpAt)).toBeLessThan(800);
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  expect(placed.recording.durationMs).toBe(placed.talkMs);
  expect(placed.robot?.heardInFull).toBe(false);
});

test('a ringing call of a killed process is cancelled by the SIP server and settled as edge-lost', async () => {
  const sipp = await startSipp([
    receive('INVITE'),
    respond('180 Ringing'),
    receive('CANCEL'),
    respond('200 OK'),
    respondToInvite('487 Request Terminated'),
    receive('ACK'),
  ]);
  const params = stage.params(sipp.port, await stage.prompt(1_000, 2_000));
  const edge = await startEdgeProcess(stage, params);
  await edge.stage('ringing');
  await edge.kill();
  const placed = await enderOf(stage).endOrphan(params);
  expect(await sipp.done).toBe(0);
  expect(placed.end).toEqual({ result: 'platform', reason: 'edge-lost' });
  expect(placed.invitedAt).toBeDefined();
  expect(placed.recording).toEqual({ state: 'none', reason: 'not-answered' });
});

test('a call without a journal was never placed', async () => {
  const call = { callId: '00000000-0000-4000-8000-000000000001', edge: { node: 'edge-test', epoch: 1 } };
  const placed = await enderOf(stage).endOrphan(call);
  expect(placed.end).toEqual({ result: 'platform', reason: 'not-placed' });
  expect(placed.invitedAt).toBeUndefined();
});

test('an edge that stood still while its call was settled sends no INVITE when it goes on', async () => {
  const sipp = await startSipp([receive('INVITE')]);
  const params = stage.params(sipp.port, await stage.prompt(1_000, 500));
  let goOn = (): void => {};
  const still = new Promise<void>((resolve) => (goOn = resolve));
  const ng: typeof stage.ng = {
    ...stage.ng,
    request: (...args) => still.then(() => stage.ng.request(...args)),
  };
  const call = placeRobotCall({ ...stage, ng }, params);
  const placed = await enderOf(stage).endOrphan(params);
  goOn();
  const own = await call.result;
  for (const { end, invitedAt } of [placed, own]) {
    expect(end).toEqual({ result: 'platform', reason: 'not-placed' });
    expect(invitedAt).toBeUndefined();
  }
  await call.told;
  expect((await stage.ng.request('list'))['calls']).toEqual([]);
  await sipp.stop();
});

test('with the SIP server away the recording is finished all the same', async () => {
  const away = connectSipLink({ host: '127.0.0.1', port: 9, secret: 'x', logger: stage.logger });
  const ender = createOrphanEnder({ ...stage, ...stage.folders, sip: away });
  const call = { callId: '00000000-0000-4000-8000-000000000002', edge: { node: 'edge-test', epoch: 1 } };
  expect((await ender.endOrphan(call)).end.reason).toBe('not-placed');
  away.close();
});

function enderOf({ sip, ng, logger, clock, folders }: Stage): ReturnType<typeof createOrphanEnder> {
  return createOrphanEnder({ sip, ng, logger, clock, ...folders });
}
