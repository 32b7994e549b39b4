/**
 * The fields of an RTP packet that a recording needs (RFC 3550 §5.1).
 * @module
 */
import { PCMA, PCMU } from '../sdp.ts';
import { decodeAlaw, decodeUlaw } from './g711.ts';

export interface AudioPacket {
  ssrc: number;
  /** In samples of 8 kHz, wraps at 2^32. */
  timestamp: number;
  samples: Int16Array;
}

/** @returns undefined for RTCP, telephone events, comfort noise, other codecs and malformed packets */
export function audioPacketOf(datagram: Buffer): AudioPacket | undefined {
  const type = (datagram[1] ?? 0) & 0x7f;
  if (type !== PCMU && type !== PCMA) return undefined;
  const packet = rtpPacketOf(datagram);
  if (!packet) return undefined;
  const { ssrc, timestamp, payload } = packet;
  return { ssrc, timestamp, samples: type === PCMA ? decodeAlaw(payload) : decodeUlaw(payload) };
}

export interface RtpPacket {
  payloadType: number;
  ssrc: number;
  /** In the codec's own clock, wraps at 2^32. */
  timestamp: number;
  payload: Buffer;
}

/** @returns undefined when it is none, or empty */
export function rtpPacketOf(datagram: Buffer): RtpPacket | undefined {
  if (datagram.length < 12) return undefined;
  const first = datagram[0] ?? 0;
  if (first >> 6 !== 2) return undefined;
  let start = 12 + (first & 0x0f) * 4;
  if (first & 0x10) {
    if (datagram.length < start + 4) return undefined;
    start += 4 + datagram.readUInt16BE(start + 2) * 4;
  }
  const padding = first & 0x20 ? (datagram[datagram.length - 1] ?? 0) : 0;
  const end = datagram.length - padding;
  if (end <= start) return undefined;
  return {
    payloadType: (datagram[1] ?? 0) & 0x7f,
    ssrc: datagram.readUInt32BE(8),
    timestamp: datagram.readUInt32BE(4),
    payload: datagram.subarray(start, end),
  };
}
