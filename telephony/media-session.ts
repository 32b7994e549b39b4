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
  type AudioTarget,
  type Direction,
} from './sdp.ts';
import { answerKeys, offerKeys, sdpForDesk, type DeskCodec, type Occupant } from './slot-recipes.ts';

/** The two slots of a call. */
export type Slot = 'cust' | 'agent';

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
   * @param repeat how often
   * @returns length of all passes in milliseconds
   * @throws NgError `refused` also when rtpengine says ok without a duration: such a file plays as silence
   */
  play(slot: Slot, file: string, repeat?: number): Promise<number>;
  /** Stops what plays to a slot; harmless when nothing does. */
  stop(slot: Slot): Promise<void>;
  /**
   * Calls somebody into the agent's slot, in place of whoever sits there.
   * @param invite gets the SDP to offer to them and gives the SDP of their answer; undefined: they did not answer, and
   * whoever sat there before hears nothing any more. The customer's changes wait for it
   * @returns whether they sit there now
   */
  seat(occupant: Occupant, invite: (sdp: string) => Promise<string | undefined>): Promise<boolean>;
  /** What the party in a slot says reaches nobody, but the recording. */
  block(slot: Slot): Promise<void>;
  unblock(slot: Slot): Promise<void>;
  /** Whether the customer's side agreed to telephone events. */
  takesDigits(): boolean;
  /** Sends a digit to the customer as RFC 4733 event; several are queued. */
  sendDigit(digit: string): Promise<void>;
  /** What was heard from the agent's slot. */
  heardFromAgent(): Promise<AgentSound>;
  /** Nothing more is written of this call. */
  stopRecording(): Promise<void>;
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

export interface AgentSound {
  /** Packets that came, all in all. */
  packets: number;
  /** Keys were agreed and are those of the SDP (a telephone has none). */
  secured: boolean;
}

/** The far end answered without audio that we could use. */
export class MediaNotAcceptable extends Error {
  override readonly name = 'MediaNotAcceptable';
}

/** @param callId NG call-id, the same as the SIP Call-ID */
export function createMediaSession(
  ng: NgClient,
  callId: string,
  { deskCodec = 'pcma' }: { deskCodec?: DeskCodec } = {},
): MediaSession {
  const ids = { 'call-id': callId, 'from-tag': 'cust' } as const;
  const origin = { id: Date.now(), version: 1 };
  let local: AudioTarget | undefined;
  let occupant: { is: Occupant; sdp: string } = { is: 'nobody', sdp: DUMMY_SDP };
  let customerSdp = DUMMY_SDP;
  let recorded = false;
  /** Of the agent's slot: each newcomer gets another one. */
  let sessions = 0;
  /** Offers and answers come in pairs: one pair after the other. */
  let pairs: Promise<unknown> = Promise.resolve();
  let opened = false;
  let forgotten = false;
  let identity = '';
  let birth: string | undefined;

  const sdpForCustomer = (direction?: Direction): string => {
    if (!local) throw new NgError('closed', 'media session was not begun');
    return audioSdp({
      origin,
      target: local,
      payloadTypes: [PCMA, PCMU, TELEPHONE_EVENT],
      ...(direction ? { direction } : {}),
    });
  };

  const mustBe = (same: boolean): void => {
    if (!same) forgotten = true;
    if (forgotten) throw new NgError('lost', 'the media server has forgotten this call');
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = pairs.then(work);
    pairs = turn.catch(() => undefined);
    return turn;
  };

  const agree = async (
    offer: Record<string, unknown>,
    sdpOf: (offered: NgReply) => Promise<{ is: Occupant; sdp: string } | undefined>,
  ): Promise<boolean> => {
    const offered = await ng.request('offer', { ...ids, 'to-tag': 'agent', ...offer }, IN_A_CALL);
    const next = await sdpOf(offered);
    if (!next) return false;
    const answer = { ...ids, 'to-tag': 'agent', ...answerKeys(next.sdp, next.is) };
    const answered = await ng.request('answer', answer, IN_A_CALL);
    occupant = next;
    // A restarted rtpengine makes a new call of it, without recording and on ports that the customer may not know.
    mustBe(identityOf(offered, answered, recorded) === identity);
    return true;
  };

  return {
    begin: async ({ record }, request) => {
      const arm = record ? { 'record call': 'yes' } : {};
      // Whatever becomes of the answer: a media server that only stalls will carry it out later.
      opened = true;
      const offer = await ng.request('offer', { ...ids, ...offerKeys(DUMMY_SDP, 'nobody'), ...arm }, request);
      const first = { ...ids, 'to-tag': 'agent', ...answerKeys(DUMMY_SDP, 'nobody') };
      const answer = await ng.request('answer', first, request);
      const agent = targetOf(offer);
      local = targetOf(answer);
      const pcap = record ? recordingOf(offer) : undefined;
      recorded = pcap !== undefined;
      identity = identityOf(offer, answer, recorded);
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
      await inTurn(async () => {
        customerSdp = sdp;
        await agree(offerKeys(sdp, occupant.is, 'same', deskCodec), () => Promise.resolve(occupant));
      });
    },
    seat: (is, invite) =>
      inTurn(() =>
        agree(offerKeys(customerSdp, is, 'newcomer', deskCodec), async (offered) => {
          sessions += 1;
          const sdp = await invite(sdpForDesk(sdpOf(offered), is, origin.id + sessions));
          return sdp === undefined ? undefined : { is, sdp };
        }),
      ),
    localSdp: (offer) => {
      origin.version += 1;
      return sdpForCustomer(answerDirection(offer));
    },
    play: async (slot, file, repeat) => {
      const times = repeat === undefined ? {} : { 'repeat-times': repeat };
      const play = { 'call-id': callId, 'from-tag': slot, file, ...times };
      const reply = await ng.request('play media', play, IN_A_CALL);
      const durationMs = reply['duration'];
      if (typeof durationMs === 'number' && durationMs > 0) return durationMs;
      throw new NgError('refused', 'NG play media: the file has no sound that rtpengine can play');
    },
    stop: async (slot) => {
      await ng.request('stop media', { 'call-id': callId, 'from-tag': slot });
    },
    block: async (slot) => {
      await ng.request('block media', { 'call-id': callId, 'from-tag': slot }, IN_A_CALL);
    },
    unblock: async (slot) => {
      await ng.request('unblock media', { 'call-id': callId, 'from-tag': slot }, IN_A_CALL);
    },
    takesDigits: () => /^a=rtpmap:\d+ telephone-event\/8000/im.test(customerSdp),
    sendDigit: async (code) => {
      await ng.request('play DTMF', { 'call-id': callId, 'from-tag': 'agent', code }, IN_A_CALL);
    },
    heardFromAgent: async () => agentSoundOf(await ng.request('query', { 'call-id': callId })),
    stopRecording: async () => {
      await ng.request('stop recording', { 'call-id': callId }, IN_A_CALL);
      recorded = false;
      identity = identity.replace(/^\S*/, '');
    },
    check: async () => {
      const created = await birthOf(ng, callId);
      birth ??= created;
      mustBe(created === birth);
    },
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

/**
 * What an offer and its answer say of the call they were made in: the name of its pcap, which rtpengine makes at random,
 * and the ports of both slots. Tells the call from one of the same id made after a restart, without asking for it. Where
 * nothing is recorded the ports may come out the same: such a call goes on as if nothing had happened.
 */
function identityOf(offer: NgReply, answer: NgReply, recorded: boolean): string {
  const pcap = recorded ? (recordingOf(offer) ?? '') : '';
  return [pcap, targetOf(offer).port, targetOf(answer).port].join(' ');
}

/** When rtpengine made this call, to the microsecond. */
async function birthOf(ng: NgClient, callId: string): Promise<string> {
  const { created, created_us: microseconds } = await ng.request('query', { 'call-id': callId });
  return `${String(created)}.${String(microseconds)}`;
}

/** `query` lists for each tag its media, their streams (RTP first), what was counted and what was agreed. */
function agentSoundOf(reply: NgReply): AgentSound {
  const tags = reply['tags'] as Record<string, QueriedTag> | undefined;
  const media = tags?.['agent']?.medias?.[0];
  const stream = media?.streams?.[0];
  const flags = [...(media?.flags ?? []), ...(stream?.flags ?? [])];
  return {
    packets: stream?.stats?.packets ?? 0,
    secured: flags.includes('DTLS fingerprint verified'),
  };
}

interface QueriedTag {
  medias?: { flags?: string[]; streams?: { flags?: string[]; stats?: { packets?: number } }[] }[];
}

function sdpOf(reply: NgReply): string {
  return typeof reply['sdp'] === 'string' ? reply['sdp'] : '';
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
