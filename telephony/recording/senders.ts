/**
 * Whose packets count. The pcap holds whatever arrived at a slot's port, strangers' packets too: rtpengine writes it before
 * it looks at the sender. What decides is the party's own SDP, as the journal has it; where a carrier's media comes from
 * elsewhere (NAT, a media gateway), the sender that was there most of the time, as rtpengine itself prefers it.
 * @module
 */
import type { JournalEntry } from '../journal.ts';
import type { Slot } from '../media-session.ts';
import { all } from '../placed-call.ts';
import type { Datagram } from './pcap-reader.ts';

/** Presence is measured in tenths of a second: a flood of packets is not present more often than a phone. */
const BUCKET_MS = 100;
/** So long a sender must have been there, to be taken for the one that the SDP names. */
const MIN_BUCKETS = 3;
/** Senders that are told apart in one stretch of a call; more are a spray of forged packets. */
const MAX_SENDERS = 1_024;

export interface Senders {
  /** First reading: every datagram of every pcap of the call. */
  count(datagram: Datagram): void;
  /** Second reading. @returns the slot at which the datagram was heard, undefined when it does not count */
  slotOf(datagram: Datagram): Slot | undefined;
}

interface Stretch {
  fromMs: number;
  /** Where the party's SDP of this stretch says it is. */
  address?: string;
  port?: number;
  presence: Map<string, { buckets: number; last: number; address: string; port: number }>;
  chosen?: string | undefined;
}

/** A slot into which the journal puts nobody is silent: what arrives there is a stranger's. */
export function createSenders(entries: readonly JournalEntry[]): Senders {
  const slots = slotsOf(entries);
  const stretches: Record<Slot, Stretch[]> = {
    cust: stretchesOf(entries, 'cust'),
    agent: stretchesOf(entries, 'agent'),
  };
  const named = {
    cust: new Set(stretches.cust.map(({ address, port }) => `${address} ${port}`)),
    agent: new Set(stretches.agent.map(({ address, port }) => `${address} ${port}`)),
  };
  return {
    count: (datagram) => {
      const slot = slots.get(datagram.destinationPort);
      const stretch = slot && stretchAt(stretches[slot], datagram.atMs);
      if (!slot || !stretch) return;
      const { sourceAddress: address, sourcePort: port } = datagram;
      const key = `${address} ${port}`;
      const bucket = Math.floor(datagram.atMs / BUCKET_MS);
      const known = stretch.presence.get(key);
      if (known && known.last === bucket) return;
      if (known) known.buckets += 1;
      else if (stretch.presence.size < MAX_SENDERS || named[slot].has(key) || address === stretch.address)
        stretch.presence.set(key, { buckets: 1, last: bucket, address, port });
      if (known) known.last = bucket;
    },
    slotOf: ({ destinationPort, sourceAddress, sourcePort, atMs }) => {
      const slot = slots.get(destinationPort);
      const stretch = slot && stretchAt(stretches[slot], atMs);
      if (!slot || !stretch) return undefined;
      const key = `${sourceAddress} ${sourcePort}`;
      // Named in another stretch: the party moved, and its packets and its SDP crossed. A desk that was replaced may talk on.
      if (slot === 'cust' && named.cust.has(key)) return slot;
      stretch.chosen ??= choose(stretch) ?? '';
      return key === stretch.chosen ? slot : undefined;
    },
  };
}

/** The port on which a slot receives names it in the pcap. */
function slotsOf(entries: readonly JournalEntry[]): Map<number, Slot> {
  return new Map(
    all(entries, 'media').flatMap(({ ports }): [number, Slot][] => [
      [ports.cust, 'cust'],
      [ports.agent, 'agent'],
    ]),
  );
}

/** A customer of whom no SDP was written down (a journal of an earlier version) is whoever was there. */
function stretchesOf(entries: readonly JournalEntry[], slot: Slot): Stretch[] {
  const peers = all(entries, 'peer').filter((peer) => peer.slot === slot);
  if (peers.length === 0 && slot === 'cust') return [{ fromMs: -Infinity, presence: new Map() }];
  return peers.map(({ at, address, port }, index) => ({
    fromMs: index === 0 ? -Infinity : Date.parse(at),
    ...(address === undefined || port === undefined ? {} : { address: canonical(address), port }),
    presence: new Map(),
  }));
}

/** IPv6 has many spellings. */
function canonical(address: string): string {
  return address.includes(':') && URL.canParse(`http://[${address}]`)
    ? new URL(`http://[${address}]`).hostname.slice(1, -1)
    : address;
}

function stretchAt(stretches: readonly Stretch[], atMs: number): Stretch | undefined {
  return stretches.findLast(({ fromMs }) => fromMs <= atMs);
}

/** The sender at the address and port of the SDP, else at its address, else anywhere: each the one most present. */
function choose({ address, port, presence }: Stretch): string | undefined {
  let best: { key: string; rank: number; buckets: number } | undefined;
  for (const [key, sender] of presence) {
    const near = sender.buckets < MIN_BUCKETS || sender.address !== address ? 0 : 1;
    const rank = near + (near > 0 && sender.port === port ? 1 : 0);
    if (!best || rank > best.rank || (rank === best.rank && sender.buckets > best.buckets))
      best = { key, rank, buckets: sender.buckets };
  }
  return best?.key;
}
