/**
 * All campaigns: what dials now and how the day goes.
 * @module
 */
import type { VNode } from 'preact';
import type { CampaignSummary } from '../../../contracts/http/campaigns.ts';
import { useApp } from '../../app-context.ts';
import { barsOf, HourBars } from '../../design/hour-bars.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { Badge } from '../../design/parts.tsx';
import type { Look } from '../../design/tone.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { createCampaignsStore } from './store.ts';
import './campaigns.css';

export function CampaignsPage(): VNode {
  const app = useApp();
  const { i18n } = app;
  const { t } = i18n;
  useTitle(t('nav.campaigns'));
  const store = useStore(() => createCampaignsStore({ api: app.api }), '');

  return (
    <>
      <PageHead title={t('nav.campaigns')} lead={t('campaigns.lead')} resource={store.cards}>
        {app.session.can('config.edit') ? (
          <a class="btn" data-kind="primary" href="/configurare/campaign?adauga=">
            <Icon name="plus" />
            {t('campaigns.new')}
          </a>
        ) : null}
      </PageHead>
      <LoadView resource={store.cards}>
        {(cards) =>
          cards.length === 0 ? (
            <div class="card">
              <Void icon="megaphone" title={t('campaigns.empty.title')}>
                <p>{t('campaigns.empty.text')}</p>
              </Void>
            </div>
          ) : (
            <ul class="campaigns">
              {cards
                .toSorted((a, b) => rank(a) - rank(b))
                .map((card) => (
                  <CampaignItem key={card.name} card={card} />
                ))}
            </ul>
          )
        }
      </LoadView>
    </>
  );
}

type RunState = 'running' | 'paused' | 'stopped';

const RUN_LOOKS: Readonly<Record<RunState, Look>> = {
  running: { tone: 'positive', icon: 'check' },
  paused: { tone: 'warning', icon: 'pause' },
  stopped: { tone: 'neutral', icon: 'x' },
};

function runStateOf({ paused }: CampaignSummary): RunState {
  return paused === null ? 'running' : paused.stopped ? 'stopped' : 'paused';
}

/** What is over, or not begun, stands last; the others keep their order. */
function rank(card: CampaignSummary): number {
  return runStateOf(card) === 'stopped' ? 1 : 0;
}

function CampaignItem({ card }: { card: CampaignSummary }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { today } = card;
  const link = session.can('live.read');
  return (
    <li class="card campaign" data-paused={card.paused !== null}>
      <div class="campaign-head">
        <div>
          <h2>{link ? <a href={`/campanii/${card.name}`}>{card.label}</a> : card.label}</h2>
          <span class="muted mono">{card.name}</span>
        </div>
        <CampaignBadges card={card} />
      </div>
      <div class="campaign-figures">
        <Figure value={i18n.format().number(card.callsInProgress)} label={t('campaign.inProgress')} />
        <Figure value={i18n.format().number(today.total)} label={t('campaign.today')} />
        <Figure
          value={today.total === 0 ? '–' : i18n.format().percent(today.answered / today.total)}
          label={t('campaign.answered')}
        />
      </div>
      <HourBars bars={barsOf(today.byHour)} height={56} />
      <div class="campaign-foot">
        <PausedLine card={card} />
        <span class="campaign-links">
          {session.can('config.read') ? (
            <a
              href={`/configurare/campaign/${card.name}`}
              aria-label={`${t('campaign.settings')}: ${card.label}`}
            >
              {t('campaign.settings')}
            </a>
          ) : null}
          {link ? (
            <a href={`/campanii/${card.name}`} aria-label={`${t('campaign.open')}: ${card.label}`}>
              {t('live.title')}
              <Icon name="arrowRight" size={16} />
            </a>
          ) : null}
        </span>
      </div>
    </li>
  );
}

function CampaignBadges({ card }: { card: CampaignSummary }): VNode {
  const { t } = useApp().i18n;
  const state = runStateOf(card);
  return (
    <span class="badges">
      <Badge look={{ tone: 'neutral', icon: card.mode === 'robot' ? 'robot' : 'users' }}>
        {t(`mode.${card.mode}`)}
      </Badge>
      {card.simulated ? (
        <span class="hinted" title={t('campaign.simulatedHint')}>
          <Badge look={{ tone: 'info', icon: 'gauge' }}>{t('campaign.simulated')}</Badge>
        </span>
      ) : null}
      <Badge look={RUN_LOOKS[state]}>{t(`campaign.${state}`)}</Badge>
    </span>
  );
}

function PausedLine({ card }: { card: CampaignSummary }): VNode | null {
  const { i18n, clock } = useApp();
  if (!card.paused) return null;
  const at = i18n.format(card.zone).moment(card.paused.at, clock.now());
  const { by, reason } = card.paused;
  const done = card.paused.stopped ? 'stopped' : 'paused';
  return (
    <span class="muted pause-line" title={reason ?? ''}>
      {by === null ? i18n.t(`campaign.${done}At`, { at }) : i18n.t(`campaign.${done}By`, { by, at })}
      {reason === null ? null : <q>{reason}</q>}
    </span>
  );
}

function Figure(props: { value: string; label: string }): VNode {
  return (
    <div class="figure">
      <strong>{props.value}</strong>
      <span>{props.label}</span>
    </div>
  );
}
