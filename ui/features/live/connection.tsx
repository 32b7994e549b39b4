/**
 * Whether what is shown is now, and what is done about it when not.
 * @module
 */
import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import type { LiveState } from '../../live/socket.ts';
import type { LiveStore } from './store.ts';

const TONES: Readonly<Record<LiveState, string>> = {
  connecting: 'neutral',
  live: 'positive',
  stale: 'warning',
  reconnecting: 'warning',
  stopped: 'danger',
};

export function ConnectionBadge({ store }: { store: LiveStore }): VNode {
  const { t } = useApp().i18n;
  const state = store.socket.state.value;
  return (
    <span class="badge conn" data-tone={TONES[state]} role="status">
      {state === 'live' ? (
        <span class="pulse-dot" data-on="" aria-hidden="true" />
      ) : (
        <span class={state === 'connecting' || state === 'reconnecting' ? 'spin icon' : 'icon'}>
          <Icon name={state === 'stale' ? 'clock' : state === 'stopped' ? 'x' : 'refresh'} size={14} />
        </span>
      )}
      {t(`live.conn.${state}`)}
    </span>
  );
}

export function StaleBanner({ store }: { store: LiveStore }): VNode | null {
  const { i18n, session } = useApp();
  const { socket } = store;
  const stopped = socket.stopped.value;
  const snapshot = socket.snapshot.value;
  useEffect(() => {
    if (stopped === 'session') session.ended();
  }, [stopped]);
  if (!store.stale.value || !snapshot) return null;
  const time = i18n.format(snapshot.campaign.zone).timeSeconds(snapshot.generatedAt);
  const text =
    stopped === undefined
      ? i18n.t(socket.state.value === 'stale' ? 'live.staleDb' : 'live.staleText', { time })
      : i18n.t(`live.closed.${stopped}`, { name: snapshot.campaign.name });
  return (
    <div class="stale-notice">
      <Notice
        tone="warning"
        icon="clock"
        role="status"
        title={i18n.t('state.stale')}
        actions={
          <button type="button" class="btn" onClick={socket.connect}>
            <Icon name="refresh" />
            {i18n.t('action.retry')}
          </button>
        }
      >
        {text}
      </Notice>
    </div>
  );
}
