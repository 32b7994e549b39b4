/**
 * Fills the first block of a capture. rtpengine writes in blocks of 4 KiB: killed before the first was full (0.4 s of speech,
 * or the whole call of a silent customer), it leaves an empty file and the call has no recording at all. So the slot in which
 * nobody sits yet is sent a little more than a block of silence before the INVITE.
 * @module
 */
import { createSocket } from 'node:dgram';
import { PCMA, type AudioTarget } from './sdp.ts';

const BLOCK_BYTES = 4_096;
/** Below every MTU; the capture adds 58 bytes of its own headers to each. */
const PACKET_BYTES = 1_300;
const PACKETS = Math.ceil(BLOCK_BYTES / PACKET_BYTES);
/** A-law of 0. */
const SILENCE = 0xd5;

/** Sends and forgets: what is lost costs what it cost before. */
export function sendPreRoll(target: AudioTarget): void {
  const socket = createSocket(target.address.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => undefined);
  let left = PACKETS;
  for (let sequence = 0; sequence < PACKETS; sequence++) {
    const packet = Buffer.alloc(PACKET_BYTES, SILENCE);
    packet.fill(0, 0, 12);
    packet[0] = 0x80;
    packet[1] = PCMA;
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE(0x41_50_45_4c, 8);
    socket.send(packet, target.port, target.address, () => {
      left -= 1;
      if (left === 0) socket.close();
    });
  }
}
