/**
 * Somebody who is no party of a call sends RTP to its ports, with the real rtpengine.
 * @module
 */
import { createSocket, type Socket } from 'node:dgram';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJournal } from './journal.ts';
import { placeRobotCall } from './robot-call.ts';
import { encodeAlaw } from './recording/g711.ts';
import { createPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { readRecording } from './testing/read-recording.ts';
import { phoneSdp, receive, respond, startSipp } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';
import { amplitudeOf, tone } from './testing/tones.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

/** rtpengine learns a party's address for 3 s, by a clock of whole seconds, and then holds on to it. */
const LEARNED_MS = 5_000;

test('a stranger is not heard by the customer, hears nothing, presses no key and is not in the recording', async () => {
  const phone = await createPhone({ frequency: 440 });
  const strangers = [await createStranger('127.0.0.9', 900), await createStranger('127.0.0.10', 700)];
  const sipp = await startSipp([
    receive('INVITE'),
    respond('200 OK', { sdp: phoneSdp(phone.port), retrans: true }),
    receive('ACK'),
    receive('BYE'),
    respond('200 OK'),
  ]);
  const prompt = await stage.prompt(1_000, 8_500);
  const menu = { keys: { '1': 'interested' }, waitSeconds: 0 };
  const params = stage.params(sipp.port, prompt, { script: { prompt, menu } });
  const call = placeRobotCall(stage, params);
  const media = await until('the media ports', async () =>
    (await readJournal(stage.folders.spoolDir, params.callId))?.find((entry) => entry.kind === 'media'),
  );
  if (media.kind !== 'media') throw new Error('no media');
  // The empty slot is attacked from the first moment on, the customer's once rtpengine knows the customer.
  strangers[1]?.sendTo(media.ports.agent);
  const firstHeard = await until('the prompt', () => phone.heard().length > 5 && performance.now());
  await until('the customer is known', () => performance.now() - firstHeard > LEARNED_MS);
  strangers[0]?.sendTo(media.ports.cust);
  strangers[0]?.press(1, media.ports.cust);
  const placed = await call.result;
  for (const stranger of strangers) stranger.close();
  await phone.close();

  expect(await sipp.done).toBe(0);
  for (const stranger of strangers) {
    expect(stranger.sent()).toBeGreaterThan(50);
    expect(stranger.heard()).toBe(0);
  }
  expect(phone.ssrcs().has(STRANGER_SSRC)).toBe(false);
  expect(phone.ssrcs().size).toBe(1);
  expect(placed.robot).toMatchObject({ heardInFull: true });
  expect(placed.robot?.key).toBeUndefined();
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  const sound = await readRecording(join(stage.folders.recordingsDir, placed.recording.path));
  expect(amplitudeOf(sound.left, 440)).toBeGreaterThan(6_000);
  for (const side of [sound.left, sound.right]) {
    for (const frequency of [900, 700]) expect(amplitudeOf(side, frequency)).toBeLessThan(50);
  }
});

const STRANGER_SSRC = 0x5757_5757;

async function createStranger(host: string, frequency: number) {
  const socket: Socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const wave = Buffer.from(Array.from(tone(frequency, 8_000), encodeAlaw));
  let heard = 0;
  let sequence = 0;
  let clock: NodeJS.Timeout | undefined;
  socket.on('message', () => heard++);
  const packet = (type: number, payload: Uint8Array): Buffer => {
    const header = Buffer.alloc(12);
    header.set([0x80, type]);
    header.writeUInt16BE(++sequence & 0xffff, 2);
    header.writeUInt32BE(sequence * 160, 4);
    header.writeUInt32BE(STRANGER_SSRC, 8);
    return Buffer.concat([header, payload]);
  };
  return {
    sendTo: (port: number) => {
      clock = setInterval(() => {
        const at = (sequence * 160) % 8_000;
        socket.send(packet(8, wave.subarray(at, at + 160)), port, '127.0.0.1');
      }, 20);
    },
    /** One RFC 4733 event. */
    press: (key: number, port: number) => {
      for (const flags of [10, 10, 0x80 | 10, 0x80 | 10, 0x80 | 10])
        socket.send(packet(101, Uint8Array.of(key, flags, 6, 64)), port, '127.0.0.1');
    },
    sent: () => sequence,
    heard: () => heard,
    close: () => {
      clearInterval(clock);
      socket.close();
    },
  };
}
