/**
 * Writes pcap files as rtpengine does, for tests of the reader and of recordings.
 * @module
 */
import { encodeAlaw } from '../recording/g711.ts';

export interface PcapPacket {
  atMs: number;
  port: number;
  payload: Buffer;
  /** Sender; 0.0.0.0 port 5004 by default. */
  from?: { address: string; port: number };
  ipv6?: boolean;
  vlan?: boolean;
}

export function pcap(packets: readonly PcapPacket[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, ...packets.map(record)]);
}

/** A-law RTP of some sound: one packet each 20 ms from `startMs` on. */
export function rtpStream(options: {
  port: number;
  startMs: number;
  samples: Int16Array;
  from?: { address: string; port: number };
  ssrc?: number;
  timestamp?: number;
}): PcapPacket[] {
  const packets: PcapPacket[] = [];
  for (let at = 0; at + 160 <= options.samples.length; at += 160) {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = 8;
    header.writeUInt16BE((at / 160) & 0xffff, 2);
    header.writeUInt32BE(((options.timestamp ?? 0) + at) >>> 0, 4);
    header.writeUInt32BE(options.ssrc ?? 1, 8);
    const sound = Buffer.from(Array.from(options.samples.subarray(at, at + 160), encodeAlaw));
    packets.push({
      // A packet leaves when its last sample was spoken.
      atMs: options.startMs + at / 8 + 20,
      port: options.port,
      ...(options.from ? { from: options.from } : {}),
      payload: Buffer.concat([header, sound]),
    });
  }
  return packets;
}

function record(packet: PcapPacket): Buffer {
  const frame = Buffer.concat([ethernet(packet), ip(packet), udp(packet), packet.payload]);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(packet.atMs / 1_000), 0);
  header.writeUInt32LE(Math.round((packet.atMs % 1_000) * 1_000), 4);
  header.writeUInt32LE(frame.length, 8);
  header.writeUInt32LE(frame.length, 12);
  return Buffer.concat([header, frame]);
}

function ethernet({ ipv6, vlan }: PcapPacket): Buffer {
  const type = ipv6 ? [0x86, 0xdd] : [0x08, 0x00];
  return Buffer.from([
    ...Array.from({ length: 12 }, () => 0),
    ...(vlan ? [0x81, 0x00, 0x00, 0x05] : []),
    ...type,
  ]);
}

function ip({ ipv6, payload, from }: PcapPacket): Buffer {
  const header = Buffer.alloc(ipv6 ? 40 : 20);
  header[0] = ipv6 ? 0x60 : 0x45;
  if (ipv6) {
    header.writeUInt16BE(payload.length + 8, 4);
    header[6] = 17;
  } else {
    header.writeUInt16BE(payload.length + 28, 2);
    header[9] = 17;
    if (from) header.set(from.address.split('.').map(Number), 12);
  }
  return header;
}

function udp({ port, payload, from }: PcapPacket): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(from?.port ?? 5_004, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(payload.length + 8, 4);
  return header;
}
