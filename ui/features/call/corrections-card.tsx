/**
 * What a call's outcome and answers were before, and the way to correct the outcome.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import type { Corrections } from '../../../contracts/http/corrections.ts';
import type { ScriptDef } from '../../../contracts/model/script.ts';
import { useApp } from '../../app-context.ts';
import { Card } from '../../design/parts.tsx';
import { answerChanges } from './answer-words.ts';
import { CorrectDialog } from './correct-dialog.tsx';
import type { CallStore } from './store.ts';

/** Nothing while there is neither a trail nor anything to be done. */
export function CorrectionsCard({ call, store }: { call: CallDetail; store: CallStore }): VNode | null {
  const { i18n, catalogue, session } = useApp();
  const { t } = i18n;
  const [open, setOpen] = useState(false);
  const found = store.corrections.data.value;
  if (call.committedAt === null || found === undefined) return null;
  const may = session.can('call.correct') && found.allowed.length > 0;
  if (!may && found.trail.length === 0) return null;
  const format = i18n.format(call.zone);
  return (
    <Card
      title={t('correct.title')}
      aside={
        may ? (
          <button type="button" class="btn" onClick={() => setOpen(true)}>
            {t('correct.open')}
          </button>
        ) : undefined
      }
    >
      {found.trail.length === 0 ? (
        <p class="card-text muted">{t('correct.none')}</p>
      ) : (
        <ol class="corrections">
          {found.trail.map((one) => (
            <li key={one.at}>
              {one.before === one.after ? (
                // Late, the agent confirms what the line had said; else only the answers are others.
                one.answers === null || one.source === 'late-wrap-up' ? (
                  <p>
                    <strong>{catalogue.statusLabel(one.after)}</strong>
                  </p>
                ) : null
              ) : (
                <p>
                  <s>{catalogue.statusLabel(one.before)}</s> <span aria-hidden="true">→</span>{' '}
                  <strong>{catalogue.statusLabel(one.after)}</strong>
                </p>
              )}
              {one.answers === null ? null : <Changes of={one.answers} script={found.form?.script} />}
              {reasonOf(one) === null ? null : <p class="correction-reason">{reasonOf(one)}</p>}
              <p class="muted">
                {[format.dateTime(one.at), one.source === 'person' ? one.by : null]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </p>
            </li>
          ))}
        </ol>
      )}
      {open ? (
        <CorrectDialog call={call} corrections={found} store={store} onClose={() => setOpen(false)} />
      ) : null}
    </Card>
  );

  function reasonOf({ source, reason, by }: Correction): string | null {
    if (source === 'person') return reason;
    return by === null ? t('correct.late') : t('correct.lateBy', { name: by });
  }
}

type Correction = Corrections['trail'][number];

function Changes(props: { of: NonNullable<Correction['answers']>; script: ScriptDef | undefined }): VNode {
  const { i18n } = useApp();
  return (
    <ul class="answer-changes">
      {answerChanges(i18n, props.script, props.of).map(({ field, label, before, after }) => (
        <li key={field}>
          <span class="muted">{label}:</span>{' '}
          {before === undefined ? null : (
            <>
              <s>{before}</s> <span aria-hidden="true">→</span>{' '}
            </>
          )}
          {after === undefined ? i18n.t('answers.removed') : <strong>{after}</strong>}
        </li>
      ))}
    </ul>
  );
}
