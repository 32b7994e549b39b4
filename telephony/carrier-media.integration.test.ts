import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeRobotCall } from './robot-call.ts';
import type { Prompt } from './play-prompt.ts';
import { startRawCarrier } from './testing/raw-carrier.ts';
import { readRecording } from './testing/read-recording.ts';
import { startRtpTalker, type RtpFault } from './testing/rtp-talker.ts';
import { phoneSdp } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';
import { amplitudeOf } from './testing/tones.ts';

const PERSON_HZ = 440;

let stage: Stage;
let prompt: Prompt;
beforeAll(async () => {
  stage = await setStage();
  prompt = await stage.prompt(1_000, 2_000);
});
afterAll(() => stage.close());

/** The same every time, and no pattern that a frame could fall in with. */
const chance = (index: number, salt: number): number => ((index + 1) * 7_919 + salt * 104_729) % 100;

/** Least amplitude of the person's tone in the recording; their voice has 8,000. */
const CASES: { name: string; fault: RtpFault; heard: [from: number, to: number] }[] = [
  { name: 'as it should be', fault: (packet) => [packet], heard: [7_000, 9_000] },
  {
    name: 'out of another port than the SDP says',
    fault: (packet) => [{ ...packet, foreign: true }],
    heard: [7_000, 9_000],
  },
  {
    name: 'with 20 % of the packets lost',
    fault: (packet) => (chance(packet.index, 1) < 20 ? [] : [packet]),
    heard: [5_500, 7_500],
  },
  { name: 'every packet twice', fault: (packet) => [packet, packet], heard: [7_000, 9_000] },
  {
    name: 'pairs of packets swapped',
    fault: (packet) => [{ ...packet, delayMs: packet.index % 2 === 0 ? 30 : 0 }],
    heard: [7_000, 9_000],
  },
  {
    name: 'with a jitter of 200 ms',
    fault: (packet) => [{ ...packet, delayMs: chance(packet.index, 2) * 2 }],
    heard: [7_000, 9_000],
  },
  {
    name: 'another source in the middle, with a clock of its own',
    fault: (packet) => [
      packet.index < 40
        ? packet
        : { ...packet, ssrc: 7, sequence: packet.index + 30_000, timestamp: packet.timestamp + 0xfff_ff00 },
    ],
    heard: [7_000, 9_000],
  },
  {
    name: 'sequence and timestamp that wrap',
    fault: (packet) => [
      { ...packet, sequence: packet.index + 65_500, timestamp: packet.timestamp + 0xffff_f000 },
    ],
    heard: [7_000, 9_000],
  },
  {
    name: 'of a payload type that was not agreed',
    fault: (packet) => [{ ...packet, payloadType: 18 }],
    heard: [0, 50],
  },
  { name: 'nothing but RTCP', fault: (packet) => [{ ...packet, rtcp: true }], heard: [0, 50] },
  { name: 'never', fault: () => [], heard: [0, 50] },
];

/**
 * Of the tenths of a second, the one in the middle: a source that begins anew shifts the phase of one, and a machine that was
 * busy for a moment leaves a gap in another.
 */
function typicalAmplitude(sound: Int16Array): number {
  const parts = Array.from({ length: sound.length / 800 }, (_, part) =>
    amplitudeOf(sound.subarray(part * 800, part * 800 + 800), PERSON_HZ),
  );
  return parts.toSorted((a, b) => a - b)[Math.floor(parts.length / 2)] ?? 0;
}

describe('how the customer sounds', () => {
  test.concurrent.each(CASES)('$name', async ({ fault, heard: [from, to] }) => {
    const talker = await startRtpTalker(PERSON_HZ, fault);
    const carrier = await startRawCarrier(async (leg) => {
      leg.answer(200, { sdp: phoneSdp(talker.port) });
      leg.reply(await leg.take('BYE'), 200);
    });
    try {
      const placed = await placeRobotCall(stage, stage.params(carrier.port, prompt)).result;
      await carrier.done();
      expect(placed.end).toMatchObject({ result: 'success', reason: 'hang-up-by-us' });
      expect(placed.robot?.heardInFull).toBe(true);
      if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
      expect(Math.abs(placed.recording.durationMs - placed.talkMs)).toBeLessThanOrEqual(500);
      const { left, right } = await readRecording(join(stage.folders.recordingsDir, placed.recording.path));
      const amplitude = typicalAmplitude(left.subarray(3_200, 12_800));
      expect(amplitude).toBeGreaterThanOrEqual(from);
      expect(amplitude).toBeLessThanOrEqual(to);
      expect(amplitudeOf(right.subarray(3_200, 12_800), 1_000)).toBeGreaterThan(6_000);
    } finally {
      await carrier.close();
      talker.close();
    }
  });
});
