/**
 * The little SDP that the edge writes and reads itself (RFC 8866). The edge owns the `o=` line: what rtpengine or a
 * browser put there would change with each agent and force the trunk to renegotiate.
 * @module
 */

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
}

/** Writes an SDP with one audio stream. */
export function audioSdp({ origin, target, payloadTypes }: AudioSdpOptions): string {
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
    'a=sendrecv',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * Reads where the first audio stream goes.
 * @returns undefined when there is no audio stream, or it was rejected with port 0
 */
export function audioTarget(sdp: string): (AudioTarget & { payloadTypes: number[] }) | undefined {
  const media = /^m=audio (\d+)(?:\/\d+)? \S+ ([\d ]+)/m.exec(sdp);
  if (!media) return undefined;
  const port = Number(media[1]);
  const section = sdp.slice(media.index);
  const next = section.indexOf('\nm=', 1);
  const own = /^c=IN IP[46] ([^\s/]+)/m.exec(next < 0 ? section : section.slice(0, next));
  const session = /^c=IN IP[46] ([^\s/]+)/m.exec(sdp.slice(0, media.index));
  const address = own?.[1] ?? session?.[1];
  if (port === 0 || port > 65_535 || address === undefined) return undefined;
  return { address, port, payloadTypes: (media[2] ?? '').trim().split(/\s+/).map(Number) };
}

function attributesOf(payloadType: number): string[] {
  if (payloadType === TELEPHONE_EVENT) {
    return [`a=rtpmap:${payloadType} telephone-event/8000`, `a=fmtp:${payloadType} 0-16`];
  }
  return [`a=rtpmap:${payloadType} ${NAMES[payloadType]}/8000`];
}
