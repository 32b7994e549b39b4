/**
 * What the desk asks first, asked before its scripts are there. After F5 in a talk the customer waits for this chain: who is
 * here, how is the desk, credentials for the phone, registration. Comes with the first script, so it knows nothing else.
 * @module
 */
import type { Api } from '../../api/client.ts';
import type { KeyValueStore } from '../../lib/storage.ts';
import { DESK_ID_KEY } from './desk-id.ts';

/** Kept while a shift goes on here. */
export const ON_SHIFT_KEY = 'apel.desk.shift';

/** The requests are those of `api/desk.ts`, to the letter. */
export function askAheadForDesk({ api, storage }: { api: Pick<Api, 'ahead'>; storage: KeyValueStore }): void {
  const deskId = storage.get(DESK_ID_KEY);
  if (deskId !== null && storage.get(ON_SHIFT_KEY) !== null) {
    api.ahead('/api/desk/sip', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ deskId }),
    });
  }
  api.ahead('/api/desk');
  api.ahead('/api/desk/options');
}
