/**
 * One call's media in rtpengine, in the shape of two slots: tag `cust` always sends the NG offer, tag `agent` always
 * answers. Whoever sits in the agent's slot (nobody, a browser, a phone outside), the customer's port never changes, so
 * that the customer's leg never needs a re-INVITE.
 * @module
 */
import { NgError, type NgClient, type NgReply, type NgRequestOptions } from './ng-client.ts';
import { sendPreRoll } from './pre-roll.ts';
import {
  answerDirection,
  audioSdp,
  audioTarget,
  DUMMY_SDP,
  isTalkable,
  PCMA,
  PCMU,
  TELEPHONE_EVENT,
  withoutHold,
  type AudioTarget,
  type Direction,
} from './sdp.ts';

/** The two slots of a call. */
export type Slot = 'cust' | 'agent';

const PLAIN = { ICE: 'remove', 'transport-protocol': 'RTP/AVP', 'rtcp-mux': ['demux'] } as const;
/** `strict source`: once rtpengine knows where a party sends from, packets of anybody else are dropped. */
const FLAGS = ['port latching', 'inject DTMF', 'strict source'] as const;
/** Nobody sits there: without this, rtpengine would take the first stranger who sends to the port for the occupant. */
const EMPTY_SLOT_FLAGS = [...FLAGS, 'asymmetric'] as const;

/** Somebody has answered: a media server that stalls for five seconds must not cost the call. */
const IN_A_CALL: NgRequestOptions = { timeoutMs: 7_000 };
/** Commands to a server that stalled wait in its socket and may be carried out side by side: a delete before its offer. */
const ABANDON_PAUSE_MS = 1_000;
const ABANDON_TRIES = 15;

export interface MediaSession {
  /**
   * Opens both slots, with recording armed where asked.
   * @returns the SDP to offer to the customer, and what a later process needs to finish the recording
   * @throws NgError
   */
  begin(options: { record: boolean }, request?: NgRequestOptions): Promise<MediaOpened>;
  /** The customer's SDP of a 183, a 200 or a re-INVITE. @throws NgError; MediaNotAcceptable unless it can be talked to */
  setCust(sdp: string): Promise<void>;
  /** SDP for a re-answer to the customer's offer, or our offer where that is empty: same session and ports, next version. */
  localSdp(offer: string): string;
  /**
   * Plays a file to the party in a slot, instead of what plays there now.
   * @returns length of one pass in milliseconds
   * @throws NgError `refused` also when rtpengine says ok without a duration: such a file plays as silence
   */
  play(slot: Slot, file: string): Promise<number>;
  /** Stops what plays to a slot; harmless when nothing does. */
  stop(slot: Slot): Promise<void>;
  /** Answers when rtpengine still has this very call. @throws NgError `refused` or `lost` when it has not (any more) */
  check(): Promise<void>;
  /**
   * Ends the media.
   * @returns true when the pcap is complete now; false when the media server has forgotten the call, which is no error,
   * but then it was killed, and what it had not written yet (up to the first 4 KiB: all) is lost
   */
  delete(): Promise<boolean>;
}

export interface MediaOpened {
  sdp: string;
  /** Ports of rtpengine on which each slot receives: they name the slots in the pcap. */
  ports: Record<Slot, number>;
  /** Absolute path, absent when nothing is recorded. */
  pcap?: string;
}

/** The far end answered without audio that we could use. */
export class MediaNotAcceptable extends Error {
  override readonly name = 'MediaNotAcceptable';
}

/** @param callId NG call-id, the same as the SIP Call-ID */
export function createMediaSession(ng: NgClient, callId: string): MediaSession {
  const ids = { 'call-id': callId, 'from-tag': 'cust' } as const;
  const origin = { id: Date.now(), version: 1 };
  let local: AudioTarget | undefined;
  let occupantSdp = DUMMY_SDP;
  let opened = false;
  let forgotten = false;
  let birth = '';

  const sdpForCustomer = (direction?: Direction): string => {
    if (!local) throw new NgError('closed', 'media session was not begun');
    return audioSdp({
      origin,
      target: local,
      payloadTypes: [PCMA, PCMU, TELEPHONE_EVENT],
      ...(direction ? { direction } : {}),
    });
  };

  const mustBeTheSame = async (): Promise<void> => {
    if ((await birthOf(ng, callId)) === birth) return;
    forgotten = true;
    throw new NgError('lost', 'the media server has forgotten this call');
  };

  return {
    begin: async ({ record }, request) => {
      const arm = record ? { 'record call': 'yes' } : {};
      // Whatever becomes of the answer: a media server that only stalls will carry it out later.
      opened = true;
      const offer = await ng.request(
        'offer',
        { ...ids, sdp: DUMMY_SDP, ...PLAIN, flags: FLAGS, ...arm },
        request,
      );
      const agent = targetOf(offer);
      local = targetOf(await ng.request('answer', plainAnswer(ids, DUMMY_SDP), request));
      birth = await birthOf(ng, callId);
      const pcap = record ? recordingOf(offer) : undefined;
      if (record) sendPreRoll(agent);
      return {
        sdp: sdpForCustomer(),
        ports: { cust: local.port, agent: agent.port },
        ...(pcap === undefined ? {} : { pcap }),
      };
    },
    setCust: async (sdp) => {
      const target = audioTarget(sdp);
      if (!local) throw new NgError('closed', 'media session was not begun');
      if (!target || !isTalkable(target, local))
        throw new MediaNotAcceptable('the customer accepted no audio that we have');
      // A customer who took PCMU only: the agent's side still sends PCMA, which rtpengine must turn into PCMU.
      const onlyPcmu = target.payloadTypes.includes(PCMU) && !target.payloadTypes.includes(PCMA);
      const codec = onlyPcmu ? { codec: { mask: ['PCMU'], transcode: ['PCMA'] } } : {};
      const offer = { ...ids, 'to-tag': 'agent', sdp: withoutHold(sdp), ...PLAIN, flags: FLAGS, ...codec };
      await ng.request('offer', offer, IN_A_CALL);
      await ng.request('answer', plainAnswer(ids, occupantSdp), IN_A_CALL);
      // A restarted rtpengine makes a new call of it, without recording and on ports that the customer may not know.
      await mustBeTheSame();
    },
    localSdp: (offer) => {
      origin.version += 1;
      return sdpForCustomer(answerDirection(offer));
    },
    play: async (slot, file) => {
      const reply = await ng.request('play media', { 'call-id': callId, 'from-tag': slot, file }, IN_A_CALL);
      const durationMs = reply['duration'];
      if (typeof durationMs === 'number' && durationMs > 0) return durationMs;
      throw new NgError('refused', 'NG play media: the file has no sound that rtpengine can play');
    },
    stop: async (slot) => {
      await ng.request('stop media', { 'call-id': callId, 'from-tag': slot });
    },
    check: mustBeTheSame,
    delete: async () => !opened || ((await deleteMedia(ng, callId)) && !forgotten),
  };
}

/**
 * Deletes a call's media by its id alone, as settlement must.
 * @returns false when rtpengine does not know the call, which it says with `ok` and a warning (other versions: an error)
 * @throws NgError when it does not answer
 */
export async function deleteMedia(ng: NgClient, callId: string): Promise<boolean> {
  try {
    return (await ng.request('delete', { 'call-id': callId }))['warning'] === undefined;
  } catch (error) {
    if (error instanceof NgError && error.code === 'refused') return false;
    throw error;
  }
}

/**
 * Deletes a call's media that the media server did not confirm, in the background, for half a minute: nothing may be left
 * there that nobody owns. Never rejects.
 */
export async function abandonMedia(ng: NgClient, callId: string): Promise<void> {
  for (let unknown = 0, tries = 0; unknown < 2 && tries < ABANDON_TRIES; tries++) {
    try {
      if (await deleteMedia(ng, callId)) return;
      unknown += 1;
    } catch (error) {
      if (error instanceof NgError && error.code === 'closed') return;
    }
    await new Promise((resolve) => setTimeout(resolve, ABANDON_PAUSE_MS).unref());
  }
}

/** When rtpengine made this call, to the microsecond: tells it from one of the same id made after a restart. */
async function birthOf(ng: NgClient, callId: string): Promise<string> {
  const { created, created_us: microseconds } = await ng.request('query', { 'call-id': callId });
  return `${String(created)}.${String(microseconds)}`;
}

function plainAnswer(ids: Readonly<Record<string, string>>, sdp: string): Record<string, unknown> {
  return { ...ids, 'to-tag': 'agent', sdp, ...PLAIN, flags: sdp === DUMMY_SDP ? EMPTY_SLOT_FLAGS : FLAGS };
}

function targetOf(reply: NgReply): AudioTarget {
  const target = typeof reply['sdp'] === 'string' ? audioTarget(reply['sdp']) : undefined;
  if (target) return target;
  throw new NgError('refused', 'rtpengine answered without an audio port');
}

function recordingOf(reply: NgReply): string | undefined {
  const recordings = reply['recordings'];
  const first: unknown = Array.isArray(recordings) ? recordings[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}
