/**
 * Queues of the agents of one campaign on one day: who has what, what is nobody's, and the changes.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Assign, FreeSearch, Queue, Queues } from '../../../contracts/http/queues.ts';
import { search, type Request } from '../../api/client.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

export interface QueuePlace {
  campaign: string;
  /** Local date; undefined: today. */
  day: string | undefined;
}

export interface QueuesStore {
  queues: Resource<Queues>;
  /** Of the chosen agent. */
  queue: Resource<Queue>;
  /** Nobody's, as searched. */
  free: Resource<Queue>;
  busy: ReadonlySignal<boolean>;
  error: ReadonlySignal<unknown>;
  find: (filter: Pick<FreeSearch, 'list' | 'name'>) => Promise<void>;
  /** @returns how many changed hands; undefined: it failed, `error` says why */
  assign: (what: Pick<Assign, 'contacts' | 'filter'>) => Promise<number | undefined>;
  take: (contacts: readonly number[]) => Promise<number | undefined>;
  order: (contacts: readonly number[]) => Promise<void>;
  dispose: () => void;
}

export function createQueuesStore(
  request: Request,
  place: QueuePlace,
  agent: number | undefined,
): QueuesStore {
  const { campaign, day } = place;
  const query = search({ campaign, day });
  const send = <T>(path: string, body: unknown, abort?: AbortSignal): Promise<T> =>
    request<T>(
      path,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      abort,
    );
  const queues = createResource<Queues>((abort) => request(`/api/queues${query}`, {}, abort));
  const queue = createResource<Queue>((abort) => request(`/api/queues/${agent}${query}`, {}, abort));
  const wanted = signal<Pick<FreeSearch, 'list' | 'name'>>({});
  const free = createResource<Queue>((abort) =>
    send('/api/queues/free/search', { campaign, ...(day !== undefined && { day }), ...wanted.peek() }, abort),
  );
  const busy = signal(false);
  const error = signal<unknown>(undefined);

  const all = (): Promise<unknown> =>
    Promise.all([queues.reload(), ...(agent === undefined ? [] : [queue.reload(), free.reload()])]);
  async function changing<T>(what: () => Promise<T>): Promise<T | undefined> {
    if (busy.peek() || agent === undefined) return undefined;
    busy.value = true;
    error.value = undefined;
    try {
      return await what();
    } catch (cause) {
      error.value = cause;
      return undefined;
    } finally {
      await all();
      busy.value = false;
    }
  }
  void all();

  return {
    queues,
    queue,
    free,
    busy,
    error,
    find: (filter) => {
      wanted.value = filter;
      return free.reload();
    },
    assign: (what) =>
      changing(async () => {
        const body = { campaign, ...(day !== undefined && { day }), ...what };
        return (await send<{ changed: number }>(`/api/queues/${agent}/assign`, body)).changed;
      }),
    take: (contacts) =>
      changing(async () => {
        return (await send<{ changed: number }>(`/api/queues/${agent}/take`, { campaign, contacts })).changed;
      }),
    order: async (contacts) => {
      await changing(() => send<unknown>(`/api/queues/${agent}/order`, { campaign, contacts }));
    },
    dispose: () => {
      queues.dispose();
      queue.dispose();
      free.dispose();
    },
  };
}
