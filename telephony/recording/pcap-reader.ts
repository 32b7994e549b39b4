/**
 * Reads the pcap that rtpengine writes, one packet after the other, in little memory. A file that ends within a record
 * (rtpengine was killed) gives everything before it.
 * @module
 */
import { open, type FileHandle } from 'node:fs/promises';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** Twice the longest record. */
const CHUNK_BYTES = 128 * 1024;
/** No datagram is longer; a larger length means that the rest of the file is not to be trusted. */
const MAX_RECORD_BYTES = 66_000;
const LINKTYPE_ETHERNET = 1;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_VLAN = 0x8100;
const UDP = 17;

/** The file is no pcap of Ethernet frames. */
export class PcapError extends Error {
  override readonly name = 'PcapError';
}

/** A UDP datagram as captured. */
export interface Datagram {
  /** Wall clock, milliseconds since 1970 with fractions. */
  atMs: number;
  sourceAddress: string;
  sourcePort: number;
  destinationPort: number;
  /** Valid until the next datagram is asked for. */
  payload: Buffer;
}

/** The file ends within a record, or has a hole: what its writer could not write is missing. */
export class PcapTorn extends PcapError {}

/** An open capture. It may be read more than once; what fits into one chunk is read from the disk once. */
export interface Pcap {
  /**
   * All datagrams, from the first.
   * @param options.whole the writer was not killed: a torn file is then no end but a loss
   * @throws PcapTorn; system errors as they come
   */
  datagrams(options?: { whole?: boolean }): AsyncGenerator<Datagram>;
  close(): Promise<void>;
}

/** @throws PcapError when the file's header is wrong; system errors as they come */
export async function openPcap(path: string): Promise<Pcap> {
  const file = await open(path, 'r');
  try {
    const beginning = await readBeginning(file);
    const format = beginning.bytes.length < FILE_HEADER_BYTES ? undefined : formatOf(beginning.bytes);
    if (!format) throw new PcapError('not a pcap of Ethernet frames');
    return {
      datagrams: async function* ({ whole } = {}) {
        const rest = yield* readRecords(file, format, beginning);
        if (rest > 0 && whole) throw new PcapTorn(`${rest} bytes at the end are no record`);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface Beginning {
  bytes: Buffer;
  /** There is nothing after it. */
  isAll: boolean;
}

async function readBeginning(file: FileHandle): Promise<Beginning> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  while (filled < CHUNK_BYTES) {
    const { bytesRead } = await file.read(buffer, filled, CHUNK_BYTES - filled, filled);
    if (bytesRead === 0) return { bytes: buffer.subarray(0, filled), isAll: true };
    filled += bytesRead;
  }
  return { bytes: buffer, isAll: false };
}

interface Format {
  littleEndian: boolean;
  /** Units of the sub-second field in a millisecond. */
  fractionsPerMs: number;
}

function formatOf(header: Buffer): Format | undefined {
  const littleEndian = header[0] === 0xd4 || header[0] === 0x4d;
  const magic = littleEndian ? header.readUInt32LE(0) : header.readUInt32BE(0);
  const linkType = littleEndian ? header.readUInt32LE(20) : header.readUInt32BE(20);
  if (linkType !== LINKTYPE_ETHERNET) return undefined;
  if (magic === 0xa1b2c3d4) return { littleEndian, fractionsPerMs: 1e3 };
  if (magic === 0xa1b23c4d) return { littleEndian, fractionsPerMs: 1e6 };
  return undefined;
}

/** @returns how many bytes were left that make no record */
async function* readRecords(
  file: FileHandle,
  format: Format,
  beginning: Beginning,
): AsyncGenerator<Datagram, number> {
  let { bytes } = beginning;
  let position = bytes.length;
  let at = FILE_HEADER_BYTES;
  let buffer: Buffer | undefined;
  for (;;) {
    while (bytes.length - at >= RECORD_HEADER_BYTES) {
      const record = recordAt(bytes, at, format);
      if (record.length > MAX_RECORD_BYTES) return bytes.length - at;
      const end = at + RECORD_HEADER_BYTES + record.length;
      if (end > bytes.length) break;
      const udp = udpOf(bytes.subarray(at + RECORD_HEADER_BYTES, end));
      if (udp) yield { atMs: record.atMs, ...udp };
      at = end;
    }
    const left = bytes.length - at;
    if (beginning.isAll) return left;
    // Never over the beginning, which another reading starts from.
    buffer ??= Buffer.allocUnsafe(CHUNK_BYTES);
    bytes.copy(buffer, 0, at);
    const { bytesRead } = await file.read(buffer, left, CHUNK_BYTES - left, position);
    if (bytesRead === 0) return left;
    position += bytesRead;
    bytes = buffer.subarray(0, left + bytesRead);
    at = 0;
  }
}

function recordAt(buffer: Buffer, at: number, format: Format): { atMs: number; length: number } {
  const field = (offset: number): number =>
    format.littleEndian ? buffer.readUInt32LE(at + offset) : buffer.readUInt32BE(at + offset);
  return { atMs: field(0) * 1_000 + field(4) / format.fractionsPerMs, length: field(8) };
}

function udpOf(frame: Buffer): Omit<Datagram, 'atMs'> | undefined {
  if (frame.length < 14) return undefined;
  let offset = 12;
  while (frame.length >= offset + 6 && frame.readUInt16BE(offset) === ETHERTYPE_VLAN) offset += 4;
  const start = networkPayload(frame, offset);
  if (start === undefined || frame.length < start + 8) return undefined;
  const length = frame.readUInt16BE(start + 4);
  const end = Math.min(start + Math.max(length, 8), frame.length);
  return {
    sourceAddress: sourceOf(frame, offset + 2),
    sourcePort: frame.readUInt16BE(start),
    destinationPort: frame.readUInt16BE(start + 2),
    payload: frame.subarray(start + 8, end),
  };
}

/** Written as SDP writes addresses: dotted, or IPv6 shortened as the URL standard does (RFC 5952). */
function sourceOf(frame: Buffer, ip: number): string {
  if (frame[ip] !== undefined && frame[ip] >> 4 === 4) return frame.subarray(ip + 12, ip + 16).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => frame.readUInt16BE(ip + 8 + index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Offset of the UDP header; undefined for everything that is no whole UDP datagram. */
function networkPayload(frame: Buffer, etherTypeAt: number): number | undefined {
  const etherType = frame.readUInt16BE(etherTypeAt);
  const ip = etherTypeAt + 2;
  if (etherType === ETHERTYPE_IPV4 && frame.length >= ip + 20) {
    const fragment = frame.readUInt16BE(ip + 6) & 0x3fff;
    return frame[ip + 9] === UDP && fragment === 0 ? ip + ((frame[ip] ?? 0) & 0x0f) * 4 : undefined;
  }
  if (etherType === ETHERTYPE_IPV6 && frame.length >= ip + 40) {
    return frame[ip + 6] === UDP ? ip + 40 : undefined;
  }
  return undefined;
}
