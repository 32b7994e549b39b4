import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import type { JournalEntry, JournalFact } from '../journal.ts';
import { pcap, rtpStream, type PcapPacket } from '../testing/pcap.ts';
import { readRecording } from '../testing/read-recording.ts';
import { amplitudeOf, promptWav, tone } from '../testing/tones.ts';
import type { RecordingFolders } from './captures.ts';
import { finishRecording, type FinishRecordingOptions } from './finish-recording.ts';
import { decodeOpus } from './opus-decoder.ts';

const ANSWER = Date.UTC(2026, 10, 23, 8, 0, 0);
const CUST = 30_000;
const AGENT = 30_002;
const CUSTOMER = { address: '192.0.2.1', port: 40_000 };
const STRANGER = { address: '203.0.113.9', port: 40_000 };
const PROMPT = 'b'.repeat(64);
const logger = createLogger({ service: 'test', level: 'silent' });

let home: string;
let folders: RecordingFolders;
let callId: string;
let n = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'apel-recording-'));
  folders = {
    spoolDir: join(home, 'spool'),
    recordingsDir: join(home, 'recordings'),
    promptsDir: join(home, 'prompts'),
  };
  for (const name of ['spool/pcaps', 'spool/metadata', 'prompts'])
    await mkdir(join(home, name), { recursive: true });
  await writeFile(join(folders.promptsDir, `${PROMPT}.wav`), promptWav(tone(1_000, 16_000)));
});
afterAll(() => rm(home, { recursive: true }));
beforeEach(() => {
  callId = `call-${++n}`;
});

test('both sides are where they were spoken, and nothing of before the answer is kept', async () => {
  await capture([
    ...rtpStream({ port: CUST, startMs: ANSWER - 1_000, samples: tone(700, 8_000), ssrc: 7 }),
    ...rtpStream({ port: CUST, startMs: ANSWER + 1_000, samples: tone(440, 16_000) }),
    ...rtpStream({ port: AGENT, startMs: ANSWER + 3_000, samples: tone(600, 8_000) }),
    ...rtpStream({ port: 9, startMs: ANSWER, samples: tone(900, 8_000) }),
  ]);
  const { left, right } = await soundOf(await finish(5_000, [promptAt(0, 2_000)]));
  expect(left).toHaveLength(40_000);
  expect(amplitudeOf(left.subarray(0, 8_000), 700)).toBeLessThan(50);
  expect(amplitudeOf(left.subarray(0, 8_000), 440)).toBeLessThan(50);
  expect(amplitudeOf(left.subarray(8_400, 23_600), 440)).toBeGreaterThan(7_000);
  expect(amplitudeOf(left.subarray(24_400, 40_000), 440)).toBeLessThan(50);
  expect(amplitudeOf(right.subarray(400, 15_600), 1_000)).toBeGreaterThan(7_000);
  expect(amplitudeOf(right.subarray(16_400, 23_600), 1_000)).toBeLessThan(50);
  expect(amplitudeOf(right.subarray(24_400, 31_600), 600)).toBeGreaterThan(7_000);
  for (const side of [left, right]) expect(amplitudeOf(side, 900)).toBeLessThan(50);
});

test('a desk that speaks Opus is decoded, beside a customer in G.711; what it says on hold is not kept', async () => {
  const OPUS = 96;
  const entries: JournalEntry[] = [
    ...entriesOf([]),
    { at: iso(0), kind: 'peer', slot: 'agent', opus: OPUS },
    { at: iso(2_000), kind: 'held' },
    { at: iso(3_000), kind: 'resumed' },
  ];
  const said = [...opusStream(tone(600, 24_000), 0, OPUS), ...opusStream(tone(770, 8_000), 3_500, OPUS, 5)];
  await capture(
    [
      ...said,
      ...rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 40_000), from: CUSTOMER }),
      // Opus from a customer was never agreed.
      ...opusStream(tone(900, 8_000), 0, OPUS).map((packet) => ({ ...packet, port: CUST, from: CUSTOMER })),
    ].toSorted((a, b) => a.atMs - b.atMs),
  );
  const { left, right } = await soundOf(await finish(5_000, [], { entries }));
  expect(amplitudeOf(right.subarray(800, 15_200), 600)).toBeGreaterThan(6_000);
  expect(amplitudeOf(right.subarray(16_800, 23_200), 600)).toBeLessThan(50);
  expect(amplitudeOf(right.subarray(28_800, 35_200), 770)).toBeGreaterThan(6_000);
  expect(amplitudeOf(right.subarray(24_800, 27_200), 770)).toBeLessThan(50);
  expect(amplitudeOf(left.subarray(800, 39_200), 440)).toBeGreaterThan(6_000);
  expect(amplitudeOf(left, 900)).toBeLessThan(50);
});

test('without a decoder an Opus recording is refused in words, and leaves nothing behind', async () => {
  const packets = opusStream(tone(600, 1_600), 0, 96).map(({ payload }) => payload.subarray(12));
  const draft = join(folders.recordingsDir, 'sound.pcm');
  await mkdir(folders.recordingsDir, { recursive: true });
  async function* all() {
    yield* packets;
  }
  const decoding = decodeOpus({ draft, packets: all(), ffmpeg: '/nonexistent/ffmpeg' });
  await expect(decoding).rejects.toThrow('ffmpeg could not decode the Opus of a call');
  expect(await readdir(folders.recordingsDir)).not.toContain('sound.pcm');
});

/** From ffmpeg's encoder, a packet each 20 ms. */
function opusStream(samples: Int16Array, fromMs: number, type: number, ssrc = 3): PcapPacket[] {
  const input = ['-f', 's16le', '-ar', '8000', '-ac', '1', '-i', 'pipe:0'];
  const output = ['-c:a', 'libopus', '-b:a', '32k', '-frame_duration', '20', '-f', 'ogg', 'pipe:1'];
  const ogg = execFileSync('ffmpeg', ['-loglevel', 'error', ...input, ...output], {
    input: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
  });
  // Two headers come first.
  return oggPackets(ogg)
    .slice(2)
    .map((packet, index) => {
      const header = Buffer.alloc(12);
      header[0] = 0x80;
      header[1] = type;
      header.writeUInt16BE(index, 2);
      header.writeUInt32BE(index * 960, 4);
      header.writeUInt32BE(ssrc, 8);
      const atMs = ANSWER + fromMs + (index + 1) * 20;
      return { atMs, port: AGENT, payload: Buffer.concat([header, packet]) };
    });
}

/** RFC 3533 §6; no packet here is longer than a page. */
function oggPackets(ogg: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 27 <= ogg.length;) {
    const lacing = [...ogg.subarray(at + 27, at + 27 + (ogg[at + 26] ?? 0))];
    let start = at + 27 + lacing.length;
    let length = 0;
    for (const value of lacing) {
      length += value;
      if (value === 255) continue;
      packets.push(ogg.subarray(start, start + length));
      start += length;
      length = 0;
    }
    at = start;
  }
  return packets;
}

const NATTED = { address: '198.51.100.7', port: 61_000 };
test.each([
  ['the customer sends from where its SDP says', CUSTOMER, 1],
  ['the customer sends from another port of that address', { ...CUSTOMER, port: 50_000 }, 1],
  ['the customer is behind NAT, and the stranger comes later', NATTED, 0.5],
])('a stranger who sends to the ports of a call is not in its recording: %s', async (_what, from, share) => {
  const sound = (frequency: number, part = 1) => tone(frequency, 16_000 * part);
  const flood = rtpStream({
    port: CUST,
    startMs: ANSWER + 900,
    samples: sound(900, share),
    from: STRANGER,
    ssrc: 9,
  });
  await capture(
    [
      ...rtpStream({ port: CUST, startMs: ANSWER, samples: sound(440), from }),
      ...flood,
      // As fast as a flood is: more packets than the customer's, in less time.
      ...flood.flatMap((packet) => Array.from({ length: 4 }, () => packet)),
    ].toSorted((a, b) => a.atMs - b.atMs),
  );
  const { left } = await soundOf(await finish(2_000));
  expect(amplitudeOf(left.subarray(400, 15_600), 440)).toBeGreaterThan(7_000);
  expect(amplitudeOf(left, 900)).toBeLessThan(50);
});

test('what is sent to a slot in which nobody sits is not recorded', async () => {
  await capture(rtpStream({ port: AGENT, startMs: ANSWER, samples: tone(900, 8_000), from: STRANGER }));
  const nobody = await finish(1_000, [], { entries: entriesOf([]).filter((entry) => entry.kind !== 'peer') });
  expect(amplitudeOf((await soundOf(nobody)).right, 900)).toBeLessThan(50);
});

test('a customer who moves is heard from both places', async () => {
  const second = { address: '192.0.2.1', port: 41_000 };
  await capture([
    ...rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 8_000), from: CUSTOMER }),
    ...rtpStream({ port: CUST, startMs: ANSWER + 1_000, samples: tone(600, 8_000), from: second, ssrc: 2 }),
  ]);
  // The packets were faster than the SDP that announces them.
  const moved: JournalEntry = { at: iso(1_500), kind: 'peer', slot: 'cust', ...second };
  const { left } = await soundOf(await finish(2_000, [], { entries: [...entriesOf([]), moved] }));
  expect(amplitudeOf(left.subarray(400, 7_600), 440)).toBeGreaterThan(7_000);
  expect(amplitudeOf(left.subarray(8_400, 15_600), 600)).toBeGreaterThan(7_000);
});

test('a prompt that was cut short is heard only so far', async () => {
  await capture([]);
  const { right } = await soundOf(await finish(2_000, [promptAt(0, 500)]));
  expect(amplitudeOf(right.subarray(0, 4_000), 1_000)).toBeGreaterThan(7_000);
  expect(amplitudeOf(right.subarray(4_100, 16_000), 1_000)).toBeLessThan(50);
});

test('prompt and agent at once are mixed without overflow', async () => {
  await capture(rtpStream({ port: AGENT, startMs: ANSWER, samples: tone(600, 8_000, 30_000) }));
  const { right } = await soundOf(await finish(1_000, [promptAt(0, 1_000)]));
  expect(amplitudeOf(right, 600)).toBeGreaterThan(15_000);
  expect(amplitudeOf(right, 1_000)).toBeGreaterThan(3_000);
});

test('jitter, reordering, a lost packet and a wrap of the timestamp leave the sound in place', async () => {
  const timestamp = 0xffff_ffff - 4_000;
  const packets = rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 16_000), timestamp });
  const shaken = packets
    .filter((_, index) => index !== 20)
    .map((packet, index) => ({ ...packet, atMs: packet.atMs + (index === 0 ? 0 : (index * 37) % 90) }))
    .toSorted((a, b) => a.atMs - b.atMs);
  await capture(shaken);
  const { left } = await soundOf(await finish(2_000));
  expect(amplitudeOf(left, 440)).toBeGreaterThan(7_700);
  expect(amplitudeOf(left.subarray(20 * 160, 21 * 160), 440)).toBeLessThan(50);
});

test('a sender whose clock jumps is placed by its time of arrival', async () => {
  await capture([
    ...rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 8_000), timestamp: 0 }),
    ...rtpStream({ port: CUST, startMs: ANSWER + 1_000, samples: tone(440, 8_000), timestamp: 3_000_000 }),
  ]);
  const { left } = await soundOf(await finish(2_000));
  expect(amplitudeOf(left.subarray(8_100, 15_900), 440)).toBeGreaterThan(7_000);
});

test('IPv6 and VLAN frames count; RTCP, telephone events and junk do not', async () => {
  const speech = rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 8_000) });
  const packets = speech.map((packet, index) => ({
    ...packet,
    ipv6: index < speech.length / 2,
    vlan: index % 3 === 0,
  }));
  // Another address family is another address: the customer moves.
  const moved: JournalEntry = { at: iso(510), kind: 'peer', slot: 'cust', address: '0.0.0.0', port: 5_004 };
  const junk = (first: number, second: number): PcapPacket => ({
    atMs: ANSWER + 500,
    port: CUST,
    payload: Buffer.concat([Buffer.from([first, second]), Buffer.alloc(170, 0x2a)]),
  });
  const short = { atMs: ANSWER + 500, port: CUST, payload: Buffer.from([0x80]) };
  await capture([...packets, junk(0x80, 101), junk(0x80, 200), junk(0, 8), junk(0xaf, 8), short]);
  const { left } = await soundOf(await finish(1_000, [], { entries: [...entriesOf([]), moved] }));
  expect(amplitudeOf(left, 440)).toBeGreaterThan(7_000);
});

test('a call far longer than the window is written through it, with silence between', async () => {
  await capture([
    ...rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 8_000) }),
    ...rtpStream({ port: CUST, startMs: ANSWER + 119_000, samples: tone(440, 8_000), ssrc: 2 }),
  ]);
  const { left } = await soundOf(await finish(120_000));
  expect(left).toHaveLength(960_000);
  expect(amplitudeOf(left.subarray(400, 7_600), 440)).toBeGreaterThan(7_000);
  expect(amplitudeOf(left.subarray(8_000, 950_000), 440)).toBeLessThan(50);
  expect(amplitudeOf(left.subarray(952_400, 959_600), 440)).toBeGreaterThan(7_000);
});

test('a capture of several chunks is read to its end, also the second time', async () => {
  const samples = tone(440, 30 * 8_000);
  const packets = rtpStream({ port: CUST, startMs: ANSWER, samples });
  expect(pcap(packets).length).toBeGreaterThan(2 * 128 * 1_024);
  await capture(packets);
  const { left } = await soundOf(await finish(30_000));
  for (let second = 0; second < 30; second++) {
    const part = left.subarray(second * 8_000 + 400, second * 8_000 + 7_600);
    expect(amplitudeOf(part, 440)).toBeGreaterThan(7_000);
  }
});

test('the pcap of a killed media server, cut within a packet, gives all before it, at the full length of the talk', async () => {
  const whole = pcap(rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 16_000) }));
  await writeFile(pcapPath(), whole.subarray(0, Math.floor(whole.length / 2) + 50));
  const { left } = await soundOf(await finish(2_000, [], { mediaServerDied: true }));
  expect(left).toHaveLength(16_000);
  expect(amplitudeOf(left.subarray(400, 7_600), 440)).toBeGreaterThan(7_000);
  expect(amplitudeOf(left.subarray(8_800), 440)).toBeLessThan(50);
});

test.each([
  ['cut within a packet', (whole: Buffer, half: number) => whole.subarray(0, half + 50)],
  [
    'with a hole',
    (whole: Buffer, half: number) =>
      Buffer.concat([whole.subarray(0, half + 50), whole.subarray(half + 450)]),
  ],
])(
  'a pcap %s though nobody was killed is half written: it is not taken for whole, and stays',
  async (_how, broken) => {
    const whole = pcap(rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 16_000) }));
    await writeFile(pcapPath(), broken(whole, Math.floor(whole.length / 2)));
    expect(await finish(2_000)).toEqual({ state: 'lost', reason: 'pcap-unreadable' });
    expect(await readdir(join(folders.spoolDir, 'pcaps'))).toHaveLength(1);
    await rm(pcapPath());
  },
);

test('the result describes the file, capture and metadata are gone, and a second run answers the same', async () => {
  await capture(rtpStream({ port: CUST, startMs: ANSWER, samples: tone(440, 8_000) }));
  await writeFile(join(folders.spoolDir, 'metadata', `rtpengine-meta-${callId}-aa.txt`), 'x');
  const result = await finish(1_000);
  const path = `2026/11/23/${callId}.wav`;
  const file = await readFile(join(folders.recordingsDir, path));
  const sha256 = createHash('sha256').update(file).digest('hex');
  expect(result).toEqual({ state: 'ready', path, sha256, durationMs: 1_000, bytes: file.length });
  expect(await readdir(join(folders.spoolDir, 'pcaps'))).toEqual([]);
  expect(await readdir(join(folders.spoolDir, 'metadata'))).toEqual([]);
  expect(await finish(1_000)).toEqual(result);
});

test('what cannot be rebuilt is lost with its reason, and what is left of it stays', async () => {
  expect(await finish(1_000)).toEqual({ state: 'lost', reason: 'pcap-missing' });
  expect(await finish(1_000, [], { mediaServerDied: true })).toEqual({
    state: 'lost',
    reason: 'media-server-died',
  });
  await writeFile(pcapPath(), 'no pcap at all, but long enough for a header');
  expect(await finish(1_000)).toEqual({ state: 'lost', reason: 'pcap-unreadable' });
  await capture([]);
  const gone = { ...promptAt(0, 500), sha256: 'c'.repeat(64) } as JournalFact;
  expect((await finish(1_000, [gone])).state).toBe('lost');
  expect((await stat(pcapPath())).size).toBeGreaterThan(0);
  expect(await readdir(join(folders.recordingsDir, '2026/11/23'))).not.toContain(`${callId}.wav`);
});

test('an unanswered call has no recording, and leaves no capture', async () => {
  await capture([]);
  const entries: JournalEntry[] = [{ at: iso(0), kind: 'invite' }];
  const options = { callId, entries, endedAt: iso(1_000) };
  expect(await finishRecording({ folders, logger }, options)).toEqual({
    state: 'none',
    reason: 'not-answered',
  });
  expect(await readdir(join(folders.spoolDir, 'pcaps'))).not.toContain(`${callId}-aa.pcap`);
});

function promptAt(startMs: number, heardMs: number): JournalFact & { startMs: number; heardMs: number } {
  return { kind: 'prompt-started', prompt: 'prompt', sha256: PROMPT, durationMs: 2_000, startMs, heardMs };
}

function finish(
  talkMs: number,
  prompts: readonly JournalFact[] = [],
  more: Partial<FinishRecordingOptions> = {},
): ReturnType<typeof finishRecording> {
  const entries = entriesOf(prompts);
  return finishRecording({ folders, logger }, { callId, entries, endedAt: iso(talkMs), ...more });
}

function entriesOf(prompts: readonly JournalFact[]): JournalEntry[] {
  const played = prompts.flatMap((prompt): JournalEntry[] => {
    const { startMs, heardMs } = prompt as ReturnType<typeof promptAt>;
    return [
      { at: iso(startMs), ...prompt },
      { at: iso(startMs + heardMs), kind: 'prompt-ended', prompt: 'prompt', heardMs },
    ];
  });
  return [
    { at: iso(-2_000), kind: 'opened', edge: { node: 'e', epoch: 1 }, recording: true },
    {
      at: iso(-2_000),
      kind: 'media',
      ports: { cust: CUST, agent: AGENT },
      pcap: `/elsewhere/${callId}-aa.pcap`,
    },
    { at: iso(-1_000), kind: 'peer', slot: 'cust', ...CUSTOMER },
    { at: iso(0), kind: 'peer', slot: 'agent' },
    { at: iso(0), kind: 'answered' },
    ...played,
  ];
}

async function soundOf(
  result: Awaited<ReturnType<typeof finish>>,
): Promise<{ left: Int16Array; right: Int16Array }> {
  if (result.state !== 'ready') throw new Error(JSON.stringify(result));
  return readRecording(join(folders.recordingsDir, result.path));
}

function capture(packets: readonly PcapPacket[]): Promise<void> {
  return writeFile(pcapPath(), pcap(packets));
}

function pcapPath(): string {
  return join(folders.spoolDir, 'pcaps', `${callId}-aa.pcap`);
}

function iso(ms: number): string {
  return new Date(ANSWER + ms).toISOString();
}
