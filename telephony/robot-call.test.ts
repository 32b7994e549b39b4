import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeRobotCall } from './robot-call.ts';
import { createPhone } from './testing/phone.ts';
import { readRecording } from './testing/read-recording.ts';
import { phoneSdp, receive, receiveInvite, respond, startSipp, pause } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';
import { amplitudeOf } from './testing/tones.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
}, 30_000);
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
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-us' });
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
