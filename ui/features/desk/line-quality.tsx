/**
 * Quality of the line: bars and a word, the figures beside S1-60's limits when asked.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import type { Key } from '../../i18n/key.ts';
import type { LineQuality, Verdict } from './phone/quality.ts';

const BARS: Readonly<Record<Verdict, number>> = { good: 3, fair: 2, poor: 1, silent: 0 };

/** @param props.instead said where there is nothing to measure */
export function LineQualityLine(props: {
  quality: LineQuality | undefined;
  instead: Key | undefined;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { quality } = props;
  if (quality === undefined || props.instead !== undefined) {
    return (
      <span class="line-quality" data-verdict="none">
        <Bars count={0} />
        {t(props.instead ?? 'desk.quality.measuring')}
      </span>
    );
  }
  const format = i18n.format();
  const whole = (value: number | undefined): string =>
    value === undefined ? '–' : format.number(Math.round(value));
  return (
    <details class="line-quality" data-verdict={quality.verdict}>
      <summary>
        <Bars count={BARS[quality.verdict]} />
        {t(`desk.quality.${quality.verdict}`)}
      </summary>
      <dl>
        <dt>{t('desk.quality.roundTrip')}</dt>
        <dd>{t('desk.quality.ms', { value: whole(quality.roundTripMs), limit: '150' })}</dd>
        <dt>{t('desk.quality.jitter')}</dt>
        <dd>{t('desk.quality.ms', { value: whole(quality.jitterMs), limit: '30' })}</dd>
        <dt>{t('desk.quality.loss')}</dt>
        <dd>
          {t('desk.quality.lossValue', {
            value: format.percent(quality.loss ?? 0),
            limit: format.percent(0.02),
          })}
        </dd>
        <dt>{t('desk.quality.rate')}</dt>
        <dd>{t('desk.quality.kbps', { value: whole(quality.kbps), limit: '100' })}</dd>
      </dl>
    </details>
  );
}

function Bars({ count }: { count: number }): VNode {
  return (
    <svg class="bars" width="16" height="14" viewBox="0 0 16 14" aria-hidden="true">
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          x={1 + bar * 5}
          y={9 - bar * 4}
          width="3.5"
          height={4 + bar * 4}
          rx="1"
          data-on={bar < count}
        />
      ))}
    </svg>
  );
}
