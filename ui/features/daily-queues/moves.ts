/**
 * @module
 */
import type { Queued } from '../../../contracts/http/queues.ts';
import { MOST_ASSIGNED } from '../../../contracts/model/queue.ts';

/** By one place, or before all others of its kind. */
export type Move = 'top' | 'up' | 'down';

/**
 * What to ask for so that a contact moves within its kind: those that change places, in their new order. Undefined: it is
 * at that end already, or is none that may be moved. Kinds come one after the other for everybody; a callback has its own
 * time. Only what is due at `now` has a place to give: a retry that is put off is not called sooner.
 */
export function movedWithin(
  contacts: readonly Queued[],
  id: number,
  move: Move,
  now: number,
): readonly number[] | undefined {
  const mine = contacts.find((contact) => contact.id === id);
  if (mine === undefined || mine.onCall || mine.kind === 'callback' || !isDue(mine, now)) return undefined;
  const same = contacts
    .filter((contact) => contact.kind === mine.kind && !contact.onCall && isDue(contact, now))
    .map((contact) => contact.id);
  const at = same.indexOf(id);
  const to = move === 'top' ? 0 : at + (move === 'up' ? -1 : 1);
  if (to === at || to < 0 || to >= same.length || Math.abs(to - at) >= MOST_ASSIGNED) return undefined;
  const moved = same.toSpliced(at, 1).toSpliced(to, 0, id);
  return moved.slice(Math.min(at, to), Math.max(at, to) + 1);
}

function isDue({ dueAt }: Queued, now: number): boolean {
  return Date.parse(dueAt) <= now;
}
