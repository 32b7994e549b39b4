/**
 * @module
 */
import type { KeyValueStore } from '../../lib/storage.ts';

const STORAGE_KEY = 'apel.desk.id';

/** A desk is a browser on a computer: the same after F5, a crash, or tomorrow. */
export function ownDeskId(storage: KeyValueStore, uuid: () => string): string {
  const found = storage.get(STORAGE_KEY);
  if (found !== null) return found;
  const made = uuid();
  storage.set(STORAGE_KEY, made);
  return made;
}
