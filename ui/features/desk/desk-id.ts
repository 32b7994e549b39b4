/**
 * @module
 */
import type { KeyValueStore } from '../../lib/storage.ts';

export const DESK_ID_KEY = 'apel.desk.id';

/** A desk is a browser on a computer: the same after F5, a crash, or tomorrow. */
export function ownDeskId(storage: KeyValueStore, uuid: () => string): string {
  const found = storage.get(DESK_ID_KEY);
  if (found !== null) return found;
  const made = uuid();
  storage.set(DESK_ID_KEY, made);
  return made;
}
