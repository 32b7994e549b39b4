/**
 * The calls list: pages by key, filters from the address.
 * @module
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { CallsPage } from '../../../contracts/http/calls.ts';
import type { Api } from '../../api/client.ts';
import { createResource, type Resource } from '../../lib/resource.ts';
import { apiFilters, type CallsFilter } from './filters.ts';

const PAGE = 50;

export interface CallsStore {
  pages: Resource<CallsPage>;
  filter: ReadonlySignal<CallsFilter>;
  /** Never in the address. */
  number: Signal<string>;
  loadingMore: ReadonlySignal<boolean>;
  moreError: ReadonlySignal<unknown>;
  /** New filters: the old rows go. */
  show: (filter: CallsFilter, number?: string) => Promise<void>;
  more: () => Promise<void>;
  dispose: () => void;
}

export function createCallsStore(deps: { api: Pick<Api, 'calls'> }): CallsStore {
  const filter = signal<CallsFilter>({});
  const number = signal('');
  const loadingMore = signal(false);
  const moreError = signal<unknown>(undefined);
  let round = 0;
  const pages = createResource((abort) => page(undefined, abort));

  function page(cursor: string | undefined, abort?: AbortSignal): Promise<CallsPage> {
    const query = { ...apiFilters(filter.peek(), number.peek()), limit: PAGE };
    return deps.api.calls(cursor === undefined ? query : { ...query, cursor }, abort);
  }

  return {
    pages,
    filter,
    number,
    loadingMore,
    moreError,
    show: async (next, nextNumber = '') => {
      round += 1;
      filter.value = next;
      number.value = nextNumber;
      moreError.value = undefined;
      pages.clear();
      await pages.reload();
    },
    more: async () => {
      const shown = pages.data.peek();
      if (!shown || shown.nextCursor === null || loadingMore.peek()) return;
      const mine = round;
      loadingMore.value = true;
      moreError.value = undefined;
      try {
        const next = await page(shown.nextCursor);
        if (mine === round) pages.put({ ...next, calls: [...shown.calls, ...next.calls] });
      } catch (error) {
        if (mine === round) moreError.value = error;
      } finally {
        loadingMore.value = false;
      }
    },
    dispose: pages.dispose,
  };
}
