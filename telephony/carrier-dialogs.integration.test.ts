import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { placeRobotCall, type RobotCallParams } from './robot-call.ts';
import type { Prompt } from './play-prompt.ts';
import { createPhone, type TestPhone } from './testing/phone.ts';
import { until } from './testing/ports.ts';
import { startRawCarrier, type CarrierLeg, type CarrierScript } from './testing/raw-carrier.ts';
import { phoneSdp } from './testing/sipp.ts';
import { setStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let phone: TestPhone;
let moved: TestPhone;
let prompt: Prompt;
beforeAll(async () => {
  stage = await setStage();
  prompt = await stage.prompt(1_000, 900);
  phone = await createPhone({ frequency: 440 });
  moved = await createPhone({ frequency: 700 });
});
afterAll(async () => {
  await stage.close();
  await phone.close();
  await moved.close();
});

const sdp = (): string => phoneSdp(phone.port);

async function talks(leg: CarrierLeg): Promise<void> {
  leg.answer(200, { sdp: sdp() });
  await leg.take('ACK');
}

async function hungUp(leg: CarrierLeg): Promise<void> {
  leg.reply(await leg.take('BYE'), 200);
}

const BY_US = { result: 'success', reason: 'hang-up-by-us' };
const BY_CUSTOMER = { result: 'success', reason: 'hang-up-by-customer' };

interface Case {
  name: string;
  script: CarrierScript;
  end?: object;
  more?: Partial<RobotCallParams>;
  check?: (placed: PlacedCall) => void;
}

/** What an in-dialog request is answered with; the prompt goes on under it. */
const asks = (
  method: string,
  status: number,
  options: Parameters<CarrierLeg['ask']>[1] = {},
  more: (answer: string) => void = () => undefined,
): CarrierScript => {
  return async (leg) => {
    await talks(leg);
    leg.ask(method, options);
    more((await leg.take(`${status} ${method}`)).text);
    if (method === 'INVITE') leg.ask('ACK', { seq: 1 });
    await hungUp(leg);
  };
};

const CASES: Case[] = [
  {
    name: 'our BYE is never answered: the call is over all the same',
    script: async (leg) => {
      await talks(leg);
      await until('the BYE and two repeats', () => leg.count('BYE') >= 3);
    },
  },
  {
    name: 'our BYE is answered late, with 500',
    script: async (leg) => {
      await talks(leg);
      const bye = await leg.take('BYE');
      await until('a repeat', () => leg.count('BYE') >= 2);
      leg.reply(bye, 500);
    },
  },
  {
    name: 'a BYE that comes twice is answered twice, a third of its own with 481',
    end: BY_CUSTOMER,
    script: async (leg) => {
      await talks(leg);
      const branch = leg.ask('BYE', { seq: 1 });
      await leg.take('200 BYE');
      leg.ask('BYE', { seq: 1, branch });
      await until('both answers', () => leg.count('200 BYE') === 2);
      leg.ask('BYE', { seq: 2 });
      await leg.take('481 BYE');
    },
  },
  {
    name: 'a BYE right behind the 200, before our ACK',
    end: BY_CUSTOMER,
    script: async (leg) => {
      leg.answer(200, { sdp: sdp() });
      leg.ask('BYE');
      await leg.take('200 BYE');
      await leg.take('ACK');
    },
  },
  {
    name: 'two BYEs cross: theirs is answered, and ours with 481 is no fault',
    script: async (leg) => {
      await talks(leg);
      const bye = await leg.take('BYE');
      leg.ask('BYE');
      await leg.take('200 BYE');
      leg.reply(bye, 481);
    },
  },
  {
    name: 'the ACK is lost: each repeated 200 gets another',
    script: async (leg) => {
      for (let copy = 1; copy <= 3; copy++) {
        leg.answer(200, { sdp: sdp() });
        await until('its ACK', () => leg.count('ACK') >= copy);
      }
      await hungUp(leg);
    },
  },
  {
    name: 'a re-INVITE that refreshes the session is answered, the prompt goes on',
    script: (leg) =>
      asks(
        'INVITE',
        200,
        { sdp: sdp(), headers: ['Session-Expires: 1800;refresher=uac', 'Supported: timer'] },
        (answer) => {
          expect(answer).toContain('a=sendrecv');
        },
      )(leg),
  },
  {
    name: 'an UPDATE without a body refreshes the session',
    script: (leg) =>
      asks('UPDATE', 200, { headers: ['Session-Expires: 1800;refresher=uac', 'Supported: timer'] })(leg),
  },
  {
    name: 'an UPDATE with an SDP moves the media',
    script: async (leg) => {
      await talks(leg);
      const before = moved.heard().length;
      leg.ask('UPDATE', { sdp: phoneSdp(moved.port) });
      expect((await leg.take('200 UPDATE')).body).toContain('m=audio');
      await until('the prompt at the new place', () => moved.heard().length > before + 10);
      await hungUp(leg);
    },
  },
  {
    name: 'an UPDATE to media that we have not is refused, and the old media stays',
    script: (leg) => asks('UPDATE', 488, { sdp: phoneSdp(phone.port, '18', 'a=rtpmap:18 G729/8000') })(leg),
  },
  {
    name: 'a re-INVITE to media that we have not is refused, and the old media stays',
    script: (leg) => asks('INVITE', 488, { sdp: phoneSdp(phone.port, '18', 'a=rtpmap:18 G729/8000') })(leg),
  },
  ...(
    [
      ['a=sendonly', 'a=recvonly'],
      ['a=recvonly', 'a=sendonly'],
      ['a=inactive', 'a=inactive'],
      ['a=sendrecv', 'a=sendrecv'],
    ] as const
  ).map(([theirs, ours]) => ({
    name: `a re-INVITE with ${theirs} is answered with ${ours} (RFC 3264 §6.1)`,
    script: (leg: CarrierLeg) =>
      asks('INVITE', 200, { sdp: `${sdp()}${theirs}\n` }, (answer) => expect(answer).toContain(ours))(leg),
  })),
  {
    name: 'on hold from the first moment (a=inactive in the 200), taken back at once',
    script: async (leg) => {
      leg.answer(200, { sdp: `${sdp()}a=inactive\n` });
      await leg.take('ACK');
      leg.ask('INVITE', { sdp: sdp() });
      await leg.take('200 INVITE');
      leg.ask('ACK', { seq: 1 });
      await hungUp(leg);
    },
  },
  {
    name: 'a re-INVITE without an SDP is offered ours, and the SDP of its ACK moves the media',
    script: async (leg) => {
      await talks(leg);
      const before = moved.heard().length;
      leg.ask('INVITE');
      expect((await leg.take('200 INVITE')).body).toContain('m=audio');
      leg.ask('ACK', { seq: 1, sdp: phoneSdp(moved.port) });
      await until('the prompt at the new place', () => moved.heard().length > before + 10);
      await hungUp(leg);
    },
  },
  {
    name: 'a key sent as INFO counts like any other',
    more: {
      script: {
        prompt: { sha256: '', durationMs: 0 },
        menu: { keys: { '5': 'interested' }, waitSeconds: 5 },
      },
    },
    script: (leg) =>
      asks('INFO', 200, {
        sdp: 'Signal=5\nDuration=160\n',
        headers: ['Content-Type: application/dtmf-relay'],
      })(leg),
    check: (placed) => expect(placed.robot).toMatchObject({ key: '5', keyStatus: 'interested' }),
  },
  {
    name: 'an INFO of another kind is refused, one without a body is answered',
    script: async (leg) => {
      await talks(leg);
      leg.ask('INFO', { sdp: '<x/>', headers: ['Content-Type: text/xml'] });
      await leg.take('415 INFO');
      leg.ask('INFO');
      await leg.take('200 INFO');
      await hungUp(leg);
    },
  },
  ...(
    [
      ['OPTIONS', 200],
      ['REFER', 405],
      ['MESSAGE', 405],
      ['PUBLISH', 405],
      ['SUBSCRIBE', 489],
      ['FLURB', 501],
    ] as const
  ).map(([method, status]) => ({
    name: `${method} inside the call is answered with ${status}`,
    script: (leg: CarrierLeg) =>
      asks(method, status, { headers: ['Refer-To: <sip:+49301234567@127.0.0.1>', 'Event: dialog'] })(leg),
  })),
];

describe('what a carrier may do inside a call', () => {
  test.concurrent.each(CASES)('$name', async ({ script, end = BY_US, more, check }) => {
    const carrier = await startRawCarrier(script);
    try {
      const params = stage.params(
        carrier.port,
        prompt,
        more?.script ? { script: { ...more.script, prompt } } : {},
      );
      const placed = await placeRobotCall(stage, params).result;
      await carrier.done();
      expect(placed.end).toMatchObject(end);
      expect(placed.recording.state).toBe('ready');
      if (end === BY_US) expect(placed.robot?.heardInFull ?? true).toBe(check === undefined);
      check?.(placed);
      expect((await stage.ng.request('list'))['calls']).not.toContain(params.callId);
    } finally {
      await carrier.close();
    }
  });

  test('afterwards the SIP server holds no dialog', async () => {
    await until('the last of them to go', () => stage.sipServer().stats().dialogs <= 1, 40_000);
  });
});
