/**
 * Large buttons of outcomes: one click, or 1-9 while the group has the focus (WCAG 2.1.4).
 * @module
 */
import type { VNode } from 'preact';
import type { DeskCall } from '../../../contracts/http/desk.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import type { DraftStore } from './draft-store.ts';
import { SINGLE_KEYS } from './keys.ts';
import type { FormProblems } from './wrap-up-form.ts';

export function OutcomeGroup(props: {
  call: DeskCall;
  draft: DraftStore;
  disabled: boolean;
  error: FormProblems['outcome'] | undefined;
}): VNode {
  const { i18n, catalogue, storage } = useApp();
  const { t } = i18n;
  const { call, draft, disabled } = props;
  const chosen = draft.outcome.value ?? call.proposedOutcome;
  const codes = call.outcomes;
  const focusable = chosen !== null && codes.includes(chosen) ? chosen : codes[0];

  const choose = (code: string | undefined, list: HTMLElement): void => {
    if (code === undefined || disabled) return;
    draft.setOutcome(code);
    requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-checked="true"]')?.focus());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const list = event.currentTarget as HTMLElement;
    if (/^[1-9]$/.test(event.key) && storage.get(SINGLE_KEYS) !== 'off') {
      event.preventDefault();
      choose(codes[Number(event.key) - 1], list);
      return;
    }
    const forward = event.key === 'ArrowRight' || event.key === 'ArrowDown';
    if (!forward && event.key !== 'ArrowLeft' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const here = codes.indexOf((document.activeElement as HTMLElement).dataset['code'] ?? '');
    choose(codes[(here + (forward ? 1 : codes.length - 1)) % codes.length], list);
  };
  return (
    <div class="field">
      <span class="field-label" id="desk-outcome-label">
        {t('desk.outcome')}
      </span>
      <div
        class="outcomes"
        role="radiogroup"
        aria-labelledby="desk-outcome-label"
        aria-required="true"
        {...(props.error === undefined ? {} : { 'aria-describedby': 'desk-outcome-error' })}
        onKeyDown={onKeyDown}
      >
        {codes.map((code, index) => {
          const look = catalogue.statusLook(code);
          return (
            <button
              key={code}
              type="button"
              role="radio"
              class="outcome"
              data-tone={look.tone}
              data-code={code}
              aria-checked={chosen === code}
              tabIndex={code === focusable ? 0 : -1}
              {...(code === focusable ? { 'data-focus': 'outcome' } : {})}
              disabled={disabled && chosen !== code}
              onClick={(event) => choose(code, event.currentTarget.parentElement as HTMLElement)}
            >
              <Icon name={look.icon} size={18} />
              <span>{catalogue.statusLabel(code)}</span>
              {index < 9 ? <kbd aria-hidden="true">{index + 1}</kbd> : null}
            </button>
          );
        })}
      </div>
      {props.error === undefined ? null : (
        <span class="field-error" id="desk-outcome-error">
          <Icon name="alert" size={14} />
          {t(`desk.outcome.${props.error}`)}
        </span>
      )}
    </div>
  );
}
