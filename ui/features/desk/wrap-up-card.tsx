/**
 * What came of the call: outcome, note, and what the outcome asks for; save, with the time that is left.
 * @module
 */
import type { VNode } from 'preact';
import type { DeskCall } from '../../../contracts/http/desk.ts';
import { useApp } from '../../app-context.ts';
import { Field } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { CallbackFields } from './callback-fields.tsx';
import { Countdown } from './countdown.tsx';
import { useDesk } from './desk-context.ts';
import type { DraftStore } from './draft-store.ts';
import { OutcomeGroup } from './outcome-group.tsx';
import { CALLBACK, OPTED_OUT } from './wrap-up-form.ts';

export function WrapUpCard({ call }: { call: DeskCall }): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const draft = store.draft.value;
  if (draft === undefined) return null;
  const problems = store.problems.value;
  const outcome = draft.outcome.value;
  const saved = draft.saved.value !== null;
  const chosen = outcome ?? call.proposedOutcome;
  return (
    <section class="card wrap-up" aria-label={t('desk.wrapUp')} data-saved={saved}>
      <header class="card-head">
        <h2>{t('desk.wrapUp')}</h2>
        <div class="aside">
          <DraftWords draft={draft} />
        </div>
      </header>
      <div class="card-body wrap-up-body">
        {call.proposedOutcome !== null && outcome === null && !saved ? (
          <p class="proposed" role="status">
            <Icon name="check" size={16} />
            {t('desk.proposed')}
          </p>
        ) : null}
        <OutcomeGroup call={call} draft={draft} disabled={saved} error={problems?.outcome} />
        {chosen === CALLBACK && !saved ? (
          <CallbackFields zone={call.campaign.zone} draft={draft} error={problems?.callback} />
        ) : null}
        {chosen === OPTED_OUT && !saved ? (
          <Field
            label={t('desk.dnc.reason')}
            hint={t('desk.dnc.hint')}
            error={problems?.doNotCallReason === undefined ? undefined : t('desk.dnc.missing')}
          >
            {({ id, describedBy }) => (
              <input
                id={id}
                class="input"
                maxLength={500}
                value={draft.doNotCallReason.value}
                aria-invalid={problems?.doNotCallReason !== undefined}
                aria-describedby={describedBy}
                onInput={(event) => draft.setDoNotCallReason(event.currentTarget.value)}
              />
            )}
          </Field>
        ) : null}
        <Field label={t('desk.note')}>
          {({ id }) => (
            <textarea
              id={id}
              class="input note"
              rows={2}
              maxLength={5_000}
              value={draft.note.value}
              readOnly={saved}
              onInput={(event) => draft.setNote(event.currentTarget.value)}
            />
          )}
        </Field>
        {Object.keys(problems?.answers ?? {}).length > 0 ? (
          <p class="field-error" role="alert">
            <Icon name="alert" size={14} />
            {t('desk.save.fields', { n: Object.keys(problems?.answers ?? {}).length })}
          </p>
        ) : null}
        <div class="save-row">
          <button
            type="button"
            class="btn save"
            data-kind="primary"
            aria-keyshortcuts="Control+Enter"
            aria-disabled={saved}
            onClick={() => void store.save()}
          >
            <span class={saved ? 'spin icon' : 'icon'}>
              <Icon name={saved ? 'refresh' : 'check'} size={18} />
            </span>
            {t(saved ? (call.endedAt === null ? 'desk.save.whenOver' : 'desk.save.saving') : 'desk.save')}
            {saved ? null : <kbd>Ctrl ⏎</kbd>}
          </button>
          {call.wrapUpUntil === null || saved ? null : (
            <div class="save-time">
              <Countdown
                from={Date.parse(call.endedAt ?? call.stageSince)}
                until={Date.parse(call.wrapUpUntil)}
                label={(n) =>
                  t(
                    call.proposedOutcome === null || outcome !== null
                      ? 'desk.wrapUp.left'
                      : 'desk.proposed.left',
                    { n },
                  )
                }
              />
              {call.wrapUpExtendSeconds > 0 ? (
                <button type="button" class="btn" data-kind="quiet" onClick={() => void store.extend()}>
                  {t('desk.wrapUp.extend', { n: call.wrapUpExtendSeconds })}
                </button>
              ) : null}
            </div>
          )}
        </div>
      </div>
    </section>
  );
}

/** Where what is typed is, in words. */
function DraftWords({ draft }: { draft: DraftStore }): VNode | null {
  const { t } = useApp().i18n;
  const state = draft.state.value;
  if (draft.saved.value !== null || state === 'clean') return null;
  return (
    <span class="draft-words" role="status" data-state={state}>
      <Icon name={state === 'local' ? 'alert' : state === 'typing' ? 'refresh' : 'check'} size={14} />
      {t(`desk.draft.${state}`)}
    </span>
  );
}
