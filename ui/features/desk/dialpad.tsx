/**
 * Twelve keys: between calls a number is put together and called, during a call each key is sent to the other side, and
 * nothing else is offered.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { useDesk } from './desk-context.ts';
import { groupedNumber, plainNumber } from './number-text.ts';

const KEYS = [
  ['1', ''], ['2', 'ABC'], ['3', 'DEF'], ['4', 'GHI'], ['5', 'JKL'], ['6', 'MNO'],
  ['7', 'PQRS'], ['8', 'TUV'], ['9', 'WXYZ'], ['*', ''], ['0', '+'], ['#', ''],
] as const; // prettier-ignore
const LONGEST = 20;

export function Dialpad(props: { number: string; onNumber: (number: string) => void }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const desk = store.desk.value;
  const talking = desk?.call?.stage === 'talking' || desk?.call?.stage === 'ringing';
  const open = desk?.call != null;
  const campaigns = desk?.agent.campaigns.filter(({ manualCalls }) => manualCalls) ?? [];
  const [campaign, setCampaign] = useState('');
  const [reason, setReason] = useState('');
  const [overriding, setOverriding] = useState(false);
  const chosen = campaigns.find(({ name }) => name === campaign) ?? campaigns[0];
  const number = plainNumber(props.number).slice(0, LONGEST);
  const may =
    !open &&
    chosen !== undefined &&
    number.replace(/\D/g, '').length >= 3 &&
    desk?.agent.state === 'available';

  const press = (key: string): void => {
    if (talking) store.press(key);
    else if (!open) {
      store.phone.tones.key(key);
      props.onNumber(number + key);
    }
  };
  async function call(): Promise<void> {
    if (!may || chosen === undefined) return;
    const done = await store.dialManually({
      number,
      campaign: chosen.name,
      ...(overriding && reason.trim() !== '' ? { overrideReason: reason.trim() } : {}),
    });
    if (!done) return;
    props.onNumber('');
    setReason('');
    setOverriding(false);
  }

  return (
    <form
      class="dialpad"
      onSubmit={(event) => {
        event.preventDefault();
        void call();
      }}
    >
      <div class="pad-display">
        <input
          class="input"
          type="tel"
          aria-label={t(talking ? 'desk.pad.sent' : 'desk.pad.number')}
          placeholder={t(talking ? 'desk.pad.sentNone' : 'desk.pad.hint')}
          value={talking ? store.digits.value : groupedNumber(number)}
          readOnly={open}
          onInput={(event) => props.onNumber(plainNumber(event.currentTarget.value))}
        />
        {open ? null : (
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            data-icon=""
            disabled={number === ''}
            aria-label={t('desk.pad.erase')}
            title={t('desk.pad.erase')}
            onClick={() => props.onNumber(number.slice(0, -1))}
          >
            <Icon name="backspace" />
          </button>
        )}
      </div>
      <div class="pad-keys">
        {KEYS.map(([key, letters]) => (
          <button
            key={key}
            type="button"
            class="pad-key"
            disabled={open && !talking}
            onClick={() => press(key)}
          >
            <b>{key}</b>
            <small aria-hidden="true">{letters === '' ? '\u00a0' : letters}</small>
          </button>
        ))}
      </div>
      {!open && campaigns.length > 1 ? (
        <label class="pad-campaign">
          <span class="field-label">{t('desk.pad.campaign')}</span>
          <select
            class="input"
            value={chosen?.name ?? ''}
            onChange={(event) => setCampaign(event.currentTarget.value)}
          >
            {campaigns.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {!open && overriding ? (
        <label class="field">
          <span class="field-label">{t('desk.pad.reason')}</span>
          <input
            class="input"
            value={reason}
            maxLength={500}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <span class="hint">{t('desk.pad.reasonHint')}</span>
        </label>
      ) : null}
      {open ? null : (
        <div class="pad-actions">
          <button type="submit" class="btn" disabled={!may} aria-disabled={store.busy.value === 'manual'}>
            <Icon name="phone" />
            {t('desk.pad.call')}
          </button>
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            disabled={number === ''}
            onClick={() => props.onNumber('')}
          >
            {t('desk.pad.clear')}
          </button>
        </div>
      )}
      {session.can('call.override') && !open && !overriding && number !== '' ? (
        <button type="button" class="btn pad-override" data-kind="quiet" onClick={() => setOverriding(true)}>
          {t('desk.pad.override')}
        </button>
      ) : null}
      {open || desk?.agent.state === 'available' ? null : (
        <p class="hint-line">{t('desk.pad.notAvailable')}</p>
      )}
      {!open && campaigns.length === 0 ? <p class="hint-line">{t('desk.pad.noCampaign')}</p> : null}
    </form>
  );
}
