/**
 * A list that is read page by page: a query, its first page, and more of it.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { createResource, type Resource } from './resource.ts';

/** @typeParam P what the first page says beside its rows */
export interface PagedData<T, K, P> {
  rows: readonly T[];
  next: K | null;
  first: P;
}

export interface Paged<Q, T, K, P> {
  pages: Resource<PagedData<T, K, P>>;
  query: ReadonlySignal<Q>;
  loadingMore: ReadonlySignal<boolean>;
  moreError: ReadonlySignal<unknown>;
  /** Another query: the old rows go. */
  show: (query: Q) => Promise<void>;
  more: () => Promise<void>;
  dispose: () => void;
}

export function createPaged<Q, T, K, P>(
  start: Q,
  load: (query: Q, after: K | undefined, signal?: AbortSignal) => Promise<PagedData<T, K, P>>,
): Paged<Q, T, K, P> {
  const query = signal(start);
  const loadingMore = signal(false);
  const moreError = signal<unknown>(undefined);
  let round = 0;
  const pages = createResource((abort) => load(query.peek(), undefined, abort));
  return {
    pages,
    query,
    loadingMore,
    moreError,
    show: async (next) => {
      round += 1;
      query.value = next;
      moreError.value = undefined;
      pages.clear();
      await pages.reload();
    },
    more: async () => {
      const shown = pages.data.peek();
      if (!shown || shown.next === null || loadingMore.peek()) return;
      const mine = round;
      loadingMore.value = true;
      moreError.value = undefined;
      try {
        const page = await load(query.peek(), shown.next);
        if (mine === round) pages.put({ ...page, first: shown.first, rows: [...shown.rows, ...page.rows] });
      } catch (error) {
        if (mine === round) moreError.value = error;
      } finally {
        loadingMore.value = false;
      }
    },
    dispose: pages.dispose,
  };
}
