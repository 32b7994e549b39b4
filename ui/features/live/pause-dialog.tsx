/**
 * Pause or resume, with a reason.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Pause } from '../../../contracts/http/campaigns.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { TextAreaField } from '../../design/field.tsx';
import { Notice } from '../../design/parts.tsx';
import type { LiveStore } from './store.ts';

const SHORTEST = 3;
const LONGEST = 300;

/** @param props.paused as it is now; null: it runs */
export function PauseDialog(props: { store: LiveStore; paused: Pause; onClose: () => void }): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const busy = props.store.busy.value;
  const tooShort = reason.trim().length < SHORTEST;

  async function submit(): Promise<void> {
    setTried(true);
    if (tooShort || busy) return;
    try {
      const outcome = await props.store.togglePause(reason.trim());
      toasts.show('positive', t(`live.${outcome}Toast`));
      props.onClose();
    } catch (cause) {
      setError(cause);
    }
  }

  const what = props.paused === null ? 'pause' : props.paused.stopped ? 'start' : 'resume';
  const verb = t(`live.${what}`);
  return (
    <Dialog
      title={t(`live.${what}Title`)}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={<DialogFoot onCancel={props.onClose} verb={verb} busy={busy} />}
    >
      <p>{t(props.paused === null ? 'live.pauseText' : 'live.resumeText')}</p>
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
      )}
      <TextAreaField
        label={t('live.reason')}
        hint={t('live.reasonHint')}
        error={tried && tooShort ? t('live.reasonShort') : undefined}
        autoFocus
        maxLength={LONGEST}
        value={reason}
        onInput={setReason}
      />
    </Dialog>
  );
}
