import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrunkDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { placeRobotCall, type RobotCallParams } from './robot-call.ts';
import type { Prompt } from './play-prompt.ts';
import { createPhone, type TestPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { startRawCarrier, tagOf, type CarrierLeg, type CarrierScript } from './testing/raw-carrier.ts';
import { phoneSdp } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let phone: TestPhone;
/** Of another fork. */
let other: TestPhone;
let prompt: Prompt;
let longPrompt: Prompt;
beforeAll(async () => {
  stage = await setStage();
  prompt = await stage.prompt(1_000, 600);
  longPrompt = await stage.prompt(1_000, 8_000);
  phone = await createPhone({ frequency: 440 });
  other = await createPhone({ frequency: 700 });
});
afterAll(async () => {
  await stage.close();
  await phone.close();
  await other.close();
});

const sdp = (): string => phoneSdp(phone.port);

/** Takes our BYE to a fork and answers it. */
async function hungUp(leg: CarrierLeg, tag = 'a'): Promise<void> {
  for (;;) {
    const bye = await leg.take('BYE');
    leg.reply(bye, 200);
    if (tagOf(bye.header('to')) === tag) return;
  }
}

interface Case {
  name: string;
  script: CarrierScript;
  more?: Partial<RobotCallParams>;
  trunk?: Partial<TrunkDef>;
  end: Partial<PlacedCall['end']>;
  answered: boolean;
}

const CASES: Case[] = [
  {
    name: 'a 200 after CANCEL, sent three times, gets an ACK each time and one BYE',
    more: { ringTimeoutMs: 300 },
    end: { result: 'customer', reason: 'no-answer' },
    answered: false,
    script: async (leg) => {
      leg.answer(180);
      leg.reply(await leg.take('CANCEL'), 200);
      for (let copy = 1; copy <= 3; copy++) {
        leg.answer(200, { sdp: sdp() });
        await until('its ACK', () => leg.count('ACK') >= copy);
      }
      await hungUp(leg);
      expect(leg.count('BYE')).toBe(1);
    },
  },
  {
    name: 'a 200 that crosses the CANCEL, which finds no call (481), is ended',
    more: { ringTimeoutMs: 300 },
    end: { result: 'customer', reason: 'no-answer' },
    answered: false,
    script: async (leg) => {
      leg.answer(180);
      const cancel = await leg.take('CANCEL');
      leg.answer(200, { sdp: sdp() });
      leg.reply(cancel, 481);
      await leg.take('ACK');
      await hungUp(leg);
    },
  },
  {
    name: 'a CANCEL answered 481, and then 487, is no answer',
    more: { ringTimeoutMs: 300 },
    end: { result: 'customer', reason: 'no-answer', sipStatus: 487 },
    answered: false,
    script: async (leg) => {
      leg.answer(180);
      leg.reply(await leg.take('CANCEL'), 481);
      leg.answer(487);
      await leg.take('ACK');
    },
  },
  {
    name: 'two forks answer at once: the first talks, the second gets ACK and BYE',
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(180, { tag: 'a' });
      leg.answer(180, { tag: 'b' });
      leg.answer(200, { tag: 'a', sdp: sdp() });
      leg.answer(200, { tag: 'b', sdp: phoneSdp(other.port) });
      await hungUp(leg, 'b');
      expect(leg.count('ACK', 'b')).toBe(1);
      expect(leg.count('BYE', 'a')).toBe(0);
      await hungUp(leg, 'a');
      expect(leg.count('ACK', 'a')).toBe(1);
    },
  },
  {
    name: 'the fork that rang second answers first: it talks, the other gets ACK and BYE',
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(180, { tag: 'a' });
      leg.answer(180, { tag: 'b' });
      leg.answer(200, { tag: 'b', sdp: sdp() });
      leg.answer(200, { tag: 'a', sdp: phoneSdp(other.port) });
      await hungUp(leg, 'a');
      expect(leg.count('ACK', 'a')).toBe(1);
      expect(leg.count('BYE', 'b')).toBe(0);
      await hungUp(leg, 'b');
    },
  },
  {
    name: 'a fork that answers after the call was over gets ACK and BYE',
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(200, { tag: 'a', sdp: sdp() });
      await hungUp(leg, 'a');
      leg.answer(200, { tag: 'b', sdp: phoneSdp(other.port) });
      await hungUp(leg, 'b');
      expect(leg.count('ACK', 'b')).toBe(1);
      leg.answer(200, { tag: 'b', sdp: phoneSdp(other.port) });
      await until('its ACK again', () => leg.count('ACK', 'b') === 2);
    },
  },
  {
    name: 'early media of two forks, of which the first answers',
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(183, { tag: 'a', sdp: sdp() });
      leg.answer(183, { tag: 'b', sdp: phoneSdp(other.port) });
      leg.answer(200, { tag: 'a', sdp: sdp() });
      await hungUp(leg);
    },
  },
  {
    name: '183 without SDP and 180 with SDP, then an answer',
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(183);
      leg.answer(180, { sdp: sdp() });
      leg.answer(200, { sdp: sdp() });
      await hungUp(leg);
    },
  },
  {
    name: 'SDP in the 183 only: the 200 may come without',
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(183, { sdp: sdp() });
      leg.answer(200);
      await hungUp(leg);
    },
  },
  ...(
    [
      ['without SDP', () => ''],
      ['with G.729 only', () => phoneSdp(phone.port, '18', 'a=rtpmap:18 G729/8000')],
      ['with a dynamic codec only', () => phoneSdp(phone.port, '111', 'a=rtpmap:111 opus/48000/2')],
      ['with only telephone-event', () => phoneSdp(phone.port, '101', 'a=ptime:20')],
      ['with no payload type', () => sdp().replace(/^m=.*$/m, `m=audio ${phone.port} RTP/AVP`)],
      ['with port 70000', () => sdp().replace(/^m=audio \d+/m, 'm=audio 70000')],
      ['with an address that is none', () => sdp().replace(/^c=.*$/m, 'c=IN IP4 999.1.2.3')],
      ['with no address', () => sdp().replace(/^c=.*\n/m, '')],
      ['with video only', () => sdp().replace('m=audio', 'm=video')],
      // RFC 3264 §6: the first stream of the answer is the one we offered.
      [
        'that rejects our audio and adds another',
        () => sdp().replace('m=audio', 'm=audio 0 RTP/AVP 8\nm=audio'),
      ],
      ['with an address of the other family', () => sdp().replace(/^c=.*$/m, 'c=IN IP6 ::1')],
      ['with the name of a host', () => sdp().replace(/^c=.*$/m, 'c=IN IP4 media.invalid')],
      ['with SRTP only', () => sdp().replace('RTP/AVP', 'RTP/SAVP')],
      ['with words that are no SDP', () => 'hello, is it me you are looking for?'],
      ['with an SDP cut in the middle', () => sdp().slice(0, 40)],
    ] as const
  ).map(([how, body]) => ({
    name: `an answer ${how} is ended as media-not-acceptable`,
    end: { result: 'carrier', reason: 'media-not-acceptable' } as const,
    answered: true,
    script: async (leg: CarrierLeg) => {
      leg.answer(200, { sdp: body() });
      await leg.take('ACK');
      await hungUp(leg);
    },
  })),
  ...(
    [
      ['with PCMU only', () => phoneSdp(phone.port, '0', 'a=rtpmap:0 PCMU/8000')],
      ['with video behind the audio', () => `${sdp()}m=video 0 RTP/AVP 96\n`],
      ['with G.729 before PCMA', () => phoneSdp(phone.port, '18 8 101')],
      ['with bare line feeds', sdp],
      ['that sends no sound (a=sendonly)', () => `${sdp()}a=sendonly\n`],
    ] as const
  ).map(([how, body]) => ({
    name: `an answer ${how} talks`,
    end: { result: 'success', reason: 'hang-up-by-us' } as const,
    answered: true,
    script: async (leg: CarrierLeg) => {
      leg.answer(200, { sdp: body() });
      await hungUp(leg);
    },
  })),
  {
    name: 'a redirection is not followed, wherever it leads',
    end: { result: 'carrier', reason: 'bad-response', sipStatus: 302 },
    answered: false,
    script: async (leg) => {
      leg.answer(302, { contact: false, headers: ['Contact: <sip:+49301234567@127.0.0.1:9>'] });
      await leg.take('ACK');
    },
  },
  {
    name: 'a challenge without credentials to answer it',
    end: { result: 'carrier', reason: 'forbidden', sipStatus: 407 },
    answered: false,
    script: async (leg) => {
      leg.answer(407, { headers: ['Proxy-Authenticate: Digest realm="x", nonce="n"'] });
      await leg.take('ACK');
    },
  },
  {
    name: 'a carrier that challenges again and again refuses',
    trunk: { credentials: { username: 'apel', password: 'hush' } },
    end: { result: 'carrier', reason: 'forbidden', sipStatus: 401 },
    answered: false,
    script: async (leg) => {
      leg.answer(401, { headers: ['WWW-Authenticate: Digest realm="x", nonce="n"'] });
      const second = await leg.take('INVITE');
      expect(second.header('authorization')).toContain('Digest');
      leg.reply(second, 401, { headers: ['WWW-Authenticate: Digest realm="x", nonce="m"'] });
    },
  },
  {
    name: 'a 1xx that asks for PRACK gets it, and the answer talks',
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(183, { sdp: sdp(), headers: ['Require: 100rel', 'RSeq: 17'] });
      const prack = await leg.take('PRACK');
      expect(prack.header('rack')).toMatch(/^17 \d+ INVITE$/);
      leg.reply(prack, 200);
      leg.answer(200, { sdp: sdp() });
      await hungUp(leg);
    },
  },
  {
    name: 'an answer without Contact is acknowledged and ended, with a name',
    end: { result: 'carrier', reason: 'bad-response' },
    answered: false,
    script: async (leg) => {
      leg.answer(200, { sdp: sdp(), contact: false });
      await leg.take('ACK');
      await hungUp(leg);
    },
  },
  {
    name: 'a 202 is no answer to an INVITE; it is acknowledged and ended',
    end: { result: 'carrier', reason: 'bad-response', sipStatus: 202 },
    answered: false,
    script: async (leg) => {
      leg.answer(202, { sdp: sdp() });
      await leg.take('ACK');
      await hungUp(leg);
    },
  },
  {
    name: 'a carrier that says "ringing" for ever does not prolong the ringing',
    more: { ringTimeoutMs: 500 },
    end: { result: 'customer', reason: 'no-answer', sipStatus: 487 },
    answered: false,
    script: async (leg) => {
      const again = setInterval(() => leg.answer(180), 50);
      leg.reply(await leg.take('CANCEL'), 200);
      clearInterval(again);
      leg.answer(487);
      await leg.take('ACK');
    },
  },
];

/** Each waits for a timer of half a minute. */
const SLOW_CASES: Case[] = [
  {
    name: 'the 487 after our CANCEL never comes',
    more: { ringTimeoutMs: 300 },
    end: { result: 'customer', reason: 'no-answer' },
    answered: false,
    script: async (leg) => {
      leg.answer(180);
      leg.reply(await leg.take('CANCEL'), 200);
    },
  },
  {
    name: 'nor does the answer to our CANCEL',
    more: { ringTimeoutMs: 300 },
    end: { result: 'customer', reason: 'no-answer' },
    answered: false,
    script: async (leg) => {
      leg.answer(180);
      await leg.take('CANCEL');
    },
  },
  {
    name: 'an answer after 31 s of ringing talks',
    more: { ringTimeoutMs: 40_000 },
    end: { result: 'success', reason: 'hang-up-by-us' },
    answered: true,
    script: async (leg) => {
      leg.answer(180);
      await pause(31_000);
      leg.answer(200, { sdp: sdp() });
      await hungUp(leg);
    },
  },
  {
    name: 'nothing but 100 for 28 s is cancelled, and the answer that comes at 31 s is ended',
    end: { result: 'carrier', reason: 'no-response' },
    answered: false,
    script: async (leg) => {
      leg.answer(100);
      const cancel = await leg.take('CANCEL', 40_000);
      leg.reply(cancel, 200);
      await pause(3_000);
      leg.answer(200, { sdp: sdp() });
      await leg.take('ACK');
      await hungUp(leg);
    },
  },
  {
    name: 'a fork that answers two seconds late gets ACK and BYE, the first talks on',
    more: { maxTalkMs: 3_000 },
    end: { result: 'success', reason: 'talk-limit' },
    answered: true,
    script: async (leg) => {
      leg.answer(180, { tag: 'a' });
      leg.answer(180, { tag: 'b' });
      leg.answer(200, { tag: 'b', sdp: sdp() });
      await pause(2_000);
      leg.answer(200, { tag: 'a', sdp: phoneSdp(other.port) });
      await hungUp(leg, 'a');
      expect(leg.count('BYE', 'b')).toBe(0);
      await hungUp(leg, 'b');
    },
  },
];

describe('what a carrier may answer to an INVITE', () => {
  const full = process.env['APEL_TEST_FULL'] === '1';
  test.concurrent.each(full ? [...CASES, ...SLOW_CASES] : CASES)('$name', async (wanted) => {
    const { script, more, trunk, end, answered } = wanted;
    const { placed, sessions } = await call(script, more, trunk);
    expect(placed.end).toMatchObject(end);
    expect(placed.answeredAt !== undefined).toBe(answered);
    expect(placed.recording.state).toBe(answered ? 'ready' : 'none');
    expect(sessions).toBe(false);
  });

  test('afterwards the SIP server holds no INVITE', async () => {
    await until('the last of them to go', () => stage.sipServer().stats().outbound === 0);
  });
});

async function call(
  script: CarrierScript,
  more: Partial<RobotCallParams> = {},
  trunk: Partial<TrunkDef> = {},
): Promise<{ placed: PlacedCall; sessions: boolean }> {
  const carrier = await startRawCarrier(script);
  try {
    const talk = more.maxTalkMs === undefined ? prompt : longPrompt;
    const params = stage.params(carrier.port, talk, { ...more, script: { prompt: talk } });
    const placed = await placeRobotCall(stage, { ...params, trunk: { ...params.trunk, ...trunk } }).result;
    await carrier.done();
    const { calls } = await stage.ng.request('list');
    return { placed, sessions: (calls as string[]).includes(params.callId) };
  } finally {
    await carrier.close();
  }
}
