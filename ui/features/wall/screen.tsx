/**
 * The wall on a screen that hangs on a wall: no menus, nothing to click, large type, no scroll, dark; it never gives up.
 * The server sends it no customer's name or number, whoever is logged in.
 * @module
 */
import { useComputed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { WallAgent } from '../../../contracts/http/wall.ts';
import type { ThresholdMetric } from '../../../contracts/model/thresholds.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { STAGE_LOOKS } from '../../design/tone.ts';
import { CALL_STAGES } from '../../../contracts/model/call.ts';
import { useTitle } from '../../lib/use-title.ts';
import { LevelWords } from './cards.tsx';
import { callsIn, figuresOf, stateLevel, type Figures } from './figures.ts';
import { LEVEL_LOOKS, STATE_LOOKS, STATES_SHOWN } from './looks.ts';
import { keepScreen } from './keep-screen.ts';
import { shortName } from './short-name.ts';
import { healthWords } from './side-cards.tsx';
import type { WallStore } from './store.ts';
import { useSessionEnd } from './use-session-end.ts';
import './screen.css';

export function WallScreen({ store }: { store: WallStore }): VNode {
  const { t } = useApp().i18n;
  useTitle(t('wall.title'));
  useSessionEnd(store);
  useEffect(() => keepScreen(), []);
  const figures = figuresOf(store);
  return (
    <main class="screen" data-old={store.old.value}>
      <ScreenHead store={store} />
      {figures === undefined ? (
        <p class="screen-wait">{t('live.conn.connecting')}</p>
      ) : (
        <>
          <ScreenFigures store={store} figures={figures} />
          <div class="screen-body">
            <ScreenPeople store={store} figures={figures} />
            <div class="screen-side">
              <ScreenCalls store={store} />
              <ScreenHealth store={store} figures={figures} />
            </div>
          </div>
        </>
      )}
    </main>
  );
}

function ScreenHead({ store }: { store: WallStore }): VNode {
  const { i18n, clock } = useApp();
  const format = i18n.format();
  const time = useComputed(() => format.time(clock.tick.value));
  const today = store.sections.today.value;
  const state = store.state.value;
  return (
    <header class="screen-head">
      <h1>{i18n.t('wall.title')}</h1>
      {state === 'live' ? null : (
        <p class="screen-line" role="status">
          <Icon name={state === 'stale' ? 'clock' : 'refresh'} size={28} />
          {i18n.t(`live.conn.${state}`)}
          {store.at.value === undefined
            ? null
            : ` · ${i18n.t('state.staleSince', { time: format.timeSeconds(store.at.value) })}`}
        </p>
      )}
      <p class="screen-date">
        {today === undefined ? null : `${format.weekday(today.date)}, ${format.longDate(today.date)}`}
      </p>
      <p class="screen-clock">{time}</p>
    </header>
  );
}

function ScreenFigures({ store, figures }: { store: WallStore; figures: Figures }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number, percent } = i18n.format();
  const rate = (value: number | undefined): string => (value === undefined ? '–' : percent(value / 100));
  const all: [label: string, value: string, note: string, metric?: ThresholdMetric][] = [
    [
      t('wall.card.available'),
      number(figures.available),
      t('wall.card.onShift', { n: figures.onShift }),
      'paused-share',
    ],
    [t('wall.card.inProgress'), number(figures.inProgress), t('wall.card.inProgressNote')],
    [t('wall.card.today'), number(figures.total), t('wall.card.answeredNote', { n: figures.answered })],
    [t('wall.card.answered'), rate(figures.answerRate), t('wall.card.ofCalls'), 'answer-rate'],
    [t('wall.card.success'), number(figures.success), rate(figures.successRate), 'success-rate'],
    [
      t('wall.card.failed'),
      rate(figures.failureRate),
      t('wall.card.failedNote', { n: figures.failed }),
      'failure-rate',
    ],
  ];
  return (
    <div class="screen-figures">
      {all.map(([label, value, note, metric]) => {
        const level = metric === undefined ? 'ok' : figures.level(metric);
        return (
          <div key={label} class="screen-figure" data-level={level}>
            <span class="screen-label">{label}</span>
            <strong>{value}</strong>
            {metric === undefined || level === 'ok' ? (
              <span class="screen-note">{note}</span>
            ) : (
              <LevelWords store={store} metric={metric} level={level} />
            )}
          </div>
        );
      })}
    </div>
  );
}

/** Width to height of the place for people, and of one tile. */
const PLACE = 1.95;
const TILE = 2.7;
const DENSE_TILE = 3.4;
/** In so few lines a name may take two. */
const ROOMY_LINES = 5;
/** More tiles than this have no room for the word beside the icon. */
const MOST_WITH_WORDS = 70;

/** As many columns as make the tiles largest. */
function tileColumns(tiles: number): number {
  const tile = tiles > MOST_WITH_WORDS ? DENSE_TILE : TILE;
  return Math.max(2, Math.ceil(Math.sqrt((tiles * PLACE) / tile)));
}

function ScreenPeople({ store, figures }: { store: WallStore; figures: Figures }): VNode {
  const { t } = useApp().i18n;
  const rows = store.rows.value;
  if (rows.length === 0) return <ScreenStates store={store} figures={figures} />;
  const columns = tileColumns(rows.length);
  const dense = rows.length > MOST_WITH_WORDS;
  const lines = Math.ceil(rows.length / columns);
  return (
    <ul
      class="screen-people"
      style={{ '--columns': columns, '--lines': lines }}
      data-dense={dense}
      data-roomy={lines <= ROOMY_LINES}
      aria-label={t('wall.agents')}
    >
      {rows.map(({ id, agent }) => (
        <Tile key={id} agent={agent} store={store} dense={dense} />
      ))}
    </ul>
  );
}

function Tile(props: { agent: ReadonlySignal<WallAgent>; store: WallStore; dense: boolean }): VNode {
  const { agent, store } = props;
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const { clock: write } = i18n.format();
  const time = useComputed(() => write(clock.tick.value - Date.parse(agent.value.since)));
  const level = useComputed(() => stateLevel(store.sections.thresholds.value, agent.value, clock.tick.value));
  const { name, state } = agent.value;
  const look = STATE_LOOKS[state];
  return (
    <li class="tile" data-tone={look.tone} data-level={level}>
      <TileName name={name} dense={props.dense} />
      <span class="tile-line">
        <Icon name={level.value === 'ok' ? look.icon : LEVEL_LOOKS[level.value].icon} size={20} />
        <span class="tile-state">{t(`agent.${state}`)}</span>
        <span class="tile-time">{time}</span>
      </span>
    </li>
  );
}

function TileName({ name, dense }: { name: string; dense: boolean }): VNode {
  if (!dense) return <span class="tile-name">{name}</span>;
  const [first, initials] = shortName(name);
  return (
    <span class="tile-name">
      <span>{first}</span> {initials}
    </span>
  );
}

/** For those who see no names, and a site without agents: how many are in each state. */
function ScreenStates({ store, figures }: { store: WallStore; figures: Figures }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const totals = store.sections.totals.value ?? {};
  return (
    <ul class="screen-states">
      {STATES_SHOWN.map((state) => (
        <li key={state} class="tile" data-tone={STATE_LOOKS[state].tone}>
          <span class="tile-line">
            <Icon name={STATE_LOOKS[state].icon} size={36} />
            <span class="tile-state">{t(`agent.${state}`)}</span>
          </span>
          <strong>{i18n.format().number(totals[state] ?? 0)}</strong>
        </li>
      ))}
      <li class="tile" data-tone="neutral">
        <span class="tile-line">
          <Icon name="users" size={36} />
          <span class="tile-state">{t('wall.onShift')}</span>
        </span>
        <strong>{i18n.format().number(figures.onShift)}</strong>
      </li>
    </ul>
  );
}

/** What fits under each other. */
const MOST_CAMPAIGNS = 6;

function ScreenCalls({ store }: { store: WallStore }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const campaigns = (store.sections.campaigns.value ?? [])
    .map((campaign) => ({ ...campaign, calls: callsIn(campaign.stages) }))
    .toSorted((a, b) => b.calls - a.calls);
  return (
    <section class="screen-box">
      <h2>{t('wall.calls')}</h2>
      {campaigns.length === 0 ? <p>{t('wall.calls.none')}</p> : null}
      <ul>
        {campaigns.slice(0, MOST_CAMPAIGNS).map(({ name, label, stages, calls }) => (
          <li key={name} class="screen-campaign">
            <span class="screen-campaign-name">{label}</span>
            <strong>{calls}</strong>
            <span class="screen-stages">
              {CALL_STAGES.filter((stage) => (stages[stage] ?? 0) > 0).map((stage) => (
                <span key={stage} data-tone={STAGE_LOOKS[stage].tone}>
                  <Icon name={STAGE_LOOKS[stage].icon} size={18} />
                  {t(`stage.${stage}`)} {stages[stage]}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {campaigns.length > MOST_CAMPAIGNS ? (
        <p class="screen-more">{t('wall.more', { n: campaigns.length - MOST_CAMPAIGNS })}</p>
      ) : null}
    </section>
  );
}

/** What fits; the page has the rest. */
const MOST_PROBLEMS = 4;

function ScreenHealth({ store, figures }: { store: WallStore; figures: Figures }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const stuck = store.sections.stuck.value?.count ?? 0;
  const stuckLevel = figures.level('stuck-calls');
  const bad = (store.sections.parts.value ?? [])
    .filter(({ level }) => level !== 'ok')
    .toSorted((a, b) => Number(b.level === 'red') - Number(a.level === 'red'));
  return (
    <section class="screen-box">
      <h2>{t('wall.health')}</h2>
      <ul class="screen-problems">
        {stuckLevel === 'ok' ? null : (
          <li data-level={stuckLevel}>
            <Icon name={LEVEL_LOOKS[stuckLevel].icon} size={24} />
            {t('wall.stuck.count', { n: stuck })}
          </li>
        )}
        {bad.slice(0, MOST_PROBLEMS).map((part) => (
          <li key={`${part.part} ${part.name ?? ''}`} data-level={part.level}>
            <Icon name={LEVEL_LOOKS[part.level].icon} size={24} />
            {part.message === null ? t(`wall.part.${part.part}`) : healthWords(i18n, part.message)}
          </li>
        ))}
        {bad.length === 0 && stuckLevel === 'ok' ? (
          <li data-level="ok">
            <Icon name="check" size={24} />
            {t('wall.health.ok')}
          </li>
        ) : null}
      </ul>
    </section>
  );
}
