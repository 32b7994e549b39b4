/**
 * The desk's store and the word of the moment, for its components.
 * @module
 */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { DeskStore } from './store.ts';

export const DeskContext = createContext<DeskStore | undefined>(undefined);

export function useDesk(): DeskStore {
  const store = useContext(DeskContext);
  if (!store) throw new Error('useDesk outside DeskContext');
  return store;
}
