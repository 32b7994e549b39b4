/**
 * One tab of this browser is the desk (Web Locks); another sees since when, and may take over.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { KeyValueStore } from '../../lib/storage.ts';

const LOCK = 'apel-desk';
const SINCE_KEY = 'apel.desk.tab';

/** `lost`: another tab took over. */
export type TabState = 'asking' | 'mine' | 'other' | 'lost';

export interface OneTab {
  state: ReadonlySignal<TabState>;
  /** Since when the other tab has been the desk, ms; undefined where not known. */
  otherSince: () => number | undefined;
  takeOver: () => void;
  dispose: () => void;
}

export function createOneTab(deps: {
  storage: KeyValueStore;
  locks?: LockManager;
  now?: () => number;
}): OneTab {
  const state = signal<TabState>('asking');
  const now = deps.now ?? Date.now;
  let release: () => void = () => undefined;
  let ended = false;

  function hold(): Promise<void> {
    if (ended) return Promise.resolve();
    state.value = 'mine';
    deps.storage.set(SINCE_KEY, String(now()));
    return new Promise((resolve) => (release = resolve));
  }

  async function ask(options: LockOptions): Promise<void> {
    const { locks } = deps;
    // Without Web Locks there is no telling; the server still knows one desk only.
    if (locks === undefined) {
      state.value = 'mine';
      return;
    }
    try {
      await locks.request(LOCK, options, async (lock) => {
        if (lock === null) {
          state.value = 'other';
          return;
        }
        await hold();
      });
      if (state.peek() === 'other') waitForFree(locks);
    } catch {
      // Stolen: the request is aborted while we hold it.
      if (!ended) state.value = 'lost';
    }
  }

  /** The other tab was closed: this one may go on, without a click. */
  function waitForFree(locks: LockManager): void {
    locks
      .request(LOCK, async () => (state.peek() === 'other' ? hold() : undefined))
      .catch(() => {
        if (!ended && state.peek() === 'mine') state.value = 'lost';
      });
  }

  void ask({ ifAvailable: true });

  return {
    state,
    otherSince: () => {
      const since = Number(deps.storage.get(SINCE_KEY));
      return Number.isFinite(since) && since > 0 ? since : undefined;
    },
    takeOver: () => void ask({ steal: true }),
    dispose: () => {
      ended = true;
      release();
    },
  };
}
