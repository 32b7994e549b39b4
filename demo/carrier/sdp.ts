/**
 * The little of SDP (RFC 8866) that one audio stream needs.
 * @module
 */
export interface Offer {
  address: string;
  port: number;
  /** Payload type of telephone-event, where offered. */
  eventType?: number;
}

/** Undefined when there is no audio that we can speak (A-law). */
export function readOffer(sdp: string): Offer | undefined {
  const media = /^m=audio (\d+) RTP\/AVPF? ([\d ]+)$/m.exec(sdp.replaceAll('\r', ''));
  const connection = [...sdp.matchAll(/^c=IN IP4 (\d+\.\d+\.\d+\.\d+)/gm)].at(-1);
  if (!media?.[1] || !media[2]?.split(' ').includes('8') || !connection?.[1]) return undefined;
  const event = /^a=rtpmap:(\d+) telephone-event\/8000/im.exec(sdp)?.[1];
  return {
    address: connection[1],
    port: Number(media[1]),
    ...(event === undefined ? {} : { eventType: Number(event) }),
  };
}

/** @param version grows with each that differs in a call (RFC 3264 §8) */
export function answerSdp(
  local: { address: string; port: number },
  eventType: number | undefined,
  { version, direction }: { version: number; direction: 'sendrecv' | 'sendonly' } = {
    version: 1,
    direction: 'sendrecv',
  },
): string {
  const event =
    eventType === undefined ? [] : [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`];
  const lines = [
    'v=0',
    `o=customer 1 ${version} IN IP4 ${local.address}`,
    's=-',
    `c=IN IP4 ${local.address}`,
    't=0 0',
    `m=audio ${local.port} RTP/AVP 8${eventType === undefined ? '' : ` ${eventType}`}`,
    'a=rtpmap:8 PCMA/8000',
    ...event,
    'a=ptime:20',
    `a=${direction}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}
