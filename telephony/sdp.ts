/**
 * The little SDP that the edge writes and reads itself (RFC 8866). The edge owns the `o=` line: what rtpengine or a
 * browser put there would change with each agent and force the trunk to renegotiate.
 * @module
 */
import { isIP, isIPv6 } from 'node:net';

/** Where one party wants its audio. */
export interface AudioTarget {
  address: string;
  port: number;
}

/** Static payload types of RFC 3551 that Apel speaks. */
export const PCMU = 0;
export const PCMA = 8;
/** Dynamic payload type under which `telephone-event` (RFC 4733) is offered. */
export const TELEPHONE_EVENT = 101;

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)(?=\r?$)/m;
const NAMES: Readonly<Record<number, string>> = { [PCMU]: 'PCMU', [PCMA]: 'PCMA' };

/** The occupant of a slot in which nobody is: rtpengine answers with ports, nothing is sent anywhere that listens. */
export const DUMMY_SDP = audioSdp({
  origin: { id: 1, version: 1 },
  target: { address: '127.0.0.1', port: 9 },
  payloadTypes: [PCMA, TELEPHONE_EVENT],
});

export interface AudioSdpOptions {
  origin: { id: number; version: number };
  target: AudioTarget;
  payloadTypes: readonly number[];
  direction?: Direction;
}

/** Writes an SDP with one audio stream. */
export function audioSdp({ origin, target, payloadTypes, direction }: AudioSdpOptions): string {
  const family = target.address.includes(':') ? 'IP6' : 'IP4';
  const lines = [
    'v=0',
    `o=apel ${origin.id} ${origin.version} IN ${family} ${target.address}`,
    's=-',
    `c=IN ${family} ${target.address}`,
    't=0 0',
    `m=audio ${target.port} RTP/AVP ${payloadTypes.join(' ')}`,
    ...payloadTypes.flatMap(attributesOf),
    'a=ptime:20',
    `a=${direction ?? 'sendrecv'}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** An audio stream as a party describes it. */
export interface AudioStream extends AudioTarget {
  /** Such as `RTP/AVP`. */
  protocol: string;
  payloadTypes: number[];
}

/**
 * Reads where the first audio stream goes.
 * @returns undefined when there is no audio stream, it was rejected with port 0, or its address is no IP address
 */
export function audioTarget(sdp: string): AudioStream | undefined {
  const media = /^m=audio (\d+)(?:\/\d+)? (\S+) ([\d ]+)/m.exec(sdp);
  if (!media) return undefined;
  const port = Number(media[1]);
  const section = sdp.slice(media.index);
  const next = section.indexOf('\nm=', 1);
  const own = /^c=IN IP[46] ([^\s/]+)/m.exec(next < 0 ? section : section.slice(0, next));
  const session = /^c=IN IP[46] ([^\s/]+)/m.exec(sdp.slice(0, media.index));
  const address = own?.[1] ?? session?.[1];
  if (port === 0 || port > 65_535 || address === undefined || isIP(address) === 0) return undefined;
  const payloadTypes = (media[3] ?? '').trim().split(/\s+/).map(Number);
  return { address, port, protocol: media[2] ?? '', payloadTypes };
}

/**
 * Whether a stream that answers our offer can be talked to: plain RTP, G.711, the family of addresses that we offered. With
 * any other a prompt would be played to somebody who hears nothing, and counted as heard.
 */
export function isTalkable(stream: AudioStream, offered: AudioTarget): boolean {
  return (
    /^RTP\/AVPF?$/.test(stream.protocol) &&
    stream.payloadTypes.some((type) => type === PCMA || type === PCMU) &&
    isIPv6(stream.address) === isIPv6(offered.address)
  );
}

/** Payload type under which a party speaks Opus; undefined when it does not. */
export function opusType(sdp: string): number | undefined {
  const type = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  return type === undefined ? undefined : Number(type);
}

const ANSWERS = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
} as const;

/** Which way the sound goes, as the writer of an SDP sees it. */
export type Direction = keyof typeof ANSWERS;

/** Direction of the answer to an offer (RFC 3264 §6.1): who puts us on hold must hear that it is so. */
export function answerDirection(offer: string): Direction {
  const offered = DIRECTION.exec(offer)?.[1] as Direction | undefined;
  return ANSWERS[offered ?? 'sendrecv'];
}

/** The same SDP without hold: rtpengine refuses to play to a party that is `inactive`, even before it is taken back. */
export function withoutHold(sdp: string): string {
  return sdp.replace(new RegExp(DIRECTION, 'gm'), 'a=sendrecv');
}

function attributesOf(payloadType: number): string[] {
  if (payloadType === TELEPHONE_EVENT) {
    return [`a=rtpmap:${payloadType} telephone-event/8000`, `a=fmtp:${payloadType} 0-16`];
  }
  return [`a=rtpmap:${payloadType} ${NAMES[payloadType]}/8000`];
}
