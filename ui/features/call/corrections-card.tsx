/**
 * What a call's outcome was before, and the way to correct it.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import type { Corrections } from '../../../contracts/http/corrections.ts';
import { useApp } from '../../app-context.ts';
import { Card } from '../../design/parts.tsx';
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
              <p>
                <s>{catalogue.statusLabel(one.before)}</s> <span aria-hidden="true">→</span>{' '}
                <strong>{catalogue.statusLabel(one.after)}</strong>
              </p>
              {reasonOf(one) === null ? null : <p class="correction-reason">{reasonOf(one)}</p>}
              <p class="muted">
                {[format.dateTime(one.at), one.by].filter((part) => part !== null).join(' · ')}
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

  function reasonOf({ source, reason }: Corrections['trail'][number]): string | null {
    return source === 'late-wrap-up' ? t('correct.late') : reason;
  }
}
