/**
 * A store that lives as long as the component, made anew when its key changes.
 * @module
 */
import { useEffect, useMemo } from 'preact/hooks';

export function useStore<S extends { dispose: () => void }>(make: () => S, key: string): S {
  const store = useMemo(make, [key]);
  useEffect(() => store.dispose, [store]);
  return store;
}
