/**
 * `/panou`: the supervisor's wall; `/panou?mod=tv`: the same for a screen that hangs on a wall.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Skeleton, Void } from '../../design/load-view.tsx';
import { Notice } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { AgentsCard } from './agents-card.tsx';
import { WallCards } from './cards.tsx';
import { CallsCard, HealthCard, StorageCard, StuckCard } from './side-cards.tsx';
import { ConnectionBadge } from '../../live/connection-badge.tsx';
import { createWallStore, type WallStore } from './store.ts';
import { ThresholdsDialog } from './thresholds-dialog.tsx';
import { WallScreen } from './screen.tsx';
import { useSessionEnd } from './use-session-end.ts';
import './wall.css';

export function WallPage(): VNode {
  const { query } = useLocation();
  const screen = query['mod'] === 'tv';
  const { clock, openSocket } = useApp();
  const store = useStore(
    () =>
      createWallStore({
        clock,
        open: () => openSocket(`/api/wall/live${screen ? '?screen=1' : ''}`),
        screen,
      }),
    screen ? 'screen' : 'page',
  );
  return screen ? <WallScreen store={store} /> : <WallView store={store} />;
}

function WallView({ store }: { store: WallStore }): VNode {
  const { t } = useApp().i18n;
  useTitle(t('wall.title'));
  useSessionEnd(store);
  const stopped = store.stopped.value;
  const shown = store.at.value !== undefined;
  if (!shown && stopped !== undefined && stopped !== 'session') return <Stopped store={store} />;
  return (
    <div class="wall" data-old={store.old.value}>
      <WallHead store={store} />
      <OldNotice store={store} />
      {shown ? <WallBody store={store} /> : <Skeleton rows={10} />}
    </div>
  );
}

function WallBody({ store }: { store: WallStore }): VNode {
  const { session } = useApp();
  return (
    <div class="stack">
      <WallCards store={store} />
      <StuckCard store={store} />
      <div class="wall-columns">
        {session.can('agent.read') ? <AgentsCard store={store} /> : null}
        <div class="stack wall-side">
          <CallsCard store={store} />
          <HealthCard store={store} />
          <StorageCard store={store} />
        </div>
      </div>
    </div>
  );
}

function WallHead({ store }: { store: WallStore }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const [editing, setEditing] = useState(false);
  return (
    <header class="page-head">
      <div>
        <h1>{t('wall.title')}</h1>
        <p class="lead">{t('wall.lead')}</p>
      </div>
      <div class="page-actions">
        <ConnectionBadge state={store.state.value} />
        {session.can('threshold.edit') ? (
          <button type="button" class="btn" onClick={() => setEditing(true)}>
            <Icon name="gauge" />
            {t('wall.thresholds')}
          </button>
        ) : null}
        <a class="btn" href="/panou?mod=tv" target="_blank" rel="noreferrer">
          <Icon name="system" />
          {t('wall.screen')}
        </a>
      </div>
      {editing ? <ThresholdsDialog store={store} onClose={() => setEditing(false)} /> : null}
    </header>
  );
}

function OldNotice({ store }: { store: WallStore }): VNode | null {
  const { i18n } = useApp();
  const at = store.at.value;
  if (!store.old.value || at === undefined) return null;
  const stopped = store.stopped.value;
  const time = i18n.format().timeSeconds(at);
  return (
    <div class="stale-notice">
      <Notice
        tone="warning"
        icon="clock"
        role="status"
        title={i18n.t('state.stale')}
        actions={
          <button type="button" class="btn" onClick={store.connect}>
            <Icon name="refresh" />
            {i18n.t('action.retry')}
          </button>
        }
      >
        {stopped === undefined
          ? i18n.t(store.state.value === 'stale' ? 'live.staleDb' : 'live.staleText', { time })
          : i18n.t(`live.closed.${stopped}`)}
      </Notice>
    </div>
  );
}

function Stopped({ store }: { store: WallStore }): VNode {
  const { t } = useApp().i18n;
  const why = store.stopped.value ?? 'session';
  return (
    <Void
      page
      icon="alert"
      role="alert"
      title={t('live.conn.stopped')}
      action={
        <button type="button" class="btn" onClick={store.connect}>
          <Icon name="refresh" />
          {t('action.retry')}
        </button>
      }
    >
      <p>{t(`live.closed.${why}`)}</p>
    </Void>
  );
}
