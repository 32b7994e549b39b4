/**
 * What the agent does to a call: dial, skip, hold, mute, keys, hang up.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Desk, DeskCall, DialManually } from '../../../contracts/http/desk.ts';
import type { DeskApi, DeskCommand } from '../../api/desk.ts';
import type { Actions, Busy } from './actions.ts';
import type { PhoneStore } from './phone-store.ts';

export interface CallCommands {
  /** Keys sent during this call. */
  digits: ReadonlySignal<string>;
  /** Preview over: calls now, the contact's other number if one is given. False: the preview goes on. */
  dial: (number?: string) => Promise<boolean>;
  skip: (reason: string) => Promise<boolean>;
  dialManually: (body: DialManually) => Promise<boolean>;
  command: (command: DeskCommand) => Promise<void>;
  setMuted: (muted: boolean) => void;
  press: (digit: string) => void;
  extend: () => Promise<void>;
}

export interface CallCommandsDeps {
  api: DeskApi;
  phone: PhoneStore;
  actions: Actions;
  call: () => DeskCall | null;
  accept: (desk: Desk) => void;
  /** The agent ends the call: that says nothing about the phone. */
  expectGone: () => void;
  onError: (error: unknown) => void;
}

export function createCallCommands(
  deps: CallCommandsDeps,
): CallCommands & { turnTo: () => void; tick: (now: number) => void } {
  const { api, phone, actions } = deps;
  const digits = signal('');
  const dialed = new Set<string>();
  let sendingDigits: Promise<void> = Promise.resolve();

  const withCall = (name: Busy, action: (callId: string) => Promise<Desk>): Promise<boolean> => {
    const id = deps.call()?.id;
    return id === undefined ? Promise.resolve(false) : actions.run(name, () => action(id));
  };

  async function dial(number?: string): Promise<boolean> {
    const call = deps.call();
    if (call?.previewUntil == null || call.stage !== 'claimed' || dialed.has(call.id)) return false;
    dialed.add(call.id);
    const done = await withCall('dial', (id) => api.dial(id, number));
    if (!done) dialed.delete(call.id);
    return done;
  }

  return {
    digits,
    turnTo: () => {
      digits.value = '';
    },
    /** The time of the preview is over: the desk calls by itself, once. */
    tick: (now) => {
      const call = deps.call();
      if (call?.previewUntil == null || call.stage !== 'claimed' || dialed.has(call.id)) return;
      if (now >= Date.parse(call.previewUntil)) void dial();
    },
    dial,
    skip: (reason) => {
      deps.expectGone();
      return withCall('skip', (id) => api.skip(id, reason));
    },
    dialManually: (body) => actions.run('manual', () => api.dialManually(body)),
    command: async (command) => {
      const name = command.type === 'resume' ? 'hold' : command.type;
      if (name === 'hang-up') deps.expectGone();
      const id = deps.call()?.id;
      if (name === 'digits' || name === 'mute' || id === undefined) return;
      await actions.inTurn(name, command.type, () => api.command(id, command));
    },
    setMuted: (muted) => {
      phone.setMuted(muted);
      const id = deps.call()?.id;
      // The edge only notes it: the microphone is silent already.
      if (id !== undefined) api.command(id, { type: 'mute', muted }).then(deps.accept, () => undefined);
    },
    press: (digit) => {
      const id = deps.call()?.id;
      phone.tones.key(digit);
      if (id === undefined) return;
      digits.value += digit;
      // One after the other: keys must arrive in the order in which they were pressed.
      sendingDigits = sendingDigits.then(() =>
        api.command(id, { type: 'digits', digits: digit }).then(deps.accept, deps.onError),
      );
    },
    extend: async () => void (await withCall('extend', api.extend)),
  };
}
