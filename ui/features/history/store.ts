/**
 * Finding a person, and their history.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { History, HistoryFound } from '../../../contracts/http/history.ts';
import { search, type Api } from '../../api/client.ts';
import { ApiError } from '../../api/problem.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

/** Ids, never digits or names. */
export type HistoryOf = { contact: number } | { number: number };

export function parseHistory(query: Readonly<Record<string, string | undefined>>): HistoryOf | undefined {
  const contact = idOf(query['contact']);
  if (contact !== undefined) return { contact };
  const number = idOf(query['numar']);
  return number === undefined ? undefined : { number };
}

export function historyAddress(of: HistoryOf): string {
  return `/istoric${search('contact' in of ? { contact: of.contact } : { numar: of.number })}`;
}

function idOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

export interface HistorySearch {
  found: ReadonlySignal<HistoryFound | undefined>;
  error: ReadonlySignal<unknown>;
  /** What was typed begins like a number, and is none. */
  notNumber: ReadonlySignal<boolean>;
  busy: ReadonlySignal<boolean>;
  /** @returns whose history it is, when it is clear */
  find: (text: string) => Promise<HistoryOf | undefined>;
  dispose: () => void;
}

/** A number begins with a digit, a plus or a bracket; no name does. */
const LIKE_A_NUMBER = /^[+(\d]/;

export function createHistorySearch({ api }: { api: Pick<Api, 'request'> }): HistorySearch {
  const found = signal<HistoryFound | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const notNumber = signal(false);
  const busy = signal(false);
  let running: AbortController | undefined;

  return {
    found,
    error,
    notNumber,
    busy,
    find: async (text) => {
      const asked = text.trim();
      if (asked === '') return undefined;
      running?.abort();
      const mine = new AbortController();
      running = mine;
      busy.value = true;
      error.value = undefined;
      notNumber.value = false;
      const byNumber = LIKE_A_NUMBER.test(asked);
      try {
        const result = await api.request<HistoryFound>(
          '/api/history/search',
          {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(byNumber ? { number: asked } : { name: asked }),
          },
          mine.signal,
        );
        if (running !== mine) return undefined;
        found.value = result;
        if (result.numberId !== null) return { number: result.numberId };
        const [one] = result.people;
        return one && result.people.length === 1 && !result.more ? { contact: one.contactId } : undefined;
      } catch (cause) {
        if (running !== mine) return undefined;
        found.value = undefined;
        if (byNumber && cause instanceof ApiError && cause.is('invalid-request')) notNumber.value = true;
        else error.value = cause;
        return undefined;
      } finally {
        if (running === mine) busy.value = false;
      }
    },
    dispose: () => running?.abort(),
  };
}

export interface HistoryStore {
  history: Resource<History>;
  dispose: () => void;
}

export function createHistoryStore({ api, of }: { api: Pick<Api, 'request'>; of: HistoryOf }): HistoryStore {
  const history = createResource((abort) =>
    api.request<History>(`/api/history${search({ ...of })}`, {}, abort),
  );
  return { history, dispose: history.dispose };
}
