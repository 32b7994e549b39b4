/**
 * The calls list: pages by key, filters from the address.
 * @module
 */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { CallRow, CallsPage } from '../../../contracts/http/calls.ts';
import type { Api } from '../../api/client.ts';
import { createPaged, type Paged } from '../../lib/paged.ts';
import { apiFilters, type CallsFilter } from './filters.ts';

const PAGE = 50;

interface Asked {
  filter: CallsFilter;
  number: string;
}

export interface CallsStore extends Omit<
  Paged<Asked, CallRow, string, Pick<CallsPage, 'zone' | 'total'>>,
  'show'
> {
  filter: ReadonlySignal<CallsFilter>;
  /** Never in the address. */
  number: Signal<string>;
  /** New filters: the old rows go. */
  show: (filter: CallsFilter, number?: string) => Promise<void>;
}

export function createCallsStore(deps: { api: Pick<Api, 'calls'> }): CallsStore {
  const number = signal('');
  const nothing: Asked = { filter: {}, number: '' };
  const paged = createPaged(nothing, async (asked, after: string | undefined, abort) => {
    const query = { ...apiFilters(asked.filter, asked.number), limit: PAGE };
    const page = await deps.api.calls(after === undefined ? query : { ...query, cursor: after }, abort);
    return { rows: page.calls, next: page.nextCursor, first: { zone: page.zone, total: page.total } };
  });
  return {
    ...paged,
    filter: computed(() => paged.query.value.filter),
    number,
    show: async (filter, next = '') => {
      number.value = next;
      await paged.show({ filter, number: next });
    },
  };
}
