/**
 * The calls list: pages by key, filters from the address.
 * @module
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { CallRow, CallsPage } from '../../../contracts/http/calls.ts';
import { slotOfHour } from '../../../domain/report-slots.ts';
import type { Api } from '../../api/client.ts';
import { createFormat } from '../../i18n/format.ts';
import { createResource, type Resource } from '../../lib/resource.ts';
import { apiFilters, type CallsFilter } from './filters.ts';

const PAGE = 50;
/** Looking for one hour of a day goes through larger pages, and not through more than these at a time. */
const SCAN_PAGE = 200;
const MOST_SCAN_PAGES = 20;

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

  async function page(cursor: string | undefined, abort?: AbortSignal): Promise<CallsPage> {
    const { slot } = filter.peek();
    const query = apiFilters(filter.peek(), number.peek());
    const next = (from: string | undefined, limit: number): Promise<CallsPage> =>
      deps.api.calls(from === undefined ? { ...query, limit } : { ...query, cursor: from, limit }, abort);
    return slot === undefined
      ? next(cursor, PAGE)
      : collectSlot(slot, cursor, (from) => next(from, SCAN_PAGE));
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

/**
 * Rows of one slot of Raport zilnic. The API filters by day, not by hour: pages are read until enough rows of the hour
 * are found, with a bound, and the cursor lets the reader go on.
 */
export async function collectSlot(
  slot: string,
  cursor: string | undefined,
  load: (cursor: string | undefined) => Promise<CallsPage>,
): Promise<CallsPage> {
  const found: CallRow[] = [];
  let at = cursor;
  for (let read = 0; ; read += 1) {
    const page = await load(at);
    const { hour } = createFormat('ro', page.zone);
    found.push(...page.calls.filter((call) => slotOfHour(hour(call.invitedAt ?? call.claimedAt)) === slot));
    if (page.nextCursor === null || found.length >= PAGE || read + 1 >= MOST_SCAN_PAGES) {
      return { ...page, calls: found };
    }
    at = page.nextCursor;
  }
}
