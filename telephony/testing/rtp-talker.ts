/**
 * A customer whose every RTP packet the test shapes: lost, doubled, late, of another source.
 * @module
 */
import { createSocket, type Socket } from 'node:dgram';
import { encodeAlaw } from '../recording/g711.ts';
import { startFrameClock } from './frame-clock.ts';
import { tone } from './tones.ts';

const FRAME = 160;

export interface RtpPacket {
  /** Counts the frames of the call. */
  index: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payloadType: number;
  payload: Uint8Array;
  delayMs: number;
  /** Out of another port than the SDP says. */
  foreign: boolean;
  /** As it stands, to the port beside: RTCP. */
  rtcp: boolean;
}

/** What is sent instead of one packet. */
export type RtpFault = (packet: RtpPacket) => RtpPacket[];

export interface RtpTalker {
  port: number;
  close(): void;
}

/** Speaks a tone from its first heard packet on. */
export async function startRtpTalker(frequency: number, fault: RtpFault): Promise<RtpTalker> {
  const [socket, other] = [await bound(), await bound()];
  const wave = tone(frequency, 8_000);
  let index = 0;
  let peer: { port: number; address: string } | undefined;
  socket.on('message', (_packet, from) => {
    peer = from;
  });
  const send = (packet: RtpPacket): void => {
    if (!peer) return;
    const from = packet.foreign ? other : socket;
    from.send(bytesOf(packet), peer.port + (packet.rtcp ? 1 : 0), peer.address, () => undefined);
  };
  const timers = new Set<NodeJS.Timeout>();
  const stopClock = startFrameClock(() => {
    if (!peer) return;
    const offset = (index * FRAME) % 8_000;
    const packet: RtpPacket = {
      index,
      sequence: index,
      timestamp: index * FRAME,
      ssrc: 0x1234_5678,
      payloadType: 8,
      payload: Uint8Array.from({ length: FRAME }, (_, at) => encodeAlaw(wave[offset + at] ?? 0)),
      delayMs: 0,
      foreign: false,
      rtcp: false,
    };
    index += 1;
    for (const shaped of fault(packet)) {
      if (shaped.delayMs === 0) send(shaped);
      else timers.add(setTimeout(() => send(shaped), shaped.delayMs));
    }
  });
  return {
    port: socket.address().port,
    close: () => {
      stopClock();
      for (const timer of timers) clearTimeout(timer);
      socket.close();
      other.close();
    },
  };
}

function bytesOf({ sequence, timestamp, ssrc, payloadType, payload, rtcp }: RtpPacket): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = rtcp ? 200 : payloadType;
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc >>> 0, 8);
  return Buffer.concat([header, payload]);
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}
