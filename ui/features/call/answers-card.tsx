/**
 * What the agent asked and was answered, and the way to correct it.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import { useApp } from '../../app-context.ts';
import { Card } from '../../design/parts.tsx';
import { part } from '../../lib/part.tsx';
import { answersInWords } from './answer-words.ts';
import type { CallStore } from './store.ts';

const AnswersDialog = part(() => import('./answers-dialog.tsx').then((module) => module.AnswersDialog));

/** Nothing for a call without a script, or for who may not read answers. */
export function AnswersCard({ call, store }: { call: CallDetail; store: CallStore }): VNode | null {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const [open, setOpen] = useState(false);
  const form = store.corrections.data.value?.form;
  if (call.committedAt === null || !form) return null;
  const may = session.can('call.correct');
  const given = answersInWords(i18n, form.script, form.answers).filter(({ value }) => value !== undefined);

  /** What is wrong with a field is said in the words of the desk. */
  async function begin(): Promise<void> {
    await i18n.load('desk');
    setOpen(true);
  }

  return (
    <Card
      title={t('answers.title')}
      aside={
        may ? (
          <button
            type="button"
            class="btn"
            onPointerEnter={AnswersDialog.fetch}
            onFocus={AnswersDialog.fetch}
            onClick={() => void begin()}
          >
            {t('answers.correct')}
          </button>
        ) : undefined
      }
    >
      {given.length === 0 ? (
        <p class="card-text muted">{t('answers.none')}</p>
      ) : (
        <div class="card-body">
          <dl class="facts">
            {given.map(({ field, label, value }) => (
              <>
                <dt key={field}>{label}</dt>
                <dd>{value}</dd>
              </>
            ))}
          </dl>
        </div>
      )}
      {open ? <AnswersDialog call={call} form={form} store={store} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}
