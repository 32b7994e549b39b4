import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMediaSession } from './media-session.ts';
import { placeRobotCall } from './robot-call.ts';
import { createPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { readRecording } from './testing/read-recording.ts';
import { phoneSdp, receive, respond, respondToInvite, startSipp } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';
import { amplitudeOf } from './testing/tones.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const answeredAndEnded = (port: number): string[] => [
  receive('INVITE'),
  respond('200 OK', { sdp: phoneSdp(port), retrans: true }),
  receive('ACK'),
  receive('BYE'),
  respond('200 OK'),
];

test('rtpengine killed and restarted during a call: media-lost, BYE, and the recording so far', async () => {
  const phone = await createPhone({ frequency: 440 });
  const sipp = await startSipp(answeredAndEnded(phone.port));
  const call = placeRobotCall(stage, stage.params(sipp.port, await stage.prompt(1_000, 20_000)));
  await until('a second of sound', () => phone.heard().length > 60);
  await stage.rtpengine.kill();
  await stage.rtpengine.restart();
  const placed = await call.result;
  await phone.close();
  expect(await sipp.done).toBe(0);
  expect(placed.end).toEqual({ result: 'platform', reason: 'media-lost', sipStatus: 200 });
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  expect(placed.recording.durationMs).toBe(placed.talkMs);
  const { left } = await readRecording(join(stage.folders.recordingsDir, placed.recording.path));
  expect(amplitudeOf(left.subarray(1_600, 4_800), 440)).toBeGreaterThan(5_000);
});

test('rtpengine killed as the customer answers, and restarted unnoticed: the recording has no voice, but its length', async () => {
  const phone = await createPhone({ frequency: 440 });
  const sipp = await startSipp(answeredAndEnded(phone.port));
  let restarted: Promise<void> | undefined;
  const call = placeRobotCall(stage, {
    ...stage.params(sipp.port, await stage.prompt(1_000, 20_000)),
    onStage: (name) => {
      // The customer's first block of 4 KiB would be full after twenty packets, 0.4 s.
      if (name !== 'talking') return;
      restarted = stage.rtpengine.kill().then(() => stage.rtpengine.restart());
      void restarted.then(() => call.release());
    },
  });
  const placed = await call.result;
  await restarted;
  await phone.close();
  expect(await sipp.done).toBe(0);
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  expect(placed.recording.durationMs).toBe(placed.talkMs);
});

test('the end of a media session tells whether its capture is complete', async () => {
  const [kept, forgotten] = [createMediaSession(stage.ng, 'kept'), createMediaSession(stage.ng, 'forgotten')];
  await kept.begin({ record: true });
  expect(await kept.delete()).toBe(true);
  await forgotten.begin({ record: true });
  await stage.rtpengine.kill();
  await stage.rtpengine.restart();
  expect(await forgotten.delete()).toBe(false);
});

test('with rtpengine dead no INVITE leaves, and the call is not-placed', async () => {
  const sipp = await startSipp([receive('INVITE')]);
  await stage.rtpengine.kill();
  const params = stage.params(sipp.port, await stage.prompt(1_000, 500));
  const placed = await placeRobotCall(stage, params).result;
  await stage.rtpengine.restart();
  await sipp.stop();
  expect(placed.end).toEqual({ result: 'platform', reason: 'not-placed' });
  expect(placed.invitedAt).toBeUndefined();
});

test('the SIP server lost during a call: sip-server-lost, with the recording; the next call is placed', async () => {
  const phone = await createPhone({ frequency: 440 });
  const lost = await startSipp(answeredAndEnded(phone.port));
  const call = placeRobotCall(stage, stage.params(lost.port, await stage.prompt(1_000, 20_000)));
  await until('sound', () => phone.heard().length > 40);
  await stage.stopSipServer();
  const placed = await call.result;
  expect(placed.end).toEqual({ result: 'platform', reason: 'sip-server-lost', sipStatus: 200 });
  expect(placed.recording.state).toBe('ready');
  const unplaced = stage.params(lost.port, await stage.prompt(1_000, 500));
  expect((await placeRobotCall(stage, unplaced).result).end.reason).toBe('not-placed');
  await lost.stop();

  await stage.startSipServer();
  await stage.sip.ready(AbortSignal.timeout(10_000));
  const next = await startSipp(answeredAndEnded(phone.port));
  const after = await placeRobotCall(stage, stage.params(next.port, await stage.prompt(1_000, 500))).result;
  await phone.close();
  expect(await next.done).toBe(0);
  expect(after.end.reason).toBe('hang-up-by-us');
});

test('an INVITE whose SIP server goes while it rings is cancelled, and not sent again', async () => {
  const sipp = await startSipp([
    receive('INVITE'),
    respond('180 Ringing'),
    receive('CANCEL'),
    respond('200 OK'),
    respondToInvite('487 Request Terminated'),
  ]);
  const call = placeRobotCall(stage, {
    ...stage.params(sipp.port, await stage.prompt(1_000, 500)),
    onStage: (name) => {
      if (name === 'ringing') void stage.stopSipServer();
    },
  });
  const placed = await call.result;
  expect(await sipp.done).toBe(0);
  expect(placed.end).toEqual({ result: 'platform', reason: 'sip-server-lost' });
  expect(placed.timeline.filter(({ kind }) => kind === 'invite')).toHaveLength(1);
  await stage.startSipServer();
  await stage.sip.ready(AbortSignal.timeout(10_000));
  expect(stage.sipServer().stats()).toMatchObject({ dialogs: 0, outbound: 0 });
});

/** These take longer than all others together. */
const full = test.runIf(process.env['APEL_TEST_FULL'] === '1');

full(
  'rtpengine stalled for five seconds: a talking call goes on, one that is answered then is heard in full',
  async () => {
    const [phone, late] = [await createPhone({ frequency: 440 }), await createPhone({ frequency: 440 })];
    const talking = await startSipp(answeredAndEnded(phone.port));
    const answering = await startSipp([
      receive('INVITE'),
      respond('180 Ringing'),
      '<pause milliseconds="1500"/>',
      ...answeredAndEnded(late.port).slice(1),
    ]);
    const long = placeRobotCall(stage, stage.params(talking.port, await stage.prompt(1_000, 9_000)));
    await until('sound', () => phone.heard().length > 40);
    let rings = false;
    const short = placeRobotCall(stage, {
      ...stage.params(answering.port, await stage.prompt(1_000, 700)),
      onStage: (name) => {
        rings ||= name === 'ringing';
      },
    });
    await until('ringing', () => rings);
    await stage.rtpengine.stall();
    await pause(5_000);
    stage.rtpengine.goOn();
    for (const { result } of [long, short]) {
      const placed = await result;
      expect(placed.end).toMatchObject({ result: 'success', reason: 'hang-up-by-us' });
      expect(placed.robot?.heardInFull).toBe(true);
      if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
      expect(Math.abs(placed.recording.durationMs - placed.talkMs)).toBeLessThanOrEqual(500);
    }
    // Whoever answered into the stall heard the whole prompt after it.
    expect(late.heard().length).toBeGreaterThan(30);
    expect(await Promise.all([talking.done, answering.done])).toEqual([0, 0]);
    await Promise.all([phone.close(), late.close()]);
  },
);

test('rtpengine stalled as a call begins: not-placed, no INVITE, and nothing is left when it goes on', async () => {
  const sipp = await startSipp([receive('INVITE')]);
  await stage.rtpengine.stall();
  const params = stage.params(sipp.port, await stage.prompt(1_000, 500));
  const placed = await placeRobotCall(stage, params).result;
  stage.rtpengine.goOn();
  expect(placed.end).toEqual({ result: 'platform', reason: 'not-placed' });
  expect(placed.invitedAt).toBeUndefined();
  await sipp.stop();
  await nothingLeft();
});

full('rtpengine stalled as a call ends: the call is over, and nothing is left when it goes on', async () => {
  const phone = await createPhone({ frequency: 440 });
  const sipp = await startSipp(answeredAndEnded(phone.port));
  const call = placeRobotCall(stage, {
    ...stage.params(sipp.port, await stage.prompt(1_000, 20_000)),
    onStage: (name) => {
      if (name === 'ending') void stage.rtpengine.stall();
    },
  });
  await until('sound', () => phone.heard().length > 40);
  call.release();
  const placed = await call.result;
  stage.rtpengine.goOn();
  await phone.close();
  expect(placed.end.reason).toBe('released');
  expect(placed.recording.state).toBe('ready');
  expect(await sipp.done).toBe(0);
  await nothingLeft();
});

/** The media server has carried out all that was waiting in its socket. */
async function nothingLeft(): Promise<void> {
  const calls = async (): Promise<unknown[]> => (await stage.ng.request('list'))['calls'] as unknown[];
  await until('no media session', async () => (await calls()).length === 0);
  await pause(300);
  expect(await calls()).toEqual([]);
}
