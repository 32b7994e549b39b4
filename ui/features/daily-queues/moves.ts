/**
 * @module
 */
import type { Queued } from '../../../contracts/http/queues.ts';

/**
 * The ids of all contacts of its kind with this one moved by one place; undefined: it is at the end of its kind, or is none
 * that may be moved. Kinds come one after the other for everybody; a callback has its own time.
 */
export function movedWithin(
  contacts: readonly Queued[],
  id: number,
  step: -1 | 1,
): readonly number[] | undefined {
  const mine = contacts.find((contact) => contact.id === id);
  if (mine === undefined || mine.onCall || mine.kind === 'callback') return undefined;
  const same = contacts
    .filter(({ kind, onCall }) => kind === mine.kind && !onCall)
    .map((contact) => contact.id);
  const at = same.indexOf(id);
  const other = same[at + step];
  if (other === undefined) return undefined;
  const moved = [...same];
  moved[at] = other;
  moved[at + step] = id;
  // Only the two change places: the others need not be due, nor locked.
  return moved.slice(Math.min(at, at + step), Math.max(at, at + step) + 1);
}
