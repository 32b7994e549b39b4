/**
 * What the desk asks first, asked before its scripts are there. After F5 in a talk the customer waits for this chain: who is
 * here, credentials for the phone, microphone, registration. Comes with the first script, so it knows nothing else.
 * @module
 */
import type { App } from '../../app-context.ts';
import { DESK_ID_KEY } from './desk-id.ts';

/** Kept while a shift goes on here. */
export const ON_SHIFT_KEY = 'apel.desk.shift';

type Ahead = Pick<App, 'api' | 'storage'>;

/** Whoever is on shift is logged in, as a rule: nothing waits for the answer. The requests are those of `api/desk.ts`, to the letter. */
export function askAtOnceForDesk({ api, storage }: Ahead): void {
  const deskId = storage.get(DESK_ID_KEY);
  if (deskId === null || storage.get(ON_SHIFT_KEY) === null) return;
  api.ahead('/api/desk/sip', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ deskId }),
  });
  api.ahead('/api/desk');
  import('./phone/softphone.ts').catch(() => undefined);
}

/** It is known who is here: the desk begins, before its page is drawn. */
export function beginDesk(app: App): void {
  if (app.storage.get(ON_SHIFT_KEY) === null) app.api.ahead('/api/desk');
  app.api.ahead('/api/desk/options');
  import('./desk-page.tsx').then(
    ({ openDesk }) => openDesk(app),
    () => undefined,
  );
}
