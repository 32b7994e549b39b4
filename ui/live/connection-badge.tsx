/**
 * Whether what a live page shows is of now.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../app-context.ts';
import { Icon } from '../design/icons.tsx';
import type { LiveState } from './socket.ts';
import './connection-badge.css';

const TONES: Readonly<Record<LiveState, string>> = {
  connecting: 'neutral',
  live: 'positive',
  stale: 'warning',
  reconnecting: 'warning',
  stopped: 'danger',
};

export function ConnectionBadge({ state }: { state: LiveState }): VNode {
  const { t } = useApp().i18n;
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
