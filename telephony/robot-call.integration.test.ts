import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrunkDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { deferred } from './deferred.ts';
import { placeRobotCall, type RobotCallParams } from './robot-call.ts';
import { createPhone, encodeUlaw } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { readRecording } from './testing/read-recording.ts';
import {
  pause,
  phoneSdp,
  receive,
  receiveInvite,
  reinvite,
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

test('an answered call plays the prompt, hangs up, and leaves a recording with both sides', async () => {
  const phone = await createPhone({ frequency: 440 });
  const sipp = await startSipp([
    receiveInvite,
    respond('180 Ringing'),
    pause(200),
    respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
    receive('ACK'),
    receive('BYE'),
    respond('200 OK'),
  ]);
  const params = stage.params(sipp.port, await stage.prompt(1_000, 2_000));
  const placed = await placeRobotCall(stage, params).result;
  expect(await sipp.done).toBe(0);
  await phone.close();
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-us', sipStatus: 200 });
  expect(placed.robot).toEqual({ promptMs: 2_000, heardMs: 2_000, heardInFull: true });
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  expect(Math.abs(placed.recording.durationMs - placed.talkMs)).toBeLessThanOrEqual(500);
  const sound = await readRecording(join(stage.folders.recordingsDir, placed.recording.path));
  expect(amplitudeOf(sound.left.subarray(4_000, 12_000), 440)).toBeGreaterThan(6_000);
  expect(amplitudeOf(sound.left.subarray(4_000, 12_000), 1_000)).toBeLessThan(500);
  expect(amplitudeOf(sound.right.subarray(4_000, 12_000), 1_000)).toBeGreaterThan(6_000);
  expect(amplitudeOf(sound.right.subarray(4_000, 12_000), 440)).toBeLessThan(500);
  expect((await stat(join(stage.folders.recordingsDir, placed.recording.path))).size).toBe(
    placed.recording.bytes,
  );
});

test('a customer who takes only PCMU hears the prompt in PCMU', async () => {
  const phone = await createPhone({ frequency: 440, payloadType: 0, encode: encodeUlaw });
  const pcmuOnly = phoneSdp(phone.port, '0 101', 'a=rtpmap:0 PCMU/8000');
  const { placed, code } = await callSipp([
    receive('INVITE'),
    respond('200 OK', { sdp: pcmuOnly, retrans: true }),
    receive('ACK'),
    receive('BYE'),
    respond('200 OK'),
  ]);
  await phone.close();
  expect(code).toBe(0);
  expect(new Set(phone.heard())).toEqual(new Set([0]));
  const sound = await soundOf(placed);
  expect(amplitudeOf(sound.left.subarray(2_000, 6_000), 440)).toBeGreaterThan(6_000);
});

test('a key pressed during the prompt cuts it short and decides the status; the goodbye is played', async () => {
  const phone = await createPhone({ frequency: 440 });
  const pressed = until('the prompt', () => phone.heard().length > 20).then(() => phone.press(2));
  const prompt = await stage.prompt(1_000, 10_000);
  const goodbye = await stage.prompt(600, 500);
  const menu = { keys: { '1': 'interested', '2': 'not-interested' }, waitSeconds: 5 };
  const { placed, code } = await callSipp(answered(phone.port), { script: { prompt, goodbye, menu } });
  await pressed;
  await phone.close();
  expect(code).toBe(0);
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-us', sipStatus: 200 });
  expect(placed.robot).toMatchObject({ key: '2', keyStatus: 'not-interested', heardInFull: false });
  expect(placed.robot?.heardMs).toBeLessThan(3_000);
  expect(placed.timeline.map(({ kind, detail }) => `${kind} ${detail ?? ''}`.trim())).toEqual([
    'invite',
    'answered',
    'prompt-started prompt',
    'key 2',
    'prompt-ended prompt',
    'prompt-started goodbye',
    'prompt-ended goodbye',
    'bye-sent',
    'recording ready',
  ]);
});

test('a key that the menu does not know is waited past, and after the prompt a key still counts', async () => {
  const phone = await createPhone({ frequency: 440 });
  const pressed = until('the prompt', () => phone.heard().length > 10)
    .then(() => phone.press(5))
    .then(() => until('silence after the prompt', () => phone.quietMs() > 300))
    .then(() => phone.press(1));
  const prompt = await stage.prompt(1_000, 500);
  const menu = { keys: { '1': 'interested' }, waitSeconds: 5 };
  const { placed } = await callSipp(answered(phone.port), { script: { prompt, menu } });
  await pressed;
  await phone.close();
  expect(placed.robot).toMatchObject({ key: '1', keyStatus: 'interested', heardInFull: true });
});

const refusals: [string, string, string][] = [
  ['486 Busy Here', 'customer', 'busy'],
  ['404 Not Found', 'customer', 'nonexistent'],
  ['503 Service Unavailable', 'carrier', 'unavailable'],
  ['603 Decline', 'customer', 'declined'],
];
test.each(refusals)('%s ends the call as %s / %s, without a recording', async (line, result, reason) => {
  const { placed, code } = await callSipp([receive('INVITE'), respond(line), receive('ACK')]);
  expect(code).toBe(0);
  expect(placed.end).toEqual({ result, reason, sipStatus: Number(line.slice(0, 3)) });
  expect(placed.recording).toEqual({ state: 'none', reason: 'not-answered' });
  expect(placed.invitedAt).toBeDefined();
  expect(placed.talkMs).toBe(0);
  expect(await leftInSpool(stage)).toEqual([]);
});

test('Q.850 cause 17 in Reason makes a 480 busy', async () => {
  const line = respond('480 Temporarily Unavailable', { headers: 'Reason: Q.850;cause=17;text="User busy"' });
  const { placed } = await callSipp([receive('INVITE'), line, receive('ACK')]);
  expect(placed.end).toEqual({ result: 'customer', reason: 'busy', sipStatus: 480 });
});

test('a customer who does not answer is cancelled after the ring time-out', async () => {
  const { placed, code } = await callSipp(
    [
      receive('INVITE'),
      respond('180 Ringing'),
      receive('CANCEL'),
      respond('200 OK'),
      respondToInvite('487 Request Terminated'),
      receive('ACK'),
    ],
    { ringTimeoutMs: 600 },
  );
  expect(code).toBe(0);
  expect(placed.end).toEqual({ result: 'customer', reason: 'no-answer', sipStatus: 487 });
  expect(placed.ringingAt).toBeDefined();
  expect(placed.timeline.map(({ kind }) => kind)).toContain('cancel-sent');
});

test('an answer that crosses the CANCEL gets ACK and BYE, and counts as no answer', async () => {
  const phone = await createPhone({ frequency: 440 });
  const { placed, code } = await callSipp(
    [
      receive('INVITE'),
      respond('180 Ringing'),
      receive('CANCEL'),
      respondToInvite('200 OK', phoneSdp(phone.port)),
      receive('ACK'),
      receive('BYE'),
      respond('200 OK'),
    ],
    { ringTimeoutMs: 500 },
  );
  await phone.close();
  expect(code).toBe(0);
  expect(placed.end).toMatchObject({ result: 'customer', reason: 'no-answer' });
  expect(placed.answeredAt).toBeUndefined();
  expect(placed.timeline).toContainEqual(
    expect.objectContaining({ kind: 'bye-sent', detail: 'answer-crossed-cancel' }),
  );
});

test('183 with early media, then an answer: the recording starts at the answer', async () => {
  const phone = await createPhone({ frequency: 440 });
  const sdp = phoneSdp(phone.port);
  const { placed, code } = await callSipp([
    receive('INVITE'),
    respond('183 Session Progress', { sdp }),
    pause(700),
    respond('200 OK', { sdp, retrans: true }),
    receive('ACK'),
    receive('BYE'),
    respond('200 OK'),
  ]);
  await phone.close();
  expect(code).toBe(0);
  expect(placed.timeline.map(({ kind }) => kind)).toContain('early-media');
  expect(Date.parse(placed.answeredAt ?? '') - Date.parse(placed.ringingAt ?? '')).toBeGreaterThan(600);
  if (placed.recording.state !== 'ready') throw new Error('no recording');
  expect(Math.abs(placed.recording.durationMs - placed.talkMs)).toBeLessThanOrEqual(500);
});

test('a customer who hangs up during the prompt ends the call as theirs, with what was heard', async () => {
  const phone = await createPhone({ frequency: 440 });
  const prompt = await stage.prompt(1_000, 8_000);
  const { placed, code } = await callSipp(
    [
      receiveInvite,
      respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
      receive('ACK', 'rrs="true"'),
      pause(1_000),
      sendBye(),
    ],
    { script: { prompt } },
  );
  await phone.close();
  expect(code).toBe(0);
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-customer', sipStatus: 200 });
  expect(placed.robot?.heardInFull).toBe(false);
  expect(placed.robot?.heardMs).toBeGreaterThan(500);
  expect(placed.robot?.heardMs).toBeLessThan(2_500);
});

test('BYE at once after the answer still makes a call with a recording of its length', async () => {
  const phone = await createPhone();
  const { placed, code } = await callSipp([
    receiveInvite,
    respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
    receive('ACK', 'rrs="true"'),
    sendBye(),
  ]);
  await phone.close();
  expect(code).toBe(0);
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-customer', sipStatus: 200 });
  expect(placed.recording.state).toBe('ready');
});

test('a customer who never sends a packet is recorded as silence beside the prompt', async () => {
  const phone = await createPhone();
  const { placed } = await callSipp(answered(phone.port));
  await phone.close();
  const sound = await soundOf(placed);
  expect(Math.max(...sound.left.map(Math.abs))).toBeLessThan(10);
  expect(amplitudeOf(sound.right.subarray(2_000, 6_000), 1_000)).toBeGreaterThan(6_000);
});

test('an answer without audio is media-not-acceptable', async () => {
  const { placed } = await callSipp([
    receive('INVITE'),
    respond('200 OK', { sdp: phoneSdp(0), retrans: true }),
    receive('ACK'),
    receive('BYE'),
    respond('200 OK'),
  ]);
  expect(placed.end).toEqual({ result: 'carrier', reason: 'media-not-acceptable', sipStatus: 200 });
});

test('release hangs up a talking call, and cancels a ringing one', async () => {
  const phone = await createPhone({ frequency: 440 });
  const prompt = await stage.prompt(1_000, 20_000);
  const sipp = await startSipp(answered(phone.port));
  const talking = placeRobotCall(stage, stage.params(sipp.port, prompt));
  await until('the prompt', () => phone.heard().length > 5);
  talking.release();
  expect((await talking.result).end).toEqual({ result: 'platform', reason: 'released', sipStatus: 200 });
  expect(await sipp.done).toBe(0);
  await phone.close();

  const rings = await startSipp([
    receive('INVITE'),
    respond('180 Ringing'),
    receive('CANCEL'),
    respond('200 OK'),
    respondToInvite('487 Request Terminated'),
    receive('ACK'),
  ]);
  const rang = deferred<void>();
  const ringing = placeRobotCall(stage, {
    ...stage.params(rings.port, prompt),
    onStage: (name) => name === 'ringing' && rang.resolve(),
  });
  await rang.promise;
  ringing.release();
  expect((await ringing.result).end).toEqual({ result: 'platform', reason: 'released', sipStatus: 487 });
  expect(await rings.done).toBe(0);
});

test('the talk limit ends the call', async () => {
  const phone = await createPhone({ frequency: 440 });
  const prompt = await stage.prompt(1_000, 20_000);
  const { placed } = await callSipp(answered(phone.port), { script: { prompt }, maxTalkMs: 700 });
  await phone.close();
  expect(placed.end).toEqual({ result: 'success', reason: 'talk-limit', sipStatus: 200 });
});

test('a number outside the permitted prefixes never leaves, and no media is opened', async () => {
  const sipp = await startSipp([receive('INVITE')]);
  const params = { ...stage.params(sipp.port, await stage.prompt(1_000, 500)), number: '+49301234567' };
  const placed = await placeRobotCall(stage, params).result;
  await sipp.stop();
  expect(placed.end).toEqual({ result: 'platform', reason: 'refused-by-gate' });
  expect(placed.invitedAt).toBeUndefined();
});

test('a call that was begun once is not begun again', async () => {
  const params = { ...stage.params(9, await stage.prompt(1_000, 500)), number: '+112' };
  await placeRobotCall(stage, params).result;
  expect(() => placeRobotCall(stage, params)).toThrow(/EEXIST/);
});

test('a challenge of the trunk is answered with its credentials, in the same call', async () => {
  const { placed, code } = await callSipp(
    [
      receive('INVITE'),
      respond('401 Unauthorized', {
        headers: 'WWW-Authenticate: Digest realm="trunk.test", nonce="abc", algorithm=MD5',
      }),
      receive('ACK'),
      `<recv request="INVITE" crlf="true"><action>
<verifyauth assign_to="good" username="apel" password="hush"/></action></recv>
<Reference variables="good"/>`,
      respond('486 Busy Here'),
      receive('ACK'),
    ],
    {},
    { credentials: { username: 'apel', password: 'hush', realm: 'trunk.test' } },
  );
  expect(code).toBe(0);
  expect(placed.end).toEqual({ result: 'customer', reason: 'busy', sipStatus: 486 });
});

/** Steps of a callee who answers, and whom we hang up on. */
function answered(port: number): string[] {
  return [
    receive('INVITE'),
    respond('200 OK', { sdp: phoneSdp(port), retrans: true }),
    receive('ACK'),
    receive('BYE'),
    respond('200 OK'),
  ];
}

async function callSipp(
  steps: string[],
  more: Partial<RobotCallParams> = {},
  trunk: Partial<TrunkDef> = {},
): Promise<{ placed: PlacedCall; code: number }> {
  const sipp = await startSipp(steps);
  const params = stage.params(sipp.port, await stage.prompt(1_000, 1_000), more);
  const placed = await placeRobotCall(stage, { ...params, trunk: { ...params.trunk, ...trunk } }).result;
  return { placed, code: await sipp.done };
}

async function soundOf(placed: PlacedCall): Promise<{ left: Int16Array; right: Int16Array }> {
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  return readRecording(join(stage.folders.recordingsDir, placed.recording.path));
}

async function leftInSpool({ folders }: Stage): Promise<string[]> {
  const names = await Promise.all(
    ['pcaps', 'metadata'].map((folder) => readdir(join(folders.spoolDir, folder))),
  );
  return names.flat();
}

test('a re-INVITE of the customer moves the media and is answered with the same port, next version', async () => {
  const phone = await createPhone({ frequency: 440 });
  const second = await createPhone({ frequency: 500 });
  const prompt = await stage.prompt(1_000, 3_000);
  // Who has moved speaks no more at the old place.
  const moved = until('sound at the new place', () => second.heard().length > 0).then(() => phone.close());
  moved.catch(() => undefined);
  const { placed, code } = await callSipp(
    [
      receiveInvite,
      respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
      receive('ACK', 'rrs="true"'),
      pause(800),
      ...reinvite(phoneSdp(second.port)),
      receive('BYE'),
      respond('200 OK'),
    ],
    { script: { prompt } },
  );
  expect(code).toBe(0);
  await moved;
  expect(second.heard().length).toBeGreaterThan(10);
  await second.close();
  // Where in the call, and how loud in all of a second, is the machine's load.
  const { left } = await soundOf(placed);
  const quarters = Array.from({ length: Math.floor(left.length / 2_000) }, (_, n) =>
    left.subarray(2_000 * n, 2_000 * (n + 1)),
  );
  const first = quarters.findIndex((sound) => amplitudeOf(sound, 440) > 4_000);
  expect(first).toBeGreaterThanOrEqual(0);
  expect(quarters.findLastIndex((sound) => amplitudeOf(sound, 500) > 4_000)).toBeGreaterThan(first);
});
