import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { placeAgentCall, type AgentCall, type AgentCallParams, type DeskChange } from './agent-call.ts';
import { storeDeskSounds, type DeskSounds } from './desk-sounds.ts';
import { audioTarget } from './sdp.ts';
import {
  createTestDirectory,
  startDeskPhone,
  type DeskPhone,
  type TestDirectory,
} from './testing/desk-phone.ts';
import { createPhone, type TestPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { startRawCarrier, type CarrierLeg, type RawCarrier } from './testing/raw-carrier.ts';
import { readRecording } from './testing/read-recording.ts';
import { phoneSdp } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';
import { amplitudeOf } from './testing/tones.ts';

const USER = 7;
const CUSTOMER_HZ = 400;
const DESK_HZ = 620;
const OTHER_DESK_HZ = 850;

let stage: Stage;
let sounds: DeskSounds;
let desks: TestDirectory;
let music: { sha256: string; durationMs: number };
const MUSIC_HZ = 1_300;

beforeAll(async () => {
  stage = await setStage();
  sounds = await storeDeskSounds(stage.folders.promptsDir);
  music = await stage.prompt(MUSIC_HZ, 500);
});
afterAll(() => stage.close());

test('the desk is called first, hears the ringing, then both hear each other; the recording has both on their channels', async () => {
  const scene = await setScene(async (leg) => {
    leg.answer(180);
    await until('ringback at the desk', () => loud(scene.desk.phone, 450, 300));
    leg.answer(200, { sdp: phoneSdp(scene.customer.port) });
  });
  await scene.talking();
  expect(scene.desk.legs[0]?.invite.header('call-info')).toContain('answer-after=0');
  await scene.hearEachOther();
  await scene.talkFor(800);
  expect(await scene.call.command({ type: 'hang-up' })).toBe('done');
  const placed = await scene.call.result;
  expect(placed.end).toEqual({ result: 'success', reason: 'hang-up-by-us', sipStatus: 200 });
  expect(placed.desk).toEqual({ holdMs: 0, lostMs: 0 });
  expect(placed.robot).toBeUndefined();
  const sound = await soundOf(placed);
  expectTone(sound.left.subarray(1_000), CUSTOMER_HZ, [DESK_HZ]);
  expectTone(sound.right.subarray(1_000), DESK_HZ, [CUSTOMER_HZ]);
  expect(
    Math.abs((placed.recording.state === 'ready' ? placed.recording.durationMs : 0) - placed.talkMs),
  ).toBeLessThan(500);
  await until('BYE at the desk', () => scene.desk.ended() === 1);
  await scene.close();
});

test('early media is heard at the desk, but nothing of the agent goes out before the answer', async () => {
  const scene = await setScene(async (leg) => {
    leg.answer(183, { sdp: phoneSdp(scene.customer.port) });
    await until('early media at the desk', () => loud(scene.desk.phone, CUSTOMER_HZ));
    expect(scene.customer.heard()).toEqual([]);
    leg.answer(200, { sdp: phoneSdp(scene.customer.port) });
  });
  await scene.talking();
  await scene.hearEachOther();
  await scene.close();
});

test('a customer who takes PCMU only gets PCMU; the desk speaks and hears PCMA', async () => {
  const scene = await setScene((leg) =>
    leg.answer(200, { sdp: phoneSdp(scene.customer.port, '0 101', 'a=rtpmap:0 PCMU/8000') }),
  );
  await scene.talking();
  await until('the desk at the customer', () => loud(scene.customer, DESK_HZ));
  expect(new Set(scene.customer.heard())).toEqual(new Set([0]));
  expect(new Set(scene.desk.phone.heard())).toEqual(new Set([8]));
  await scene.close();
});

test('a desk that is registered nowhere, or refuses: the customer is never called', async () => {
  const scenes = [
    await setScene(() => undefined, { register: false }),
    await setScene(() => undefined, { deskStatus: 480 }),
  ];
  for (const scene of scenes) {
    const placed = await scene.call.result;
    expect(placed.end).toEqual({ result: 'platform', reason: 'desk-unreachable' });
    expect(placed.invitedAt).toBeUndefined();
    expect(scene.carrier.legs.size).toBe(0);
    await scene.close();
  }
});

test('a desk that registers while it is looked for is called at once', async () => {
  const scene = await setScene(answerAtOnce, { register: false });
  desks.register(USER, scene.desk.contact);
  await scene.talking();
  await scene.hearEachOther();
  await scene.close();
});

test('hung up by the agent while it rings: CANCEL, nobody answered', async () => {
  const scene = await setScene(async (leg) => {
    leg.answer(180);
    leg.reply(await leg.take('CANCEL'), 200);
    leg.answer(487);
  });
  await until('ringing', () => scene.stages.includes('ringing'));
  expect(await scene.call.command({ type: 'hold' })).toBe('refused');
  expect(await scene.call.command({ type: 'hang-up' })).toBe('done');
  const placed = await scene.call.result;
  expect(placed.end).toEqual({ result: 'customer', reason: 'no-answer', sipStatus: 487 });
  expect(placed.recording).toEqual({ state: 'none', reason: 'not-answered' });
  await until('BYE at the desk', () => scene.desk.ended() === 1);
  await scene.close();
});

test('on hold the customer hears music and nobody hears the other; the recording has the music and nothing said in private', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  await scene.hearEachOther();
  expect(await scene.call.command({ type: 'hold' })).toBe('done');
  const heldAt = Date.now();
  await until('music', () => loud(scene.customer, MUSIC_HZ, 300));
  await until('silence at the desk', () => scene.desk.phone.quietMs() > 200);
  await until('silence at the customer', () => quiet(scene.customer, DESK_HZ, 200));
  await scene.talkFor(900);
  const resumedAt = Date.now();
  expect(await scene.call.command({ type: 'resume' })).toBe('done');
  await scene.hearEachOther();
  await until('the end of the music', () => quiet(scene.customer, MUSIC_HZ, 200));
  await scene.talkFor(400);
  await scene.call.command({ type: 'hang-up' });
  const placed = await scene.call.result;
  expect(placed.desk?.holdMs).toBeGreaterThan(resumedAt - heldAt - 100);
  expect(placed.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['held', 'resumed']));
  const sound = await soundOf(placed);
  const frame = (at: number): number => (at - Date.parse(placed.answeredAt ?? '')) * 8;
  // A packet of before may stand half a second later than it arrived: its sender was late before it.
  const [from, to] = [frame(heldAt) + 4_800, frame(resumedAt)];
  expectTone(sound.right.subarray(from, to), MUSIC_HZ, [DESK_HZ, CUSTOMER_HZ]);
  // One packet at the edge of the hold is 180 here, sound that was let through 8,000.
  expect(amplitudeOf(sound.left.subarray(from, to), CUSTOMER_HZ)).toBeLessThan(400);
  expectTone(sound.right.subarray(frame(resumedAt) + 800), DESK_HZ, [CUSTOMER_HZ]);
  expect(scene.changes).toEqual([{ heldAt: expect.any(Date) as Date }, { heldAt: null }]);
  await scene.close();
});

test('digits go out as telephone events, and as INFO to a far end that takes none', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  await scene.hearEachOther();
  expect(await scene.call.command({ type: 'digits', digits: '5#' })).toBe('done');
  await until('two events', () => scene.customer.events().length === 2);
  expect(scene.customer.events()).toEqual([5, 11]);
  const placed = await ended(scene);
  expect(placed.timeline).toContainEqual(expect.objectContaining({ kind: 'digits', detail: '2' }));
  expect(placed.timeline.filter(({ kind }) => kind === 'key')).toEqual([]);

  const bodies: string[] = [];
  const other = await setScene(async (leg) => {
    leg.answer(200, {
      sdp: phoneSdp(other.customer.port)
        .replace(/^m=.*$/m, (m) => m.replace(' 101', ''))
        .replace(/^a=.*101.*\n/gm, ''),
    });
    for (let nth = 0; nth < 2; nth++) {
      const info = await leg.take('INFO');
      bodies.push(`${info.header('content-type')} ${info.body.split('\r\n')[0]}`);
      leg.reply(info, 200);
    }
  });
  await other.talking();
  // The answer's SDP may still be on its way to the media server.
  await until('digits', async () => (await other.call.command({ type: 'digits', digits: '7*' })) === 'done');
  expect(bodies).toEqual(['application/dtmf-relay Signal=7', 'application/dtmf-relay Signal=*']);
  await other.close();
});

test('a carrier that wants its ringing confirmed and moves its media by UPDATE: the desk hears all of it, and is asked nothing', async () => {
  const moved = await createPhone({ frequency: 1_000 });
  let go: (() => void) | undefined;
  const scene = await setScene(async (leg, customer) => {
    leg.answer(183, { sdp: phoneSdp(customer.port), headers: ['Require: 100rel', 'RSeq: 41'] });
    const prack = await leg.take('PRACK');
    expect(prack.header('rack')).toMatch(/^41 \d+ INVITE$/);
    leg.reply(prack, 200);
    await until('early media at the desk', () => loud(scene.desk.phone, CUSTOMER_HZ));
    leg.answer(200, { sdp: phoneSdp(customer.port) });
    await new Promise<void>((resolve) => {
      go = resolve;
    });
    moved.talkTo(audioTarget(leg.invite.body)?.port ?? 0);
    leg.ask('UPDATE', { sdp: phoneSdp(moved.port) });
    expect((await leg.take('200 UPDATE')).body).toContain('m=audio');
  });
  await scene.talking();
  await scene.hearEachOther();
  go?.();
  await until('the desk at the new place', () => loud(moved, DESK_HZ));
  // Nothing is sent there any more that would make it talk on.
  scene.customer.fallSilent();
  await until('the new place at the desk', () => loud(scene.desk.phone, 1_000));
  await scene.talkFor(800);
  const placed = await ended(scene);
  await scene.carrier.done();
  expect(scene.desk.legs).toHaveLength(1);
  expect(scene.desk.legs[0]?.count('INVITE')).toBe(1);
  expect(scene.desk.legs[0]?.count('UPDATE')).toBe(0);
  const sound = await soundOf(placed);
  expectTone(sound.left.subarray(-4_000, -400), 1_000, [DESK_HZ]);
  await moved.close();
});

test('a refused recording leaves nothing, whatever was recorded before; the call goes on', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  await scene.hearEachOther();
  expect((await readdir(join(stage.folders.spoolDir, 'pcaps'))).length).toBe(1);
  expect(await scene.call.command({ type: 'refuse-recording' })).toBe('done');
  expect(await readdir(join(stage.folders.spoolDir, 'pcaps'))).toEqual([]);
  await scene.talkFor(300);
  await scene.hearEachOther();
  // A take-over after it: the media server must not be taken for another one.
  const other = await startDeskPhone(OTHER_DESK_HZ);
  desks.register(USER, other.contact);
  await scene.hearEachOther(OTHER_DESK_HZ, other);
  const placed = await ended(scene);
  expect(placed.end.result).toBe('success');
  expect(placed.recording).toEqual({ state: 'none', reason: 'refused' });
  for (const folder of ['pcaps', 'metadata', 'tmp']) {
    expect(await readdir(join(stage.folders.spoolDir, folder))).toEqual([]);
  }
  expect(scene.changes).toEqual([{ recordingRefusedAt: expect.any(Date) as Date }]);
  await other.close();
});

test('another desk takes over: the customer goes on with it, the first is let go; both are on the right channel', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  await scene.hearEachOther();
  await scene.talkFor(500);
  const other = await startDeskPhone(OTHER_DESK_HZ);
  const tookOverAt = Date.now();
  desks.register(USER, other.contact);
  await scene.hearEachOther(OTHER_DESK_HZ, other);
  await until('BYE at the first desk', () => scene.desk.ended() === 1);
  await scene.talkFor(600);
  const placed = await ended(scene);
  expect([...scene.carrier.legs.values()][0]?.count('INVITE')).toBe(1);
  expect(placed.desk).toEqual({ holdMs: 0, lostMs: 0 });
  const sound = await soundOf(placed);
  const change = (tookOverAt - Date.parse(placed.answeredAt ?? '')) * 8;
  expectTone(sound.right.subarray(800, change), DESK_HZ, [OTHER_DESK_HZ]);
  expectTone(sound.right.subarray(change + 2_400), OTHER_DESK_HZ, [DESK_HZ]);
  expectTone(sound.left.subarray(800), CUSTOMER_HZ, [DESK_HZ, OTHER_DESK_HZ]);
  await other.close();
});

test('a desk that reloads while it rings hears the ringing again; one that stays away ends the ringing', async () => {
  const scene = await setScene(
    async (leg) => {
      leg.answer(180);
      leg.reply(await leg.take('CANCEL', 30_000), 200);
      leg.answer(487);
    },
    { params: { deskLostMs: 800 } },
  );
  await until('ringback', () => loud(scene.desk.phone, 450, 300));
  const other = await startDeskPhone(OTHER_DESK_HZ);
  desks.register(USER, other.contact);
  await until('ringback at the other desk', () => loud(other.phone, 450, 300));
  desks.forget(USER);
  other.legs[0]?.ask('BYE');
  const placed = await scene.call.result;
  expect(placed.end).toEqual({ result: 'platform', reason: 'desk-unreachable', sipStatus: 487 });
  expect(scene.customer.heard()).toEqual([]);
  await other.close();
  await scene.close();
});

test('a desk that takes over a call on hold gets it on hold', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  await scene.hearEachOther();
  await scene.call.command({ type: 'hold' });
  const other = await startDeskPhone(OTHER_DESK_HZ);
  desks.register(USER, other.contact);
  await until('the other desk', () => other.legs.length === 1 && scene.desk.ended() === 1);
  await scene.talkFor(400);
  expect(loud(scene.customer, MUSIC_HZ)).toBe(true);
  expect(quiet(scene.customer, OTHER_DESK_HZ)).toBe(true);
  expect(loud(other.phone, CUSTOMER_HZ)).toBe(false);
  expect(await scene.call.command({ type: 'resume' })).toBe('done');
  await scene.hearEachOther(OTHER_DESK_HZ, other);
  await ended(scene);
  await other.close();
});

test('the refresh of a registration changes nothing', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  desks.register(USER, scene.desk.contact);
  await scene.talkFor(300);
  expect(scene.desk.legs).toHaveLength(1);
  await scene.close();
});

test('a desk that hangs up its leg is not the end: music after a second, and the desk that comes back goes on', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  await scene.hearEachOther();
  desks.forget(USER);
  const leftAt = Date.now();
  scene.desk.legs[0]?.ask('BYE');
  await until('music', () => loud(scene.customer, MUSIC_HZ));
  expect(Date.now() - leftAt).toBeGreaterThan(900);
  expect(quiet(scene.customer, DESK_HZ, 200)).toBe(true);
  const back = await startDeskPhone(OTHER_DESK_HZ);
  desks.register(USER, back.contact);
  await scene.hearEachOther(OTHER_DESK_HZ, back);
  await until('the end of the music', () => quiet(scene.customer, MUSIC_HZ, 200));
  const placed = await ended(scene);
  expect(placed.end.reason).toBe('hang-up-by-us');
  expect(placed.desk?.lostMs).toBeGreaterThan(900);
  expect(scene.changes).toEqual([{ deskLostAt: expect.any(Date) as Date }, { deskLostAt: null }]);
  await back.close();
});

test('a desk that is said to be gone and does not answer is lost; one that answers is not', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  await scene.hearEachOther();
  scene.call.deskGone();
  await scene.talkFor(300);
  expect(scene.changes).toEqual([]);
  // As the SIP server answers for a browser whose WebSocket is closed.
  scene.desk.status = 410;
  desks.forget(USER);
  scene.call.deskGone();
  await until('the loss', () => scene.changes.length === 1);
  await scene.close();
});

test('a desk that stays away: apology, and the end', async () => {
  const scene = await setScene(answerAtOnce, { params: { deskLostMs: 1_500 } });
  await scene.talking();
  await scene.hearEachOther();
  const goneAt = Date.now();
  desks.forget(USER);
  scene.desk.legs[0]?.ask('BYE');
  const placed = await scene.call.result;
  expect(heardOnce(scene.customer, 523, goneAt)).toBe(true);
  expect(placed.end).toEqual({ result: 'success', reason: 'desk-lost', sipStatus: 200 });
  expect(placed.timeline.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['desk-lost', 'prompt-ended']),
  );
  const sound = await soundOf(placed);
  expect(amplitudeOf(sound.right.subarray(-24_000), 349)).toBeGreaterThan(300);
  await scene.close();
});

test('the customer hangs up while the desk is away: the call is over as theirs', async () => {
  const scene = await setScene(answerAtOnce);
  await scene.talking();
  desks.forget(USER);
  scene.desk.legs[0]?.ask('BYE');
  await until('the loss', () => scene.changes.length === 1);
  [...scene.carrier.legs.values()][0]?.ask('BYE');
  const placed = await scene.call.result;
  expect(placed.end.reason).toBe('hang-up-by-customer');
  expect(placed.desk?.lostMs).toBeGreaterThan(0);
  await scene.close();
});

const answerAtOnce = (leg: CarrierLeg, customer: TestPhone): void =>
  leg.answer(200, { sdp: phoneSdp(customer.port) });

async function ended(scene: Scene): Promise<PlacedCall> {
  await scene.call.command({ type: 'hang-up' });
  const placed = await scene.call.result;
  await scene.close();
  return placed;
}

/** Everything of one call; `script` is the customer's carrier. */
interface Scene {
  call: AgentCall;
  desk: DeskPhone;
  customer: TestPhone;
  carrier: RawCarrier;
  changes: DeskChange[];
  stages: string[];
  talking(): Promise<void>;
  hearEachOther(hz?: number, at?: DeskPhone): Promise<void>;
  talkFor(ms: number): Promise<void>;
  close(): Promise<void>;
}

interface SceneOptions {
  params?: Partial<AgentCallParams>;
  deskStatus?: number;
  register?: boolean;
}

async function setScene(
  script: (leg: CarrierLeg, customer: TestPhone) => Promise<void> | void,
  { params = {}, deskStatus = 200, register = true }: SceneOptions = {},
): Promise<Scene> {
  const desk = await startDeskPhone(DESK_HZ, deskStatus);
  const customer = await createPhone({ frequency: CUSTOMER_HZ });
  const carrier = await startRawCarrier(async (leg) => {
    customer.talkTo(audioTarget(leg.invite.body)?.port ?? 0);
    await script(leg, customer);
    const bye = await leg.take('BYE', 60_000).catch(() => undefined);
    if (bye) leg.reply(bye, 200);
  });
  desks = createTestDirectory();
  if (register) desks.register(USER, desk.contact);
  const changes: DeskChange[] = [];
  const stages: string[] = [];
  const { script: _robot, ...common } = stage.params(carrier.port, music);
  const call = placeAgentCall(
    { ...stage, desks },
    {
      ...common,
      userId: USER,
      deskLostMs: 30_000,
      ringback: sounds.ringback,
      apology: sounds.apology,
      music,
      onStage: (name) => stages.push(name),
      onDesk: (change) => changes.push(change),
      ...params,
    },
  );
  const scene: Scene = {
    call,
    desk,
    customer,
    carrier,
    changes,
    stages,
    talking: () => until('the talking stage', () => stages.includes('talking')).then(() => undefined),
    hearEachOther: async (hz = DESK_HZ, at = desk) => {
      await until(`${hz} Hz at the customer`, () => loud(customer, hz));
      await until('the customer at the desk', () => loud(at.phone, CUSTOMER_HZ));
    },
    talkFor: (ms) => {
      const from = Date.now();
      return until('some talk', () => Date.now() - from > ms).then(() => undefined);
    },
    close: async () => {
      call.release();
      await call.result;
      await customer.close();
      await desk.close();
      await carrier.close();
    },
  };
  return scene;
}

/** Compared with each other: on a busy machine the test's own telephones leave gaps in their tones. */
function expectTone(sound: Int16Array, frequency: number, others: readonly number[]): void {
  const heard = amplitudeOf(sound, frequency);
  expect(heard).toBeGreaterThan(500);
  for (const other of others) expect(heard).toBeGreaterThan(5 * amplitudeOf(sound, other));
}

function loud(phone: TestPhone, frequency: number, ms = 160): boolean {
  const sound = phone.soundSince(Date.now() - ms);
  return sound.length >= ms * 4 && amplitudeOf(sound, frequency) > 3_000;
}

/** At any time since then: what is short may be over before anybody looks. */
function heardOnce(phone: TestPhone, frequency: number, since: number): boolean {
  const sound = phone.soundSince(since);
  const window = 120 * 8;
  return Array.from({ length: Math.floor(sound.length / window) }, (_, n) =>
    amplitudeOf(sound.subarray(n * window, (n + 1) * window), frequency),
  ).some((amplitude) => amplitude > 3_000);
}

function quiet(phone: TestPhone, frequency: number, ms = 300): boolean {
  const sound = phone.soundSince(Date.now() - ms);
  return amplitudeOf(sound, frequency) < 300;
}

async function soundOf(placed: PlacedCall): Promise<{ left: Int16Array; right: Int16Array }> {
  if (placed.recording.state !== 'ready') throw new Error(JSON.stringify(placed.recording));
  return readRecording(join(stage.folders.recordingsDir, placed.recording.path));
}
