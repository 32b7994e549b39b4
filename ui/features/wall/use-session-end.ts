/**
 * @module
 */
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import type { WallStore } from './store.ts';

/** Logged out elsewhere, or the week is over: the log-in stands at this address. */
export function useSessionEnd(store: Pick<WallStore, 'stopped'>): void {
  const { session } = useApp();
  const stopped = store.stopped.value;
  useEffect(() => {
    if (stopped === 'session') session.ended();
  }, [stopped]);
}
