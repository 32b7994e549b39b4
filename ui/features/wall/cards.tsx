/**
 * Today in six figures, each with its level in colour, icon and words, and each a way to what is behind it.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { THRESHOLD_SIDES, type ThresholdMetric } from '../../../contracts/model/thresholds.ts';
import { thresholdOf, type Level } from '../../../domain/thresholds.ts';
import { search } from '../../api/client.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { callsAddress } from '../calls/filters.ts';
import { figuresOf, type Figures } from './figures.ts';
import { LEVEL_LOOKS } from './looks.ts';
import type { WallStore } from './store.ts';

export function WallCards({ store }: { store: WallStore }): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const figures = figuresOf(store);
  if (figures === undefined) return null;
  const format = i18n.format();
  const number = format.number;
  const rate = (percent: number | undefined): string =>
    percent === undefined ? '–' : format.percent(percent / 100);
  const day = { from: figures.date, to: figures.date };
  return (
    <div class="cards wall-cards">
      <WallCard
        store={store}
        label={t('wall.card.available')}
        value={number(figures.available)}
        unit={t('wall.card.onShift', { n: figures.onShift })}
        note={t('wall.card.paused', { n: figures.paused })}
        metric="paused-share"
        figures={figures}
        href="/panou?stare=available"
      />
      <WallCard
        store={store}
        label={t('wall.card.inProgress')}
        value={number(figures.inProgress)}
        note={t('wall.card.inProgressNote')}
        href={callsAddress({ state: 'open' })}
      />
      <WallCard
        store={store}
        label={t('wall.card.today')}
        value={number(figures.total)}
        note={format.longDate(figures.date)}
        href={`/rapoarte/zilnic${search({ data: figures.date })}`}
      />
      <WallCard
        store={store}
        label={t('wall.card.answered')}
        value={rate(figures.answerRate)}
        note={t('wall.card.answeredNote', { n: figures.answered })}
        metric="answer-rate"
        figures={figures}
        href={callsAddress({ ...day, result: 'success' })}
      />
      <WallCard
        store={store}
        label={t('wall.card.success')}
        value={number(figures.success)}
        unit={figures.successRate === undefined ? undefined : rate(figures.successRate)}
        note={t('wall.card.talk', { duration: format.duration(figures.talkMs) })}
        metric="success-rate"
        figures={figures}
        href={`/rapoarte/zilnic${search({ data: figures.date })}`}
      />
      <WallCard
        store={store}
        label={t('wall.card.failed')}
        value={rate(figures.failureRate)}
        note={t('wall.card.failedNote', { n: figures.failed })}
        metric="failure-rate"
        figures={figures}
        href={callsAddress({ ...day, status: 'technical-failure' })}
      />
    </div>
  );
}

interface CardProps {
  store: WallStore;
  label: string;
  value: ComponentChildren;
  unit?: string | undefined;
  note: string;
  metric?: ThresholdMetric;
  figures?: Figures;
  href: string;
}

function WallCard(props: CardProps): VNode {
  const level: Level = props.metric && props.figures ? props.figures.level(props.metric) : 'ok';
  return (
    <a class="stat wall-card" data-level={level} href={props.href}>
      <span class="stat-label">{props.label}</span>
      <span class="stat-value">
        {props.value}
        {props.unit === undefined ? null : <small>{props.unit}</small>}
      </span>
      {props.metric !== undefined && level !== 'ok' ? (
        <LevelWords store={props.store} metric={props.metric} level={level} />
      ) : (
        <span class="stat-note">{props.note}</span>
      )}
    </a>
  );
}

/** "Atenție: peste 5 %". */
export function LevelWords(props: {
  store: Pick<WallStore, 'sections'>;
  metric: ThresholdMetric;
  level: Exclude<Level, 'ok'>;
}): VNode {
  const words = useLevelWords(props.store);
  const look = LEVEL_LOOKS[props.level];
  return (
    <span class="level-words" data-tone={look.tone}>
      <Icon name={look.icon} size={14} />
      {words(props.metric, props.level)}
    </span>
  );
}

/** Words for a level: which limit was reached. */
export function useLevelWords(
  store: Pick<WallStore, 'sections'>,
): (metric: ThresholdMetric, level: Exclude<Level, 'ok'>) => string {
  const { i18n } = useApp();
  return (metric, level) => {
    const limit = thresholdOf(store.sections.thresholds.value?.metrics ?? {}, metric)?.[level];
    return i18n.t(`wall.level.${level}`, {
      limit: limit === undefined ? '' : limitText(i18n.t, i18n.format().number, metric, limit),
    });
  };
}

type T = ReturnType<typeof useApp>['i18n']['t'];

function limitText(t: T, number: (n: number) => string, metric: ThresholdMetric, limit: number): string {
  return `${t(`wall.limit.${THRESHOLD_SIDES[metric]}`)} ${number(limit)}${t(`wall.unit.${unitOf(metric)}`)}`;
}

export function unitOf(metric: ThresholdMetric): 'percent' | 'minutes' | 'days' | 'count' {
  if (metric.endsWith('-rate') || metric === 'paused-share') return 'percent';
  if (metric.endsWith('-minutes')) return 'minutes';
  return metric === 'days-left' ? 'days' : 'count';
}
