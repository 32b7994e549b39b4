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
  if (datagram.length < 12) return undefined;
  const first = datagram[0] ?? 0;
  const payloadType = (datagram[1] ?? 0) & 0x7f;
  if (first >> 6 !== 2 || (payloadType !== PCMU && payloadType !== PCMA)) return undefined;
  let start = 12 + (first & 0x0f) * 4;
  if (first & 0x10) {
    if (datagram.length < start + 4) return undefined;
    start += 4 + datagram.readUInt16BE(start + 2) * 4;
  }
  const padding = first & 0x20 ? (datagram[datagram.length - 1] ?? 0) : 0;
  const end = datagram.length - padding;
  if (end <= start) return undefined;
  const payload = datagram.subarray(start, end);
  return {
    ssrc: datagram.readUInt32BE(8),
    timestamp: datagram.readUInt32BE(4),
    samples: payloadType === PCMA ? decodeAlaw(payload) : decodeUlaw(payload),
  };
}
