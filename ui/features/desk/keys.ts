/**
 * The desk's keys. Function keys and Ctrl+Enter work everywhere on the page, `?` outside of fields only.
 * @module
 */
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import type { DeskStore } from './store.ts';

/** In the storage of this browser: `off` turns single keys off. */
export const SINGLE_KEYS = 'apel.desk.singleKeys';

export function useDeskKeys(store: DeskStore, on: { onHelp: () => void }): void {
  const { storage } = useApp();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // A held key is one wish; a dialog has keys of its own.
      if (event.repeat || document.querySelector('dialog[open]') !== null) return;
      const action = actionOf(event);
      if (action === undefined) return;
      if (action === 'help') {
        if (isTyping(event.target) || storage.get(SINGLE_KEYS) === 'off') return;
        event.preventDefault();
        on.onHelp();
        return;
      }
      event.preventDefault();
      act(store, action);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store]);
}

export type KeyAction = 'go' | 'hang-up' | 'mute' | 'hold' | 'save' | 'help';

export function actionOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>,
): KeyAction | undefined {
  if (event.altKey) return undefined;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return 'save';
  if (event.ctrlKey || event.metaKey) return undefined;
  if (event.key === '?') return 'help';
  if (event.shiftKey) return undefined;
  return ({ F2: 'go', F4: 'hang-up', F8: 'mute', F9: 'hold' } as const)[event.key];
}

/** What each key means now; a key that means nothing does nothing. */
function act(store: DeskStore, action: Exclude<KeyAction, 'help'>): void {
  const desk = store.desk.peek();
  const call = desk?.call ?? null;
  switch (action) {
    case 'go': {
      const ringing = store.phone.ringing.peek();
      if (ringing) return ringing.answer();
      if (call !== null) return void store.dial();
      if (desk?.agent.state !== 'available') return void store.setState({ to: 'available' });
      if (store.phone.line.peek() === 'registered') return void store.next();
      return;
    }
    case 'hang-up':
      if (call !== null && isUp(call)) void store.command({ type: 'hang-up' });
      return;
    case 'mute':
      if (call !== null && isUp(call)) store.setMuted(!store.phone.muted.peek());
      return;
    case 'hold':
      if (call?.stage === 'talking')
        void store.command({ type: call.heldSince === null ? 'hold' : 'resume' });
      return;
    case 'save':
      void store.save();
  }
}

function isUp(call: { stage: string; previewUntil: string | null }): boolean {
  if (call.stage === 'claimed') return call.previewUntil === null;
  return ['inviting', 'ringing', 'talking'].includes(call.stage);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.matches('input:not([type=radio]):not([type=checkbox]), textarea, select') ||
    target.isContentEditable
  );
}
