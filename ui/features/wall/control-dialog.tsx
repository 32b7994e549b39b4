/**
 * A supervisor changes an agent's state or ends their shift, with a reason.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AgentControlled, ControlAgent, WallAgent } from '../../../contracts/http/wall.ts';
import { ApiError, errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { SelectField, TextAreaField } from '../../design/field.tsx';
import { Notice } from '../../design/parts.tsx';
import type { I18n } from '../../i18n/i18n.ts';
import type { WallStore } from './store.ts';

const SHORTEST = 3;
const LONGEST = 300;
const OFF = 'logged-out';
const ON = 'available';
const BUSY = ['calling', 'in-call', 'wrap-up'];

export function ControlDialog(props: { store: WallStore; agent: WallAgent; onClose: () => void }): VNode {
  const { i18n, api, toasts } = useApp();
  const { t } = i18n;
  const { agent } = props;
  const busyAgent = BUSY.includes(agent.state);
  const [choice, setChoice] = useState<string>(OFF);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const tooShort = reason.trim().length < SHORTEST;
  const pauses = (props.store.sections.pauses.value ?? []).map(({ name, labels }) => ({
    value: `pause ${name}`,
    label: t('wall.control.pause', { reason: labels[i18n.lang.value] }),
  }));
  // During a call only what comes after it can be chosen.
  const options = [
    ...(busyAgent || agent.state === ON ? [] : [{ value: ON, label: t('wall.control.available') }]),
    ...(busyAgent ? [] : pauses),
    { value: OFF, label: t(busyAgent ? 'wall.control.logOffLater' : 'wall.control.logOff') },
  ];

  async function submit(): Promise<void> {
    setTried(true);
    if (tooShort || busy) return;
    setBusy(true);
    try {
      const { state } = await api.request<AgentControlled>(`/api/agents/${agent.id}/state`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(orderOf(choice, reason.trim())),
      });
      toasts.show('positive', t(`wall.control.${state}`, { name: agent.name }));
      props.onClose();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t('wall.controlOf', { name: agent.name })}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={
        <DialogFoot
          onCancel={props.onClose}
          verb={t('wall.control.apply')}
          kind={choice === OFF ? 'danger' : 'primary'}
          busy={busy}
        />
      }
    >
      <p>
        {t(busyAgent ? 'wall.control.busyText' : 'wall.control.text', { state: t(`agent.${agent.state}`) })}
      </p>
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={refusalWords(i18n, error)} />
      )}
      <SelectField label={t('wall.control.choose')} value={choice} onChange={setChoice} options={options} />
      <TextAreaField
        label={t('live.reason')}
        hint={t('live.reasonHint')}
        error={tried && tooShort ? t('live.reasonShort') : undefined}
        maxLength={LONGEST}
        value={reason}
        onInput={setReason}
      />
    </Dialog>
  );
}

function orderOf(choice: string, reason: string): ControlAgent {
  if (choice === ON || choice === OFF) return { to: choice, reason };
  return { to: 'paused', pause: choice.replace(/^pause /, ''), reason };
}

function refusalWords(i18n: I18n, error: unknown): string {
  const why =
    error instanceof ApiError && error.is('agent-busy') ? error.problem?.params['reason'] : undefined;
  return typeof why === 'string'
    ? i18n.tMaybe(`wall.refused.${why}`, errorWords(i18n, error))
    : errorWords(i18n, error);
}
