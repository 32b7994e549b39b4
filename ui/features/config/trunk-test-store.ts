/**
 * Test calls over one trunk: the form, the one in progress (asked for each second), the earlier ones.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { StartTrunkTest, TrunkTest, TrunkTests } from '../../../contracts/http/trunk-tests.ts';
import type { Request } from '../../api/client.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

export interface TrunkTestStore {
  tests: Resource<TrunkTests>;
  /** The last one that this page began, else the one in progress. */
  shown: ReadonlySignal<TrunkTest | undefined>;
  busy: ReadonlySignal<boolean>;
  error: ReadonlySignal<unknown>;
  start: (call: StartTrunkTest) => Promise<void>;
  hangUp: () => Promise<void>;
  /** Asks again only while something is going on. */
  look: () => Promise<void>;
  dispose: () => void;
}

export function createTrunkTestStore(request: Request, trunk: string): TrunkTestStore {
  const path = `/api/trunks/${encodeURIComponent(trunk)}/tests`;
  const tests = createResource<TrunkTests>((abort) => request(path, {}, abort));
  const begun = signal<string | undefined>(undefined);
  const busy = signal(false);
  const error = signal<unknown>(undefined);
  const shown = computed(() => {
    const all = tests.data.value?.tests;
    return all?.find(({ id }) => id === begun.value) ?? all?.find(({ endedAt }) => endedAt === null);
  });

  async function doing(what: () => Promise<unknown>): Promise<void> {
    if (busy.peek()) return;
    busy.value = true;
    error.value = undefined;
    try {
      await what();
    } catch (cause) {
      error.value = cause;
    } finally {
      busy.value = false;
      // Also of a call whose start was not acknowledged: it may be there.
      await tests.reload();
    }
  }

  return {
    tests,
    shown,
    busy,
    error,
    start: (call) =>
      doing(async () => {
        const test = await request<TrunkTest>(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(call),
        });
        begun.value = test.id;
      }),
    hangUp: () =>
      doing(async () => {
        const id = shown.peek()?.id;
        if (id !== undefined) await request(`${path}/${id}/end`, { method: 'POST' });
      }),
    look: async () => {
      const data = tests.data.peek();
      if (data === undefined || data.tests.some(({ endedAt }) => endedAt === null)) await tests.reload();
    },
    dispose: tests.dispose,
  };
}
