/**
 * The figures of the wall with their levels: what the page and the screen both show.
 * @module
 */
import type { WallAgent, WallSections } from '../../../contracts/http/wall.ts';
import type { ThresholdMetric } from '../../../contracts/model/thresholds.ts';
import { levelOf, rateOf, type Level } from '../../../domain/thresholds.ts';
import type { WallStore } from './store.ts';

export interface Figures {
  onShift: number;
  available: number;
  paused: number;
  inProgress: number;
  total: number;
  answered: number;
  success: number;
  failed: number;
  /** Percent; undefined while there are too few calls. */
  answerRate: number | undefined;
  successRate: number | undefined;
  failureRate: number | undefined;
  talkMs: number;
  date: string;
  level: (metric: ThresholdMetric) => Level;
}

/** Reads the sections' signals; undefined before the first snapshot. */
export function figuresOf({ sections }: Pick<WallStore, 'sections'>): Figures | undefined {
  const today = sections.today.value;
  const totals = sections.totals.value ?? {};
  const thresholds = sections.thresholds.value?.metrics ?? {};
  if (today === undefined) return undefined;
  const onShift = Object.values(totals).reduce((sum, n) => sum + n, 0);
  const paused = totals.paused ?? 0;
  const answerRate = rateOf(today.answered, today.total);
  const successRate = rateOf(today.success, today.total);
  const failureRate = rateOf(today.failed, today.total);
  const storage = sections.storage.value;
  const values: Partial<Record<ThresholdMetric, number | undefined>> = {
    'answer-rate': answerRate,
    'success-rate': successRate,
    'failure-rate': failureRate,
    'paused-share': onShift === 0 ? undefined : (100 * paused) / onShift,
    'stuck-calls': sections.stuck.value?.count,
    'lost-recordings': storage?.lostToday,
    'days-left': storage?.daysLeft ?? undefined,
  };
  return {
    onShift,
    available: totals.available ?? 0,
    paused,
    inProgress: inProgress(sections.campaigns.value),
    ...today,
    answerRate,
    successRate,
    failureRate,
    level: (metric) => levelOf(thresholds, metric, values[metric]),
  };
}

function inProgress(campaigns: WallSections['campaigns'] | undefined): number {
  return (campaigns ?? []).reduce((sum, { stages }) => sum + callsIn(stages), 0);
}

export function callsIn(stages: WallSections['campaigns'][number]['stages']): number {
  return Object.values(stages).reduce((sum, n) => sum + n, 0);
}

/** Of an agent who has been in a state for so long. */
export function stateLevel(
  thresholds: WallSections['thresholds'] | undefined,
  agent: Pick<WallAgent, 'state' | 'since'>,
  now: number,
): Level {
  const metric =
    agent.state === 'paused' ? 'pause-minutes' : agent.state === 'wrap-up' ? 'wrap-up-minutes' : null;
  if (metric === null) return 'ok';
  return levelOf(thresholds?.metrics ?? {}, metric, (now - Date.parse(agent.since)) / 60_000);
}
