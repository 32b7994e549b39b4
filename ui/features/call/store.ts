/**
 * One call; an open one is asked for again until it is saved. Then its corrections.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import type { AnswersRequest, CorrectionRequest, Corrections } from '../../../contracts/http/corrections.ts';
import type { Api } from '../../api/client.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

const OPEN_REFRESH_MS = 2_000;

export interface CallStore {
  call: Resource<CallDetail>;
  /** Of a committed call. */
  corrections: Resource<Corrections>;
  correcting: ReadonlySignal<boolean>;
  /** The call shows its new outcome when this is over. @throws ApiError */
  correct: (request: CorrectionRequest) => Promise<void>;
  /** As `correct`. */
  correctAnswers: (request: AnswersRequest) => Promise<void>;
  dispose: () => void;
}

export function createCallStore(deps: { id: string; api: Pick<Api, 'call' | 'request'> }): CallStore {
  const path = `/api/calls/${deps.id}/corrections`;
  const call = createResource((abort) => deps.api.call(deps.id, abort));
  const corrections = createResource((abort) => deps.api.request<Corrections>(path, {}, abort));
  const correcting = signal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  async function follow(): Promise<void> {
    if (!document.hidden) await call.reload();
    const now = call.data.peek();
    const open = now?.committedAt === null;
    if (open && !ended) timer = setTimeout(() => void follow(), OPEN_REFRESH_MS);
    else if (now !== undefined && !ended) await corrections.reload();
  }
  void follow();

  async function post(to: string, request: CorrectionRequest | AnswersRequest): Promise<void> {
    correcting.value = true;
    try {
      const now = await deps.api.request<Corrections>(to, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      corrections.put(now);
      await call.reload();
    } catch (error) {
      // Somebody else may have been first: what it is now is shown behind the dialog.
      await corrections.reload();
      throw error;
    } finally {
      correcting.value = false;
    }
  }

  return {
    call,
    corrections,
    correcting,
    correct: (request) => post(path, request),
    correctAnswers: (request) => post(`/api/calls/${deps.id}/answers`, request),
    dispose: () => {
      ended = true;
      clearTimeout(timer);
      call.dispose();
      corrections.dispose();
    },
  };
}
