/**
 * One call; an open one is asked for again until it is saved.
 * @module
 */
import type { CallDetail } from '../../../contracts/http/calls.ts';
import type { Api } from '../../api/client.ts';
import { createResource, type Resource } from '../../lib/resource.ts';

const OPEN_REFRESH_MS = 2_000;

export interface CallStore {
  call: Resource<CallDetail>;
  dispose: () => void;
}

export function createCallStore(deps: { id: string; api: Pick<Api, 'call'> }): CallStore {
  const call = createResource((signal) => deps.api.call(deps.id, signal));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  async function follow(): Promise<void> {
    if (!document.hidden) await call.reload();
    const open = call.data.peek()?.committedAt === null;
    if (open && !ended) timer = setTimeout(() => void follow(), OPEN_REFRESH_MS);
  }
  void follow();

  return {
    call,
    dispose: () => {
      ended = true;
      clearTimeout(timer);
      call.dispose();
    },
  };
}
