/**
 * "Sună alt număr": a button beside each other number of the contact. While this call is on the agent is asked first.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DeskCall } from '../../../contracts/http/desk.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { Icon } from '../../design/icons.tsx';
import { useDesk } from './desk-context.ts';

export function CallAnother({ call, number }: { call: DeskCall; number: DeskCall['number'] }): VNode {
  const { t } = useApp().i18n;
  const store = useDesk();
  const [asking, setAsking] = useState(false);
  const on = call.stage === 'ringing' || call.stage === 'talking';
  const may =
    (on || call.stage === 'wrap-up' || (call.stage === 'claimed' && call.previewUntil !== null)) &&
    (store.draft.value?.saved.value ?? null) === null;
  const go = (): void => {
    setAsking(false);
    void store.callAnother(number.e164);
  };
  return (
    <>
      <button
        type="button"
        class="btn"
        aria-label={t('desk.another.call', { number: number.shown })}
        title={t('desk.another.call', { number: number.shown })}
        disabled={!may || store.busy.value === 'another'}
        onClick={on ? () => setAsking(true) : go}
      >
        <Icon name="phone" size={14} />
        {t('desk.pad.call')}
      </button>
      {asking ? (
        <Dialog
          title={t('desk.another.call', { number: number.shown })}
          onClose={() => setAsking(false)}
          onSubmit={go}
          foot={<DialogFoot onCancel={() => setAsking(false)} verb={t('desk.another.go')} autoFocus />}
        >
          <p>{t(call.answeredAt === null ? 'desk.another.ringing' : 'desk.another.talking')}</p>
        </Dialog>
      ) : null}
    </>
  );
}
