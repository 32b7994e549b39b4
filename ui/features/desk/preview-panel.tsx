/**
 * The contact is looked at before the call: call now, or pass over with a reason; at the end of the time the desk calls.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DeskCall } from '../../../contracts/http/desk.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { Field } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { Countdown } from './countdown.tsx';
import { useDesk } from './desk-context.ts';

const REASONS = ['busy-now', 'known', 'data', 'language'] as const;

export function PreviewPanel({ call }: { call: DeskCall }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const [skipping, setSkipping] = useState(false);
  const busy = store.busy.value === 'dial';
  return (
    <section class="card preview" aria-label={t('desk.preview.title')}>
      <div class="preview-text">
        <h2>{call.customer?.fullName ?? t('desk.call.unknown')}</h2>
        <p class="preview-number">{call.number.shown}</p>
        <p class="muted">{call.campaign.label}</p>
      </div>
      <div class="preview-actions">
        <button
          type="button"
          class="btn dial-now"
          data-kind="primary"
          data-focus="preview"
          aria-keyshortcuts="F2"
          aria-disabled={busy}
          onClick={() => void store.dial()}
        >
          <Icon name="phone" size={20} />
          {t('desk.preview.dial')}
          <kbd>F2</kbd>
        </button>
        <button type="button" class="btn" onClick={() => setSkipping(true)}>
          <Icon name="arrowRight" />
          {t('desk.preview.skip')}
        </button>
      </div>
      <Countdown
        from={Date.parse(call.stageSince)}
        until={Date.parse(call.previewUntil ?? call.stageSince)}
        label={(seconds) => t('desk.preview.auto', { n: seconds })}
      />
      {skipping ? <SkipDialog onClose={() => setSkipping(false)} /> : null}
    </section>
  );
}

function SkipDialog({ onClose }: { onClose: () => void }): VNode {
  const { t } = useApp().i18n;
  const store = useDesk();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const missing = reason.trim() === '';
  async function submit(): Promise<void> {
    setTried(true);
    if (missing) return;
    if (await store.skip(reason.trim())) onClose();
  }
  return (
    <Dialog
      title={t('desk.skip.title')}
      onClose={onClose}
      onSubmit={() => void submit()}
      foot={
        <DialogFoot onCancel={onClose} verb={t('desk.preview.skip')} busy={store.busy.value === 'skip'} />
      }
    >
      <p>{t('desk.skip.text')}</p>
      <div class="chip-row">
        {REASONS.map((code) => {
          const text = t(`desk.skip.${code}`);
          return (
            <button
              key={code}
              type="button"
              class="btn chip"
              aria-pressed={reason === text}
              onClick={() => setReason(text)}
            >
              {text}
            </button>
          );
        })}
      </div>
      <Field label={t('desk.skip.reason')} error={tried && missing ? t('desk.skip.missing') : undefined}>
        {({ id, describedBy }) => (
          <input
            id={id}
            class="input"
            autoFocus
            maxLength={200}
            value={reason}
            aria-invalid={tried && missing}
            aria-describedby={describedBy}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}
