/**
 * How the two slots of a call are described to rtpengine, by who sits in the agent's. Each was tried; the reasons are in
 * ADR 12: every offer to a newcomer resets the slot, and a browser is told to be passive.
 * @module
 */
import { audioSdp, audioTarget, PCMA, PCMU, TELEPHONE_EVENT, withoutHold } from './sdp.ts';

/** What desks are offered: a browser may be given Opus, which rtpengine turns into the customer's law. */
export const DESK_CODECS = ['pcma', 'opus'] as const;
export type DeskCodec = (typeof DESK_CODECS)[number];

/** Who sits in the agent's slot: a browser speaks WebRTC, a telephone plain RTP. */
export type Occupant = 'nobody' | 'telephone' | 'browser';

const PLAIN = { ICE: 'remove', 'transport-protocol': 'RTP/AVP', 'rtcp-mux': ['demux'] } as const;
const WEB = {
  ICE: 'force',
  'transport-protocol': 'UDP/TLS/RTP/SAVPF',
  'rtcp-mux': ['offer', 'require'],
  SDES: ['off'],
} as const;

const BASE = ['port latching', 'inject DTMF'] as const;
/** `strict source`: once rtpengine knows where a party sends from, packets of anybody else are dropped. */
const FLAGS = [...BASE, 'strict source'] as const;
/** Nobody sits there: without this, rtpengine would take the first stranger who sends to the port for the occupant. */
const EMPTY_SLOT_FLAGS = [...FLAGS, 'asymmetric'] as const;
/**
 * Where its SDP says and nowhere else: rtpengine would go on listening to the telephone before it for 3 s, which is how long it
 * learns. A desk's telephone behind NAT is not served.
 */
const TELEPHONE_FLAGS = EMPTY_SLOT_FLAGS;

/**
 * Keys of the NG offer that the customer's slot makes.
 * @param next `newcomer`: whoever sits in the agent's slot now is forgotten, keys and all
 */
export function offerKeys(
  customerSdp: string,
  occupant: Occupant,
  next: 'same' | 'newcomer' = 'same',
  codec: DeskCodec = 'pcma',
): Record<string, unknown> {
  const reset = next === 'newcomer' ? ['reset'] : [];
  return {
    sdp: withoutHold(customerSdp),
    ...(occupant === 'browser' ? WEB : PLAIN),
    flags: [...FLAGS, ...reset, ...(occupant === 'browser' ? ['generate mid'] : [])],
    ...(occupant === 'browser' && codec === 'opus' ? OPUS : codecKeys(customerSdp, occupant)),
  };
}

/** Keys of the NG answer that the agent's slot makes. A browser's address is found by ICE, which is stricter than a flag. */
export function answerKeys(sdp: string, occupant: Occupant): Record<string, unknown> {
  const flags = { nobody: EMPTY_SLOT_FLAGS, telephone: TELEPHONE_FLAGS, browser: BASE }[occupant];
  return { sdp, ...PLAIN, flags };
}

/** Nothing else is offered: a browser that knew G.711 beside it might send either. */
const OPUS = { codec: { mask: ['all'], transcode: ['opus/48000/2', 'telephone-event'] } } as const;

/**
 * Otherwise the agent's side always speaks PCMA: where the customer took PCMU only, rtpengine turns one into the other. A desk is
 * offered one law: with both, a browser keeps to the first, and rtpengine hands it on to a customer who took the other.
 */
function codecKeys(customerSdp: string, occupant: Occupant): { codec?: object } {
  const types = audioTarget(customerSdp)?.payloadTypes ?? [];
  const takesPcmu = types.includes(PCMU) && (occupant !== 'nobody' || !types.includes(PCMA));
  return takesPcmu ? { codec: { mask: ['PCMU'], transcode: ['PCMA'] } } : {};
}

/**
 * What rtpengine wrote for the agent's slot, as it goes to the desk: nothing of the customer's own SDP in it.
 * @throws Error when there is no audio in it
 */
export function sdpForDesk(sdp: string, occupant: Occupant, session: number): string {
  const target = audioTarget(sdp);
  if (!target) throw new Error('rtpengine offered the desk no audio');
  const origin = { id: session, version: 1 };
  if (occupant !== 'browser') {
    return audioSdp({ origin, target, payloadTypes: [PCMA, TELEPHONE_EVENT] });
  }
  const family = target.address.includes(':') ? 'IP6' : 'IP4';
  return (
    sdp
      .replace(/^o=.*$/m, `o=apel ${origin.id} ${origin.version} IN ${family} ${target.address}`)
      .replace(/^s=.*$/m, 's=-')
      // RFC 5763 §5: the browser becomes the DTLS server. As client it would speak before rtpengine knows its keys.
      .replace(/^a=setup:actpass/gm, 'a=setup:active')
  );
}
