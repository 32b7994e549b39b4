/**
 * The Opus packets of a call's captures, decoded. A desk that speaks Opus says so in its SDP, and the journal has the payload
 * type; where nobody does, nothing is read twice and no program is started.
 * @module
 */
import type { JournalEntry } from '../journal.ts';
import type { Slot } from '../media-session.ts';
import { all } from '../placed-call.ts';
import { OPUS_TICKS_PER_FRAME } from './opus.ts';
import { decodeOpus } from './opus-decoder.ts';
import type { Pcap } from './pcap-reader.ts';
import { rtpPacketOf, type AudioPacket, type RtpPacket } from './rtp.ts';
import type { Senders } from './senders.ts';

export interface OpusPackets {
  /** Of the very packets that count, in their order. Undefined when it is not Opus. */
  packetOf(slot: Slot, datagram: Buffer): Promise<(AudioPacket & { ticksPerFrame: number }) | undefined>;
  close(): Promise<void>;
}

interface OpusOptions {
  entries: readonly JournalEntry[];
  /** Has counted everything. */
  senders: Senders;
  /** Path at which a file may be made; it has no name for longer than a moment. */
  draft: string;
}

/** Customers are never offered it. @returns undefined when nobody in the call speaks Opus. @throws OpusError */
export async function openOpus(
  pcaps: readonly Pcap[],
  { entries, senders, draft }: OpusOptions,
): Promise<OpusPackets | undefined> {
  const types = new Set(all(entries, 'peer').flatMap(({ opus }) => (opus === undefined ? [] : [opus])));
  if (types.size === 0) return undefined;
  const opusOf = (datagram: Buffer): RtpPacket | undefined =>
    types.has((datagram[1] ?? 0) & 0x7f) ? rtpPacketOf(datagram) : undefined;
  const sound = await decodeOpus({ draft, packets: payloads() });
  return {
    packetOf: async (slot, datagram) => {
      const packet = slot === 'agent' ? opusOf(datagram) : undefined;
      const samples = packet && (await sound.next(packet.payload));
      if (!packet || !samples) return undefined;
      return { ...packet, samples, ticksPerFrame: OPUS_TICKS_PER_FRAME };
    },
    close: () => sound.close(),
  };

  async function* payloads(): AsyncGenerator<Buffer> {
    for (const pcap of pcaps) {
      for await (const datagram of pcap.datagrams()) {
        const packet = senders.slotOf(datagram) === 'agent' ? opusOf(datagram.payload) : undefined;
        if (packet) yield packet.payload;
      }
    }
  }
}
