/**
 * Opus in RTP (RFC 7587) as far as a recording needs it: how long a packet sounds, and a file around the packets that a
 * decoder reads (Ogg, RFC 3533 and RFC 7845).
 * @module
 */
import { FRAMES_PER_MS } from './rtp-placer.ts';

/** RFC 7587 §4.1: whatever was encoded. */
export const OPUS_TICKS_PER_FRAME = 48 / FRAMES_PER_MS;
const TICKS_PER_MS = 48;
/** RFC 6716 §3.2: no packet is longer. */
const MAX_PACKET_MS = 120;
/** Of lacing values in a page, 255 at most; a packet of 1,275 bytes needs six. */
const PACKETS_A_PAGE = 40;
const MAX_PACKET_BYTES = 1_275;
const SERIAL = 0x4170656c;

/** RFC 6716 table 2: frame size of each configuration, in ms. */
const CELT_MS = [2.5, 5, 10, 20];
const FRAME_MS = [
  [10, 20, 40, 60],
  [10, 20, 40, 60],
  [10, 20, 40, 60],
  [10, 20, 10, 20],
  CELT_MS,
  CELT_MS,
  CELT_MS,
  CELT_MS,
].flat();

/** @returns ms; undefined when it is no packet that a decoder takes */
export function opusDuration(packet: Uint8Array): number | undefined {
  const toc = packet[0];
  if (toc === undefined || packet.length > MAX_PACKET_BYTES) return undefined;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 0) & 0x3f : 2;
  const ms = frames * (FRAME_MS[toc >> 3] ?? 0);
  return ms > 0 && ms <= MAX_PACKET_MS ? ms : undefined;
}

export interface OggWriter {
  /** Bytes to write now: none, until a page is full. */
  add(packet: Uint8Array, ms: number): Buffer;
  /** The rest. */
  end(): Buffer;
}

/** A stream of two channels, as browsers may send; nothing is skipped at its beginning. */
export function createOggOpus(): OggWriter {
  let sequence = 0;
  let ticks = 0;
  let held: Buffer[] = [];
  const flush = (flags: number): Buffer => {
    const bytes = page({ packets: held, flags, ticks, sequence: sequence++ });
    held = [];
    return bytes;
  };
  let head: Buffer | undefined = Buffer.concat([
    page({ packets: [opusHead()], flags: FIRST, ticks: 0, sequence: sequence++ }),
    page({ packets: [opusTags()], flags: 0, ticks: 0, sequence: sequence++ }),
  ]);
  const withHead = (bytes: Buffer): Buffer => {
    const all = head ? Buffer.concat([head, bytes]) : bytes;
    head = undefined;
    return all;
  };
  return {
    add: (packet, ms) => {
      held.push(Buffer.from(packet));
      ticks += ms * TICKS_PER_MS;
      return held.length < PACKETS_A_PAGE ? Buffer.alloc(0) : withHead(flush(0));
    },
    end: () => withHead(flush(LAST)),
  };
}

const FIRST = 2;
const LAST = 4;

/** RFC 7845 §5.1. */
function opusHead(): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 'latin1');
  head[8] = 1;
  head[9] = 2;
  head.writeUInt32LE(48_000, 12);
  return head;
}

/** RFC 7845 §5.2. */
function opusTags(): Buffer {
  const tags = Buffer.alloc(20);
  tags.write('OpusTags', 'latin1');
  tags.writeUInt32LE(4, 8);
  tags.write('apel', 12, 'latin1');
  return tags;
}

/** Of the first page as every encoder writes it: one segment that holds `OpusHead` and nothing else. */
const HEAD_AT = 28;
const FAMILY_AT = HEAD_AT + 18;
const STREAMS_AT = HEAD_AT + 19;
const COUPLED_AT = HEAD_AT + 20;
const HEAD_PAGE_BYTES = HEAD_AT + 23;

/**
 * The first page of a file of two channels, each with a stream of its own, under mapping family 1 (RFC 7845 §5.1.1.2: left and
 * right) instead of 255, which says nothing about where they belong and which some players refuse.
 * @returns the page to write instead; undefined when it is no such file
 */
export function asTwoStreams(start: Buffer): Buffer | undefined {
  const head = Buffer.from(start.subarray(0, HEAD_PAGE_BYTES));
  if (head.length < HEAD_PAGE_BYTES || head.toString('latin1', HEAD_AT, HEAD_AT + 8) !== 'OpusHead')
    return undefined;
  if (head[26] !== 1 || head[STREAMS_AT] !== 2 || head[COUPLED_AT] !== 0) return undefined;
  head[FAMILY_AT] = 1;
  head.writeUInt32LE(0, 22);
  head.writeUInt32LE(oggCrc(head), 22);
  return head;
}

interface Page {
  packets: readonly Buffer[];
  flags: number;
  /** Granule position: samples of 48 kHz up to the end of this page. */
  ticks: number;
  sequence: number;
}

/** RFC 3533 §6. */
function page({ packets, flags, ticks, sequence }: Page): Buffer {
  const lacing = packets.flatMap(({ length }) => [
    ...Array<number>(Math.floor(length / 255)).fill(255),
    length % 255,
  ]);
  const header = Buffer.alloc(27 + lacing.length);
  header.write('OggS', 'latin1');
  header[5] = flags;
  header.writeBigUInt64LE(BigInt(Math.round(ticks)), 6);
  header.writeUInt32LE(SERIAL, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = lacing.length;
  header.set(lacing, 27);
  const bytes = Buffer.concat([header, ...packets]);
  bytes.writeUInt32LE(oggCrc(bytes), 22);
  return bytes;
}

/** RFC 3533 §6: polynomial 0x04c11db7, nothing reflected, nothing inverted. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc >>> 0;
});

/** Of a whole page whose own four bytes for it are zero. */
export function oggCrc(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return crc;
}
