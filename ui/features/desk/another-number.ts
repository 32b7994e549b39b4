/**
 * The contact's other numbers: instead of the one in the preview, or after this call, which is saved and ended with it.
 * @module
 */
import type { DeskCall } from '../../../contracts/http/desk.ts';
import type { DeskApi } from '../../api/desk.ts';
import { ApiError } from '../../api/problem.ts';
import type { Actions } from './actions.ts';
import type { CallFormStore } from './call-form.ts';

/** The server waits 3 s for the commit each time, then says that it is to be asked again. */
const TRIES = 3;

export interface AnotherNumber {
  /** @param number E.164, of the contact's card. False: it is not called, and the page says why. */
  callAnother: (number: string) => Promise<boolean>;
}

export function createAnotherNumber(deps: {
  api: Pick<DeskApi, 'wrapUp' | 'another'>;
  actions: Actions;
  form: Pick<CallFormStore, 'draft' | 'writeAnother'>;
  call: () => DeskCall | null;
  dial: (number: string) => Promise<boolean>;
  /** The agent ends the call: that says nothing about the phone. */
  expectGone: () => void;
  uuid: () => string;
}): AnotherNumber {
  const { api } = deps;
  /** One wrap-up for a call, however often it is tried: its answer may have been lost. */
  let wrapUp = { callId: '', id: '' };

  return {
    callAnother: async (number) => {
      const call = deps.call();
      if (call === null) return false;
      if (call.stage === 'claimed') return deps.dial(number);
      if (wrapUp.callId !== call.id) wrapUp = { callId: call.id, id: deps.uuid() };
      const written = deps.form.writeAnother(number, wrapUp.id);
      const draft = deps.form.draft.peek();
      if (written === undefined || draft === undefined) return false;
      return deps.actions.run('another', async () => {
        await api.wrapUp(call.id, written);
        await draft.markSaved(written.id);
        deps.expectGone();
        return retried(() => api.another(call.id));
      });
    },
  };
}

async function retried<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !(error instanceof ApiError) || error.status !== 503) throw error;
    }
  }
}
