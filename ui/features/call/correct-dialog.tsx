/**
 * Another outcome for a call, with a reason.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import type { Corrections } from '../../../contracts/http/corrections.ts';
import { MAX_CORRECTION_REASON, MIN_CORRECTION_REASON } from '../../../contracts/model/call.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { SelectField, TextAreaField } from '../../design/field.tsx';
import { Notice } from '../../design/parts.tsx';
import { CorrectionProblem } from './correction-problem.tsx';
import type { CallStore } from './store.ts';

export function CorrectDialog(props: {
  call: CallDetail;
  corrections: Corrections;
  store: CallStore;
  onClose: () => void;
}): VNode {
  const { i18n, catalogue, toasts } = useApp();
  const { t } = i18n;
  const { store, corrections } = props;
  const [status, setStatus] = useState('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const busy = store.correcting.value;
  const tooShort = reason.trim().length < MIN_CORRECTION_REASON;
  const chosen = catalogue.statuses.value.find(({ code }) => code === status);
  const current = corrections.status ?? '';

  async function submit(): Promise<void> {
    setTried(true);
    if (tooShort || status === '' || busy) return;
    try {
      await store.correct({ expected: current, status, reason: reason.trim() });
      toasts.show('positive', t('correct.done', { status: catalogue.statusLabel(status) }));
      props.onClose();
    } catch (cause) {
      setError(cause);
    }
  }

  return (
    <Dialog
      title={t('correct.open')}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={<DialogFoot onCancel={props.onClose} verb={t('correct.save')} busy={busy} />}
    >
      <p>{t('correct.now', { status: catalogue.statusLabel(current) })}</p>
      <CorrectionProblem error={error} changed={t('correct.changed')} />
      <SelectField
        label={t('correct.status')}
        value={status}
        onChange={setStatus}
        error={tried && status === '' ? t('correct.choose') : undefined}
        options={[
          { value: '', label: t('correct.choose') },
          ...corrections.allowed.map((code) => ({ value: code, label: catalogue.statusLabel(code) })),
        ]}
      />
      {status === 'opted-out' ? (
        <Notice tone="warning" icon="ban" role="status" title={t('correct.doNotCall')} />
      ) : chosen?.final === true && status !== 'nonexistent' ? (
        <p class="muted">{t('correct.final')}</p>
      ) : status === '' ? null : (
        <p class="muted">{t('correct.countOnly')}</p>
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
