/**
 * Other answers for a call, with a reason: the fields of its script, shown and checked as at the desk.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import type { Corrections } from '../../../contracts/http/corrections.ts';
import { MAX_CORRECTION_REASON, MIN_CORRECTION_REASON } from '../../../contracts/model/call.ts';
import type { AnswerValue } from '../../../contracts/model/script.ts';
import { keptAnswers, shownPages, validateAnswers } from '../../../domain/script.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { TextAreaField } from '../../design/field.tsx';
import { Notice } from '../../design/parts.tsx';
import { ScriptFieldView } from '../desk/script-field.tsx';
import '../desk/script.css';
import { answerChanges } from './answer-words.ts';
import { CorrectionProblem } from './correction-problem.tsx';
import type { CallStore } from './store.ts';

type Form = NonNullable<Corrections['form']>;

export function AnswersDialog(props: {
  call: CallDetail;
  /** As it was when the dialog was opened: what is saved must be made from it. */
  form: Form;
  store: CallStore;
  onClose: () => void;
}): VNode {
  const { i18n, catalogue, toasts } = useApp();
  const { t } = i18n;
  const { store, call } = props;
  const [{ script, answers: seen }] = useState(props.form);
  const [answers, setAnswers] = useState<Record<string, AnswerValue>>(seen);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const busy = store.correcting.value;
  const status = catalogue.statuses.value.find(({ code }) => code === call.status);
  const complete = status?.positive === true && call.answeredAt !== null;
  const problems = validateAnswers(script, answers, { complete });
  const kept = keptAnswers(script, answers);
  const same = answerChanges(i18n, script, { before: seen, after: kept }).length === 0;
  const tooShort = reason.trim().length < MIN_CORRECTION_REASON;

  function set(field: string, value: AnswerValue | undefined): void {
    const { [field]: _, ...others } = answers;
    setAnswers(value === undefined ? others : { ...others, [field]: value });
  }

  async function submit(): Promise<void> {
    setTried(true);
    if (problems.length > 0 || tooShort || same || busy) return;
    try {
      await store.correctAnswers({ expected: seen, answers: kept as Form['answers'], reason: reason.trim() });
      toasts.show('positive', t('answers.done'));
      props.onClose();
    } catch (cause) {
      setError(cause);
    }
  }

  return (
    <Dialog
      title={t('answers.correct')}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={<DialogFoot onCancel={props.onClose} verb={t('correct.save')} busy={busy} />}
    >
      <p>{t('answers.version', { script: script.label })}</p>
      <CorrectionProblem error={error} changed={t('answers.changed')} />
      {tried && same ? <Notice tone="warning" icon="alert" role="status" title={t('answers.same')} /> : null}
      {shownPages(script, answers).map(({ page, fields }) =>
        fields.length === 0 ? null : (
          <section class="answers-page" key={page.name} aria-label={page.title[i18n.lang.value]}>
            <h3>{page.title[i18n.lang.value]}</h3>
            <div class="script-fields">
              {fields.map((field) => (
                <ScriptFieldView
                  key={field.name}
                  field={field}
                  value={answers[field.name]}
                  answers={answers}
                  problem={tried ? problems.find((problem) => problem.field === field.name) : undefined}
                  disabled={busy}
                  script={script}
                  onChange={(value) => set(field.name, value)}
                />
              ))}
            </div>
          </section>
        ),
      )}
      <TextAreaField
        label={t('correct.reason')}
        hint={t('correct.reasonHint')}
        error={tried && tooShort ? t('correct.reasonShort') : undefined}
        maxLength={MAX_CORRECTION_REASON}
        value={reason}
        onInput={setReason}
      />
    </Dialog>
  );
}
