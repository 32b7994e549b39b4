/**
 * The live page of a campaign.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { LiveSnapshot } from '../../../contracts/http/live.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Skeleton, Void } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { Badge } from '../../design/parts.tsx';
import { phoneText } from '../../i18n/format.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { CallsInProgress } from './calls-in-progress.tsx';
import { ConnectionBadge } from '../../live/connection-badge.tsx';
import { StaleBanner } from './connection.tsx';
import { DialerNotice, HealthNotices } from './dialer-notice.tsx';
import { HoursCard, OutcomesCard, TodayCards } from './figures.tsx';
import { ImportsCard, TrunkCard } from './side-cards.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import { createLiveStore, type LiveStore } from './store.ts';
import './live.css';

export function LivePage({ name }: { name: string }): VNode {
  const { api, clock, openSocket, i18n } = useApp();
  const store = useStore(
    () => createLiveStore({ campaign: name, api, clock, open: () => openSocket('/api/live') }),
    name,
  );
  const snapshot = store.socket.snapshot.value;
  useTitle(`${snapshot?.campaign.label ?? name} · ${i18n.t('live.title')}`);

  if (store.socket.stopped.value !== undefined && snapshot === undefined) {
    return <Stopped store={store} name={name} />;
  }
  if (snapshot === undefined) {
    return (
      <>
        <PageHead title={name} back={{ href: '/campanii', label: i18n.t('nav.campaigns') }}>
          <ConnectionBadge state={store.socket.state.value} />
        </PageHead>
        <Skeleton rows={8} />
      </>
    );
  }
  return <LiveView store={store} snapshot={snapshot} />;
}

function LiveView({ store, snapshot }: { store: LiveStore; snapshot: LiveSnapshot }): VNode {
  return (
    <div class="live" data-stale={store.stale.value}>
      <LiveHead store={store} snapshot={snapshot} />
      <StaleBanner store={store} />
      <div class="stack">
        <DialerNotice snapshot={snapshot} />
        <HealthNotices snapshot={snapshot} />
        <TodayCards snapshot={snapshot} />
        <div class="grid-2">
          <div class="stack">
            <CallsInProgress store={store} snapshot={snapshot} />
            <HoursCard snapshot={snapshot} />
          </div>
          <div class="stack">
            <OutcomesCard snapshot={snapshot} />
            <TrunkCard snapshot={snapshot} />
          </div>
        </div>
        <ImportsCard snapshot={snapshot} />
      </div>
    </div>
  );
}

function LiveHead({ store, snapshot }: { store: LiveStore; snapshot: LiveSnapshot }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const [asking, setAsking] = useState(false);
  const { campaign, paused } = snapshot;
  return (
    <header class="page-head">
      <div>
        <a class="crumb" href="/campanii">
          <Icon name="arrowLeft" size={16} />
          {t('nav.campaigns')}
        </a>
        <h1>{campaign.label}</h1>
        <p class="lead">
          <Badge look={{ tone: 'neutral', icon: campaign.mode === 'robot' ? 'robot' : 'users' }}>
            {t(`mode.${campaign.mode}`)}
          </Badge>
          {snapshot.trunk?.simulated ? (
            <span class="hinted" title={t('campaign.simulatedHint')}>
              <Badge look={{ tone: 'info', icon: 'gauge' }}>{t('campaign.simulated')}</Badge>
            </span>
          ) : null}
          <span>{t('live.caller', { number: phoneText(campaign.callerId) })}</span>
        </p>
      </div>
      <div class="page-actions">
        <ConnectionBadge state={store.socket.state.value} />
        {session.can('config.read') ? (
          <a class="btn" href={`/configurare/campaign/${campaign.name}`}>
            <Icon name="sliders" />
            {t('campaign.settings')}
          </a>
        ) : null}
        {session.can('campaign.pause') ? (
          <button
            type="button"
            class="btn"
            {...(paused === null ? {} : { 'data-kind': 'primary' })}
            onClick={() => setAsking(true)}
          >
            <Icon name={paused === null ? 'pause' : 'play'} />
            {t(paused === null ? 'live.pause' : paused.stopped ? 'live.start' : 'live.resume')}
          </button>
        ) : null}
      </div>
      {asking ? <PauseDialog store={store} paused={paused} onClose={() => setAsking(false)} /> : null}
    </header>
  );
}

function Stopped({ store, name }: { store: LiveStore; name: string }): VNode {
  const { t } = useApp().i18n;
  const why = store.socket.stopped.value ?? 'session';
  return (
    <Void
      page
      icon="alert"
      role="alert"
      title={t('live.conn.stopped')}
      action={
        why === 'tooMany' ? (
          <button type="button" class="btn" onClick={store.socket.connect}>
            <Icon name="refresh" />
            {t('action.retry')}
          </button>
        ) : (
          <a class="btn" href="/campanii">
            {t('notFound.home')}
          </a>
        )
      }
    >
      <p>{t(`live.closed.${why}`, { name })}</p>
    </Void>
  );
}
