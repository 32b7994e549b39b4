/**
 * When figures of the wall turn amber or red: for each the site's default, limits of its own, or never; with how it will look.
 * @module
 */
import type { VNode } from 'preact';
import {
  THRESHOLD_METRICS,
  THRESHOLD_SIDES,
  type ThresholdMetric,
} from '../../../contracts/model/thresholds.ts';
import { DEFAULT_THRESHOLDS, type Level } from '../../../domain/thresholds.ts';
import { useApp } from '../../app-context.ts';
import { Badge, Card } from '../../design/parts.tsx';
import type { I18n } from '../../i18n/i18n.ts';
import { LEVEL_LOOKS } from '../wall/looks.ts';
import { useEdit } from './edit-context.ts';
import { Setting, textOf } from './fields.tsx';

const UNITS: Readonly<Record<ThresholdMetric, 'percent' | 'minutes' | 'days' | 'none'>> = {
  'answer-rate': 'percent',
  'success-rate': 'percent',
  'failure-rate': 'percent',
  'paused-share': 'percent',
  'pause-minutes': 'minutes',
  'wrap-up-minutes': 'minutes',
  'stuck-calls': 'none',
  'lost-recordings': 'none',
  'days-left': 'days',
};
/** As the wall groups its figures. */
const GROUPS: readonly { name: 'calls' | 'agents' | 'site'; metrics: readonly ThresholdMetric[] }[] = [
  { name: 'calls', metrics: ['answer-rate', 'success-rate', 'failure-rate'] },
  { name: 'agents', metrics: ['paused-share', 'pause-minutes', 'wrap-up-minutes'] },
  { name: 'site', metrics: THRESHOLD_METRICS.slice(6) },
];
const HOWS = ['default', 'own', 'never'] as const;
type How = (typeof HOWS)[number];
type Limits = { amber?: unknown; red?: unknown };

export function ThresholdsEditor(): VNode {
  const { t } = useApp().i18n;
  return (
    <>
      {GROUPS.map(({ name, metrics }) => (
        <Card key={name} title={t(`config.s.thresholds.${name}`)}>
          <div class="card-body settings">
            {metrics.map((metric) => (
              <Metric key={metric} metric={metric} />
            ))}
          </div>
        </Card>
      ))}
    </>
  );
}

function Metric({ metric }: { metric: ThresholdMetric }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const path = `metrics.${metric}`;
  const value = edit.at(path);
  const how = howOf(value);
  const shown = how === 'own' ? (value as Limits) : (DEFAULT_THRESHOLDS[metric] ?? undefined);
  return (
    <Setting
      path={path}
      label={t(`config.f.thresholds.metrics.${metric}`)}
      hint={t(`config.h.thresholds.${THRESHOLD_SIDES[metric]}`)}
      group
    >
      {({ id, invalid }) => (
        <div class="threshold">
          <div class="checks">
            {HOWS.map((one) => (
              <label key={one} class="check">
                <input
                  type="radio"
                  name={id}
                  disabled={edit.disabled}
                  checked={how === one}
                  onChange={() => edit.set(path, bodyOf(one, metric))}
                />
                {t(`config.thresholds.${one}`)}
              </label>
            ))}
          </div>
          {how === 'own' ? (
            <div class="threshold-limits">
              {(['amber', 'red'] as const).map((level) => (
                <label key={level}>
                  <span>{t(`config.thresholds.${level}`)}</span>
                  <span class="with-unit">
                    <input
                      class="input"
                      type="number"
                      min={0}
                      step="any"
                      disabled={edit.disabled}
                      value={textOf(shown?.[level])}
                      aria-label={`${t(`config.f.thresholds.metrics.${metric}`)}, ${t(`config.thresholds.${level}`)}`}
                      aria-invalid={invalid}
                      onInput={(event) => {
                        const { value: typed } = event.currentTarget;
                        edit.set(`${path}.${level}`, typed === '' ? undefined : Number(typed));
                      }}
                    />
                    {UNITS[metric] === 'none' ? null : (
                      <span>{t(`config.thresholds.unit.${UNITS[metric]}`)}</span>
                    )}
                  </span>
                </label>
              ))}
            </div>
          ) : null}
          <Preview metric={metric} limits={how === 'never' ? undefined : shown} />
        </div>
      )}
    </Setting>
  );
}

/** The three looks of the figure, each with where it begins. */
function Preview({ metric, limits }: { metric: ThresholdMetric; limits: Limits | undefined }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { amber, red } = limits ?? {};
  if (typeof amber !== 'number' || typeof red !== 'number')
    return <p class="hint">{t('config.thresholds.neverColoured')}</p>;
  const side = THRESHOLD_SIDES[metric];
  const steps: [Level, string][] = [
    ['ok', t(`config.thresholds.good.${side}`, { limit: figure(i18n, metric, amber) })],
    ['amber', t(`config.thresholds.from.${side}`, { limit: figure(i18n, metric, amber) })],
    ['red', t(`config.thresholds.from.${side}`, { limit: figure(i18n, metric, red) })],
  ];
  return (
    <p class="threshold-preview">
      {steps.map(([level, words]) => (
        <Badge key={level} look={LEVEL_LOOKS[level]}>
          {t(`config.thresholds.level.${level}`)} · {words}
        </Badge>
      ))}
    </p>
  );
}

function figure(i18n: I18n, metric: ThresholdMetric, value: number): string {
  const unit = UNITS[metric];
  const number = i18n.format().number(value);
  return unit === 'none' ? number : `${number} ${i18n.t(`config.thresholds.unit.${unit}`)}`;
}

function howOf(value: unknown): How {
  if (value === undefined) return 'default';
  return value === null ? 'never' : 'own';
}

/** Limits of one's own begin as the default's; where there is none, empty. */
function bodyOf(how: How, metric: ThresholdMetric): unknown {
  if (how === 'default') return undefined;
  return how === 'never' ? null : { ...(DEFAULT_THRESHOLDS[metric] ?? START[THRESHOLD_SIDES[metric]]) };
}

const START = { above: { amber: 50, red: 80 }, below: { amber: 50, red: 20 } } as const;
