/**
 * Something loaded from the API: old data stay visible while new ones load or when loading fails.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';

export interface Resource<T> {
  data: ReadonlySignal<T | undefined>;
  error: ReadonlySignal<unknown>;
  loading: ReadonlySignal<boolean>;
  /** Time of the last good answer, ms. */
  loadedAt: ReadonlySignal<number | undefined>;
  /** There are data and the last attempt to renew them failed. */
  stale: ReadonlySignal<boolean>;
  /** Starts again; an answer that is still under way is dropped. */
  reload: () => Promise<void>;
  /** Replaces the data by hand, such as by the next page of a list. */
  put: (data: T) => void;
  /** Forgets data and error; for a changed key (another day, another call). */
  clear: () => void;
  dispose: () => void;
}

/** `load` gets a signal that is aborted when a newer load starts. */
export function createResource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  now: () => number = Date.now,
): Resource<T> {
  const data = signal<T | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const loading = signal(false);
  const loadedAt = signal<number | undefined>(undefined);
  let running: AbortController | undefined;

  async function reload(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    loading.value = true;
    try {
      const loaded = await load(mine.signal);
      if (running !== mine) return;
      data.value = loaded;
      error.value = undefined;
      loadedAt.value = now();
    } catch (cause) {
      if (running === mine) error.value = cause;
    } finally {
      if (running === mine) loading.value = false;
    }
  }

  return {
    data,
    error,
    loading,
    loadedAt,
    stale: computed(() => data.value !== undefined && error.value !== undefined),
    reload,
    put: (value) => {
      data.value = value;
    },
    clear: () => {
      running?.abort();
      running = undefined;
      data.value = undefined;
      error.value = undefined;
      loadedAt.value = undefined;
      loading.value = false;
    },
    dispose: () => {
      running?.abort();
      running = undefined;
    },
  };
}
