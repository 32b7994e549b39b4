/**
 * The focus goes where the work goes on, so that ten calls in a row need no mouse: the next number, the first field of
 * the script when somebody answered, the outcomes when the call is over. Never out of a field in which somebody types.
 * @module
 */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DeskStore } from './store.ts';

export function useFollowFocus(store: DeskStore, middle: RefObject<HTMLDivElement | null>): void {
  const desk = store.desk.value;
  const call = desk?.call ?? null;
  const step =
    call === null
      ? desk?.agent.state === 'available'
        ? 'idle'
        : 'rest'
      : call.previewUntil !== null && call.stage === 'claimed'
        ? 'preview'
        : call.stage === 'talking'
          ? 'talk'
          : call.stage === 'wrap-up'
            ? 'wrap-up'
            : 'ring';
  const last = useRef<string>('');
  const place = `${step} ${call?.id ?? ''}`;
  useEffect(() => {
    const from = last.current;
    last.current = place;
    const box = middle.current;
    if (from === place || box === null) return undefined;
    // After the frame in which the new part is drawn; a dialog or a menu that is open by then has it.
    const frame = requestAnimationFrame(() => {
      if (document.querySelector('dialog[open], .state-list') === null) focusFor(step, box);
    });
    return () => cancelAnimationFrame(frame);
  }, [place]);
  const problems = store.problems.value;
  useEffect(() => {
    if (problems === null) return undefined;
    const frame = requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(
          '.desk-work [aria-invalid="true"]:is(input, select, textarea), .desk-work [aria-invalid="true"] input, .field:has(#desk-outcome-error) [data-focus]',
        )
        ?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [problems]);
}

function focusFor(step: string, box: HTMLElement): void {
  const active = document.activeElement;
  const typing =
    active instanceof HTMLElement &&
    box.contains(active) &&
    active.matches('textarea, select, input:not([type=radio]):not([type=checkbox])');
  if (typing && step !== 'idle' && step !== 'preview') return;
  const selector: Readonly<Record<string, string>> = {
    idle: '[data-focus="idle"]',
    rest: '[data-focus="idle"]',
    preview: '[data-focus="preview"]',
    // Not a control: whoever pressed a key a moment too late must not answer or hang up with it.
    ring: '.script-body',
    talk: '.script-fields input, .script-fields select, .script-fields textarea, [data-focus="outcome"]',
    'wrap-up': '[data-focus="outcome"]',
  };
  const wanted = selector[step];
  const found = wanted === undefined ? null : box.querySelector<HTMLElement>(wanted);
  chosenOf(found)?.focus({ preventScroll: step === 'talk' });
}

/** Of a group of choices the one that is chosen, as Tab would: an arrow key goes on from there. */
function chosenOf(found: HTMLElement | null): HTMLElement | null {
  if (!(found instanceof HTMLInputElement) || found.type !== 'radio') return found;
  return found.closest('fieldset')?.querySelector<HTMLElement>('input:checked') ?? found;
}
