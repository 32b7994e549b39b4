/**
 * What a claimer keeps between claims, so that what is over is not read again.
 *
 * A claimed contact leaves a dead entry at the head of the queue's index, an ended call one in the indexes of `live_calls`.
 * Vacuum takes them away, but not while any old snapshot is open (a dump, a forgotten session): then each claim would
 * step over all the claims since. Nothing here decides anything: whoever has no memory claims the same, only slower.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';

/** A place in the queue of one rank: all before it is leased, deferred or closed. Times as Postgres writes them. */
export interface QueuePlace {
  dueAt: string;
  contactId: number;
}

/**
 * Lower bounds of `live_calls.seq` by trunk, campaign, edge: no open call is older. Sequence numbers of one trunk (campaign,
 * edge) are drawn under its lock, so a later call has a higher one, whatever clocks say.
 */
export interface LiveBounds {
  trunk: number;
  campaign: number;
  edge: number;
}

/** The upper end of a bound that is a row comparison. */
export const MAX_SEQ = 2n ** 63n - 1n;

/** Of a rank that was read to its end at `now`: all that was due by then is over. */
export function placeAt(now: Date): QueuePlace {
  return { dueAt: now.toISOString(), contactId: Number.MAX_SAFE_INTEGER };
}

export interface ClaimMemory {
  /** By rank 0, 1, 2. */
  places: readonly QueuePlace[];
  /** Of the last look from the top of the queue, `performance.now()`. */
  topAt: number;
  trunk: number;
  campaign: number;
  /** By `edgeKey`. */
  edges: Record<string, number>;
  /** The last claim met many contacts that may not be called now: the next one looks at more. */
  picky: boolean;
}

/** A contact that came in behind the places (a slow import, an undone lock) waits at most this long. */
const TOP_EVERY_MS = 2_000;
const TOP: QueuePlace = { dueAt: '-infinity', contactId: 0 };

/** One for each loop that claims; never shared by two campaigns. */
export function createClaimMemory(): ClaimMemory {
  return { places: [TOP, TOP, TOP], topAt: -Infinity, trunk: 0, campaign: 0, edges: {}, picky: false };
}

/** Where this claim begins. @returns `fromTop`: it overlooks nothing */
export function claimFrom(memory: ClaimMemory | undefined): {
  places: readonly QueuePlace[];
  fromTop: boolean;
} {
  if (memory === undefined || performance.now() - memory.topAt > TOP_EVERY_MS) {
    return { places: [TOP, TOP, TOP], fromTop: true };
  }
  return { places: memory.places, fromTop: memory.places.every((place) => place === TOP) };
}

export function edgeKey({ node, epoch }: EdgeRef): string {
  return `${node}:${epoch}`;
}
