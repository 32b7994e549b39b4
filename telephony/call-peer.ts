/**
 * The customer's side of a call's media: what their SDPs say, one after the other.
 * @module
 */
import type { CallContext } from './call-part.ts';
import type { Journal } from './journal.ts';
import { all } from './placed-call.ts';
import { audioTarget } from './sdp.ts';

/** How often a customer's sound may move and still be followed in the recording. */
const MAX_JOURNALED_PEERS = 50;
/** A far end that invents tags must not grow the map of them. */
const MAX_FORKS = 20;

export interface CallPeer {
  /** SDP of a 180 or 183. */
  early(sdp: string, tag: string): void;
  /** What the fork with this To tag said before it answered; empty when nothing. */
  earlyOf(tag: string): string;
  /** A 200 may come while the SDP of the 183 is still on its way to the media server, which takes one after the other. */
  set(sdp: string): Promise<void>;
}

export function callPeer({ journal, media }: Pick<CallContext, 'journal' | 'media'>): CallPeer {
  /** By To tag: forks have different media. */
  const earlySdp = new Map<string, string>();
  const set = (sdp: string): Promise<void> => {
    journalCustomer(journal, sdp);
    return media.setCust(sdp);
  };
  return {
    early: (sdp, tag) => {
      if (earlySdp.size < MAX_FORKS) earlySdp.set(tag, sdp);
      set(sdp).catch(() => undefined);
    },
    earlyOf: (tag) => earlySdp.get(tag) ?? '',
    set,
  };
}

/** Where the customer's sound comes from, once for each change; a far end that moves all the time does not grow the journal. */
function journalCustomer(journal: Journal, sdp: string): void {
  const target = audioTarget(sdp);
  if (!target) return;
  const { address, port } = target;
  const known = all(journal.entries, 'peer').filter(({ slot }) => slot === 'cust');
  const last = known.at(-1);
  if (known.length >= MAX_JOURNALED_PEERS || (last?.address === address && last.port === port)) return;
  journal.append({ kind: 'peer', slot: 'cust', address, port });
}
