/**
 * One call as the called side sees it (RFC 3261 §17.2.1, §13.3, §15).
 *
 *     INVITE → 100 → 180|183 → 200 ──ACK──> talking ──BYE of either side──> over
 *                        └── 4xx-6xx, or CANCEL → 487 ──ACK──> over
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { Behaviour } from './behaviour.ts';
import { createOwnRequests } from './own-requests.ts';
import { answerSdp, readOffer, type Offer } from './sdp.ts';
import {
  branchOf,
  header,
  responseText,
  sequenceOf,
  tagOf,
  type Peer,
  type SipRequest,
  type SipResponse,
} from './sip-text.ts';
import type { Voice, VoiceClock } from './voice.ts';
import type { Witness } from './witness.ts';

export interface CallDeps {
  /** Our own SIP address. */
  local: Peer;
  send: (text: string, to: Peer) => void;
  witness: Witness;
  voices: VoiceClock;
  /** What the customer says: A-law at 8 kHz; tones when absent. */
  speech?: Buffer;
  /** How a phone that nobody answers rings; default `RINGING`. */
  ringing?: Ringing;
  /** The call can be forgotten. */
  onOver: () => void;
}

export interface Call {
  branch: string;
  /** A retransmitted INVITE: the last response again. */
  repeat(): void;
  ack(request: SipRequest): void;
  cancel(request: SipRequest): void;
  /** @param from where the BYE came from: a restarted caller may use another port */
  bye(request: SipRequest, from: Peer): void;
  /** A new offer inside the dialog: answered as the first one. */
  reinvite(request: SipRequest): void;
  response(response: SipResponse): void;
  /** Forgets everything at once. */
  drop(): void;
}

/** `againMs`: 180 is repeated (RFC 3261 §13.3.1.1: each minute). `limitMs`: then the network gives up with 480. */
export interface Ringing {
  againMs: number;
  limitMs: number;
}

/** Below the three minutes after which proxies give up by themselves (timer C, §16.6). */
const RINGING: Ringing = { againMs: 60_000, limitMs: 150_000 };
/** RFC 3261 §17.1.1.1. */
const T1_MS = 500;
const T2_MS = 4_000;
/** Timer H, and the wait for an ACK to a 2xx. */
const GIVE_UP_MS = 64 * T1_MS;
/** Retransmissions of a finished transaction are still answered for this long (Timer J). */
const LINGER_MS = GIVE_UP_MS;
/** Nobody listens for longer; a caller that forgot the call is hung up on. */
const MAX_TALK_MS = 120_000;

export function createCall(invite: SipRequest, from: Peer, behaviour: Behaviour, deps: CallDeps): Call {
  const callId = header(invite, 'call-id');
  const toTag = randomBytes(6).toString('hex');
  const timers = new Set<NodeJS.Timeout>();
  const contact = `<sip:customer@${deps.local.address}:${deps.local.port}>`;
  const own = createOwnRequests({ invite, from, toTag, local: deps.local });
  const ringing = deps.ringing ?? RINGING;
  let stage: 'ringing' | 'final' | 'confirmed' | 'hanging-up' | 'over' = 'ringing';
  let lastResponse = '';
  let byeReceived = false;
  let voice: Voice | undefined;
  let offer: Offer | undefined;
  let held = false;
  let versions = 1;
  let stopRepeating = (): void => undefined;

  const after = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const respond = (status: number, reason: string, sdp?: string): void => {
    const withContact = status > 100 && status < 300 ? { contact } : {};
    lastResponse = responseText({
      request: invite,
      status,
      reason,
      toTag,
      ...withContact,
      ...(sdp ? { sdp } : {}),
    });
    deps.send(lastResponse, from);
  };
  /** UDP loses packets: again after T1, 2·T1, 4·T1 …, at most T2 apart, until stopped. */
  const repeatUntilStopped = (text: string, to: Peer, giveUp: () => void): void => {
    let waitMs = T1_MS;
    let waited = 0;
    let stopped = false;
    stopRepeating = () => {
      stopped = true;
    };
    const again = (): void => {
      if (stopped || stage === 'over') return;
      waited += waitMs;
      if (waited >= GIVE_UP_MS) return giveUp();
      deps.send(text, to);
      waitMs = Math.min(waitMs * 2, T2_MS);
      after(waitMs, again);
    };
    after(waitMs, again);
  };
  const finish = (): void => {
    if (stage === 'over') return;
    stage = 'over';
    stopRepeating();
    closeVoice();
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    after(LINGER_MS, deps.onOver);
  };
  const closeVoice = (): void => {
    if (!voice) return;
    deps.witness.write({ event: 'rtp', callId, ...voice.close() });
    voice = undefined;
  };
  const sendFinal = (status: number, reason: string, sdp?: string): void => {
    if (stage !== 'ringing') return;
    stage = 'final';
    deps.witness.write({ event: 'final', callId, status });
    respond(status, reason, sdp);
    // RFC 3261 §13.3.1.4: an answer that nobody confirms is hung up.
    repeatUntilStopped(lastResponse, from, () => (status < 300 ? hangUp() : finish()));
  };
  const openVoice = async (): Promise<void> => {
    voice = await deps.voices.open(deps.speech);
    if (stage !== 'ringing') closeVoice();
  };
  const sdp = (): string =>
    answerSdp({ address: deps.local.address, port: voice?.port ?? 9 }, offer?.eventType, {
      version: versions,
      direction: held ? 'sendonly' : 'sendrecv',
    });
  const talk = (): void => {
    if (voice && offer) voice.talk(offer, offer.eventType);
  };
  const ring = (): void => {
    if (stage !== 'ringing') return;
    if (behaviour.earlyMedia && voice) {
      respond(183, 'Session Progress', sdp());
      talk();
    } else respond(180, 'Ringing');
    if (behaviour.kind === 'no-answer') {
      ringAgain();
      return after(ringing.limitMs, () => sendFinal(480, 'Temporarily Unavailable'));
    }
    after(behaviour.finalAfterMs, () => {
      const { status, reason } = behaviour.final;
      sendFinal(status, reason, status === 200 ? sdp() : undefined);
    });
  };
  const ringAgain = (): void =>
    after(ringing.againMs, () => {
      if (stage !== 'ringing') return;
      deps.send(lastResponse, from);
      ringAgain();
    });
  const answered = (): void => {
    stage = 'confirmed';
    talk();
    const { key, hangUpAfterMs, hold } = behaviour;
    if (hold) {
      after(hold.afterMs, () => setHeld(true));
      after(hold.afterMs + hold.forMs, () => setHeld(false));
    }
    if (key) {
      after(key.afterMs, () => {
        deps.witness.write({ event: 'key', callId, key: key.digit });
        voice?.press(key.digit);
      });
    }
    after(hangUpAfterMs ?? MAX_TALK_MS, hangUp);
  };
  const hangUp = (): void => {
    if (stage === 'over' || stage === 'hanging-up') return;
    stage = 'hanging-up';
    stopRepeating();
    closeVoice();
    const text = own.request('BYE');
    deps.witness.write({ event: 'bye-sent', callId });
    deps.send(text, own.target);
    repeatUntilStopped(text, own.target, finish);
  };
  /** RFC 3264 §8.4: a new offer in the dialog, `sendonly` with music, and back. */
  const setHeld = (next: boolean): void => {
    if (stage !== 'confirmed' || held === next) return;
    held = next;
    versions += 1;
    deps.witness.write({ event: held ? 'hold' : 'resume', callId });
    voice?.music(held);
    const text = own.request('INVITE', { contact, sdp: sdp() });
    deps.send(text, own.target);
    repeatUntilStopped(text, own.target, hangUp);
  };
  const begin = async (): Promise<void> => {
    respond(100, 'Trying');
    offer = readOffer(invite.body);
    if (behaviour.final.status === 200 && behaviour.kind !== 'no-answer') {
      if (!offer) return sendFinal(488, 'Not Acceptable Here');
      await openVoice();
    }
    after(behaviour.ringAfterMs, ring);
  };
  begin().catch(() => sendFinal(500, 'Server Internal Error'));

  return {
    branch: branchOf(invite),
    repeat: () => {
      if (stage === 'ringing' || stage === 'final') deps.send(lastResponse, from);
    },
    ack: (request) => {
      if (stage !== 'final' || tagOf(header(request, 'to')) !== toTag) return;
      stopRepeating();
      deps.witness.write({ event: 'ack', callId });
      if (lastResponse.startsWith('SIP/2.0 2')) answered();
      else finish();
    },
    cancel: (request) => {
      deps.send(responseText({ request, status: 200, reason: 'OK', toTag }), from);
      if (stage !== 'ringing') return;
      deps.witness.write({ event: 'cancel', callId });
      sendFinal(487, 'Request Terminated');
      closeVoice();
    },
    bye: (request, source) => {
      const answer = (status: number, reason: string): void =>
        deps.send(responseText({ request, status, reason, toTag }), source);
      // RFC 3261 §12.2.2: only who names the dialog in full is in it.
      if (tagOf(header(request, 'to')) !== toTag) return answer(481, 'Call Does Not Exist');
      if (sequenceOf(request) <= sequenceOf(invite)) return answer(500, 'CSeq Out Of Order');
      if (stage === 'over') return answer(200, 'OK');
      // A repetition of a BYE that still waits for its answer.
      if (byeReceived) return;
      byeReceived = true;
      deps.witness.write({ event: 'bye-received', callId });
      const confirm = (): void => {
        answer(200, 'OK');
        if (stage !== 'ringing') return finish();
        // §15.1.2: an early dialog; its INVITE still needs a final response.
        sendFinal(487, 'Request Terminated');
        closeVoice();
      };
      if (behaviour.byeAnsweredAfterMs === undefined) confirm();
      else after(behaviour.byeAnsweredAfterMs, confirm);
    },
    reinvite: (request) => {
      const again = readOffer(request.body);
      if (again) {
        offer = again;
        talk();
      }
      deps.send(responseText({ request, status: 200, reason: 'OK', toTag, contact, sdp: sdp() }), from);
    },
    response: (response) => {
      if (response.status < 200) return;
      if (header(response, 'cseq').endsWith('INVITE')) {
        if (stage === 'confirmed') stopRepeating();
        deps.send(own.ack(response), own.target);
      } else if (stage === 'hanging-up') finish();
    },
    drop: () => {
      for (const timer of timers) clearTimeout(timer);
      closeVoice();
    },
  };
}
