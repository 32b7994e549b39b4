/**
 * Which contact goes to which agent when several ask at once: as if they had asked one after the other.
 * @module
 */

/** In the order in which agents call (docs/desk.md, "A call", 1). */
export const CLAIM_CLASSES = ['own-callback', 'priority', 'callback', 'retry', 'new'] as const;

/** Index of the last class: whoever is bound by it takes anything. */
export const LAST_CLASS = CLAIM_CLASSES.length - 1;

/** A row of the queue, as far as it decides who gets it. */
export interface WaitingContact {
  campaignId: number;
  contactId: number;
  /** As in `dial_queue`: 0 priority list, 1 retry, 2 new, 3 callback for anyone, 4 callback for `agentId`. */
  rank: number;
  /** Whose it is: of a personal callback, or of an agent's daily queue. Null: anyone's. */
  agentId: number | null;
  /** Milliseconds since the epoch. */
  dueAt: number;
  /** A personal callback that has waited so long is anyone's; milliseconds. */
  graceMs: number;
  /** Its place among all, by due time and then by contact. */
  ord: number;
}

/** An agent who has asked. */
export interface Seat {
  agentId: number;
  /** Ids of the campaigns they may call for now. */
  campaigns: ReadonlySet<number>;
  /** Index into `CLAIM_CLASSES`: nothing that comes after it. */
  upTo: number;
}

const OF_RANK = [1, 3, 4, 2] as const;

/** Index into `CLAIM_CLASSES` of the contact for this agent; undefined: not theirs. Says nothing of when it is due. */
export function classFor(contact: WaitingContact, agentId: number): number | undefined {
  if (contact.rank === 4) return contact.agentId === agentId ? 0 : 2;
  const own = contact.agentId === null || contact.agentId === agentId;
  return own ? OF_RANK[contact.rank] : undefined;
}

/** When this agent may be given it, in milliseconds; undefined: never. */
export function dueFor(contact: WaitingContact, agentId: number): number | undefined {
  if (classFor(contact, agentId) === undefined) return undefined;
  const othersCallback = contact.rank === 4 && contact.agentId !== agentId;
  return contact.dueAt + (othersCallback ? contact.graceMs : 0);
}

/**
 * Each seat, in order, takes the best that is left: by class, the longest waiting first.
 * @returns of each seat its contact, undefined when there was none
 */
export function seatContacts<C extends WaitingContact>(
  seats: readonly Seat[],
  contacts: readonly C[],
  now: Date,
): (C | undefined)[] {
  const left = new Set(contacts);
  return seats.map((seat) => {
    let best: { contact: C; kind: number } | undefined;
    for (const contact of left) {
      const kind = mayTake(seat, contact, now);
      if (kind === undefined) continue;
      if (!best || kind < best.kind || (kind === best.kind && contact.ord < best.contact.ord)) {
        best = { contact, kind };
      }
    }
    if (best) left.delete(best.contact);
    return best?.contact;
  });
}

/** Class of a contact that this seat may take now, else undefined. */
export function mayTake(seat: Seat, contact: WaitingContact, now: Date): number | undefined {
  const kind = classFor(contact, seat.agentId);
  if (kind === undefined || kind > seat.upTo || !seat.campaigns.has(contact.campaignId)) return undefined;
  return (dueFor(contact, seat.agentId) ?? Infinity) <= now.getTime() ? kind : undefined;
}
