/**
 * The recordings page: pages by key, filters from the address, and which recording is open.
 * @module
 */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { RecordingPage, RecordingRow } from '../../../contracts/http/recordings.ts';
import type { Request } from '../../api/client.ts';
import { createPaged, type Paged } from '../../lib/paged.ts';
import { searchOf, type RecordingsFilter } from './filters.ts';

const PAGE = 50;

interface Asked {
  filter: RecordingsFilter;
  number: string;
}

export interface RecordingsStore extends Omit<
  Paged<Asked, RecordingRow, string, Pick<RecordingPage, 'zone'>>,
  'show'
> {
  filter: ReadonlySignal<RecordingsFilter>;
  /** Never in the address. */
  number: Signal<string>;
  /** The call whose recording is open: one at a time. */
  open: ReadonlySignal<string | undefined>;
  toggle: (callId: string) => void;
  /** New filters: the old rows go. */
  show: (filter: RecordingsFilter, number?: string) => Promise<void>;
}

export function createRecordingsStore(request: Request): RecordingsStore {
  const number = signal('');
  const open = signal<string | undefined>(undefined);
  const paged = createPaged(
    { filter: {}, number: '' },
    async (asked: Asked, cursor: string | undefined, abort) => {
      const body = { ...searchOf(asked.filter, asked.number), limit: PAGE, ...(cursor && { cursor }) };
      const page = await request<RecordingPage>(
        '/api/recordings/search',
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
        abort,
      );
      return { rows: page.recordings, next: page.nextCursor, first: { zone: page.zone } };
    },
  );
  return {
    ...paged,
    filter: computed(() => paged.query.value.filter),
    number,
    open,
    toggle: (callId) => {
      open.value = open.peek() === callId ? undefined : callId;
    },
    show: async (filter, next = '') => {
      number.value = next;
      open.value = undefined;
      await paged.show({ filter, number: next });
    },
  };
}
