/**
 * What is shown is not of now: since when, and what can be done.
 * @module
 */
import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import type { LiveStore } from './store.ts';

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
