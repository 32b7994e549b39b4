/**
 * Who is logged in and what the role may do.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Session } from '../../../contracts/http/session.ts';
import type { Action } from '../../../domain/permissions.ts';
import type { Api } from '../../api/client.ts';
import { ApiError } from '../../api/problem.ts';
import type { KeyValueStore } from '../../lib/storage.ts';

const NAME_KEY = 'apel.name';

export interface SessionStore {
  /** `undefined`: not known yet · `null`: nobody. */
  session: ReadonlySignal<Session | null | undefined>;
  /** Why it is not known (the server does not answer). */
  error: ReadonlySignal<unknown>;
  busy: ReadonlySignal<boolean>;
  rememberedName: string;
  /** Whether the person may do it, to everybody's. */
  can: (action: Action) => boolean;
  /** At least to their own: for pages and fields of which the API gives no more. */
  canOwn: (action: Action) => boolean;
  load: () => Promise<void>;
  /** With the link of a screen on a wall, good once. False: it is not good any more. */
  openScreen: (code: string) => Promise<boolean>;
  /** Answers the error, or nothing when it worked. */
  logIn: (input: { name: string; password: string; remember: boolean }) => Promise<unknown>;
  logOut: () => Promise<void>;
  /** The server says that the session has ended. */
  ended: () => void;
}

export function createSessionStore(deps: {
  api: () => Api;
  storage: KeyValueStore;
  /** The zone of the site, before anything is shown of the session. */
  onZone?: (zone: string) => void;
}): SessionStore {
  const session = signal<Session | null | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const busy = signal(false);
  const permissions = computed(() => new Set(session.value?.permissions));
  const ownPermissions = computed(() => new Set(session.value?.ownPermissions));

  function open(next: Session | null): void {
    if (next !== null) deps.onZone?.(next.zone);
    session.value = next;
  }

  return {
    session,
    error,
    busy,
    rememberedName: deps.storage.get(NAME_KEY) ?? '',
    can: (action) => permissions.value.has(action),
    canOwn: (action) => permissions.value.has(action) || ownPermissions.value.has(action),
    load: async () => {
      error.value = undefined;
      try {
        open(await deps.api().session());
      } catch (cause) {
        error.value = cause;
      }
    },
    openScreen: async (code) => {
      error.value = undefined;
      try {
        open(
          await deps.api().request<Session>('/api/screen', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ code }),
          }),
        );
        return true;
      } catch (cause) {
        // Away for a moment: the link is still good, and the page asks again.
        if (!(cause instanceof ApiError) || cause.status !== 401) error.value = cause;
        return false;
      }
    },
    logIn: async ({ name, password, remember }) => {
      busy.value = true;
      try {
        open(await deps.api().logIn({ name, password }));
        deps.storage.set(NAME_KEY, remember ? name : null);
        return undefined;
      } catch (cause) {
        return cause;
      } finally {
        busy.value = false;
      }
    },
    logOut: async () => {
      await deps.api().logOut();
      session.value = null;
    },
    ended: () => {
      if (session.value) session.value = null;
    },
  };
}
