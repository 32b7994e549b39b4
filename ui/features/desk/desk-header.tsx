/**
 * Always in sight: who, whether the phone works, state with its time, what follows the call, clock.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AgentState } from '../../../contracts/model/agent.ts';
import { useApp } from '../../app-context.ts';
import { Icon, type IconName } from '../../design/icons.tsx';
import type { Tone } from '../../design/tone.ts';
import { useDesk } from './desk-context.ts';
import { StateMenu } from './state-menu.tsx';

/** Long enough to be seen beside the next contact. */
const SAVED_SHOWN_MS = 6_000;

export const STATE_LOOKS: Readonly<Record<AgentState, { tone: Tone; icon: IconName }>> = {
  'logged-out': { tone: 'neutral', icon: 'logOut' },
  'logged-in': { tone: 'neutral', icon: 'minus' },
  available: { tone: 'positive', icon: 'check' },
  paused: { tone: 'warning', icon: 'pause' },
  calling: { tone: 'info', icon: 'ring' },
  'in-call': { tone: 'info', icon: 'phone' },
  'wrap-up': { tone: 'info', icon: 'file' },
  missed: { tone: 'danger', icon: 'phoneOff' },
};

export function DeskHeader(props: { onDevices: () => void; onShortcuts: () => void }): VNode | null {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const agent = store.desk.value?.agent;
  if (agent === undefined) return null;
  const format = i18n.format();
  const now = clock.tick.value;
  return (
    <header class="desk-head">
      <h1 class="desk-who">
        <strong>{agent.name}</strong>
        <span>{t('desk.extension', { extension: agent.extension })}</span>
      </h1>
      <PhoneBadge />
      <div class="desk-state">
        <StateMenu />
        <span class="state-time">
          <span class="sr">{t('desk.inState')} </span>
          <span aria-hidden="true">{format.clock(now - Date.parse(agent.since))}</span>
        </span>
      </div>
      <AfterCall />
      <Unsent />
      <Saved />
      <div class="desk-tools">
        <time class="desk-clock" aria-hidden="true">
          {format.time(now)}
        </time>
        <button
          type="button"
          class="btn"
          data-kind="quiet"
          data-icon=""
          title={t('desk.devices')}
          onClick={props.onDevices}
        >
          <Icon name="headphones" />
          <span class="sr">{t('desk.devices')}</span>
        </button>
        <button
          type="button"
          class="btn"
          data-kind="quiet"
          data-icon=""
          title={t('desk.keys.title')}
          aria-keyshortcuts="?"
          onClick={props.onShortcuts}
        >
          <Icon name="keyboard" />
          <span class="sr">{t('desk.keys.title')}</span>
        </button>
      </div>
    </header>
  );
}

/** Live socket, line and microphone in one word: the first that is wrong. */
function PhoneBadge(): VNode {
  const { t } = useApp().i18n;
  const store = useDesk();
  const microphone = store.phone.media.microphone.value;
  const line = store.phone.line.value;
  const away = store.socket.state.value === 'reconnecting';
  const look: { tone: Tone; icon: IconName; key: Parameters<typeof t>[0]; spin?: boolean } = away
    ? { tone: 'warning', icon: 'refresh', key: 'desk.line.offline', spin: true }
    : microphone === 'refused' ||
        microphone === 'missing' ||
        microphone === 'insecure' ||
        microphone === 'busy'
      ? { tone: 'danger', icon: 'micOff', key: 'desk.line.noMicrophone' }
      : line === 'registered'
        ? { tone: 'positive', icon: 'headphones', key: 'desk.line.registered' }
        : line === 'reconnecting'
          ? { tone: 'warning', icon: 'refresh', key: 'desk.line.reconnecting', spin: true }
          : { tone: 'neutral', icon: 'refresh', key: 'desk.line.connecting', spin: true };
  return (
    <span class="badge desk-line" data-tone={look.tone} role="status">
      <span class={look.spin ? 'spin icon' : 'icon'}>
        <Icon name={look.icon} size={14} />
      </span>
      {t(look.key)}
    </span>
  );
}

/** „După apel: …” while a call is open. */
function AfterCall(): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const desk = store.desk.value;
  if (!desk || !['calling', 'in-call', 'wrap-up'].includes(desk.agent.state)) return null;
  const { nextState } = desk.agent;
  const value =
    nextState === null ? '' : nextState.to === 'paused' ? `paused:${nextState.reason}` : nextState.to;
  // Shown until the server has it: the answer to the choice before must not move the list under the keys.
  const choose = async (next: string): Promise<void> => {
    setChosen(next);
    const [to, reason = ''] = next.split(':');
    await store.setNextState(
      to === 'paused' ? { to, reason } : to === 'logged-out' || to === 'available' ? { to } : null,
    );
    setChosen((now) => (now === next ? undefined : now));
  };
  return (
    <label class="after-call">
      <span>{t('desk.after')}</span>
      <select
        class="input"
        value={chosen ?? value}
        onChange={(event) => void choose(event.currentTarget.value)}
      >
        <option value="">{t('desk.after.default')}</option>
        <option value="available">{t('agent.available')}</option>
        {store.options.data.value?.pauseReasons.map((reason) => (
          <option key={reason.name} value={`paused:${reason.name}`}>
            {t('desk.after.pause', { reason: reason.labels[i18n.lang.value] })}
          </option>
        ))}
        <option value="logged-out">{t('desk.logOff')}</option>
      </select>
    </label>
  );
}

/** „Salvat”, for a moment, when the commit of the last call was seen. */
function Saved(): VNode {
  const { i18n, clock } = useApp();
  const savedAt = useDesk().savedAt.value;
  const fresh = savedAt !== undefined && clock.tick.value - savedAt < SAVED_SHOWN_MS;
  return (
    <span class="saved-note" role="status">
      {fresh ? (
        <span class="badge" data-tone="positive">
          <Icon name="check" size={14} />
          {i18n.t('desk.save.saved')}
        </span>
      ) : null}
    </span>
  );
}

/** „3 nesincronizate”. */
function Unsent(): VNode | null {
  const { t } = useApp().i18n;
  const outbox = useDesk().outbox.value;
  const pending = outbox?.pending.value ?? 0;
  if (!outbox || pending === 0) return null;
  return (
    <button
      type="button"
      class="badge unsent"
      data-tone="warning"
      title={outbox.items.value.map(({ label }) => label).join(', ')}
      onClick={() => void outbox.flush()}
    >
      <Icon name="upload" size={14} />
      {t('desk.unsent', { n: pending })}
    </button>
  );
}
