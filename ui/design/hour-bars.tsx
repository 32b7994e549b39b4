/**
 * A small chart of a day's hours, answered below and the rest above. SVG, so that the first route needs no chart library.
 * @module
 */
import type { VNode } from 'preact';
import type { HourSums } from '../../contracts/http/common.ts';
import { useApp } from '../app-context.ts';
import { Swatch } from './parts.tsx';
import './hour-bars.css';

export interface HourBar {
  /** `9-10` */
  slot: string;
  answered: number;
  other: number;
}

const SLOT_WIDTH = 24;
const BAR_WIDTH = 14;

export function HourBars(props: { bars: readonly HourBar[]; height: number; legend?: boolean }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const peak = Math.max(1, ...props.bars.map((bar) => bar.answered + bar.other));
  const scale = (value: number): number => (value / peak) * (props.height - 4);
  return (
    <figure class="hour-bars">
      {props.legend ? (
        <figcaption>
          <span>
            <Swatch colour="var(--series-message-heard)" />
            {t('live.hours.answered')}
          </span>
          <span>
            <Swatch colour="var(--line-strong)" />
            {t('live.hours.other')}
          </span>
        </figcaption>
      ) : null}
      <div class="hour-plot" aria-hidden="true">
        {props.bars.map((bar) => {
          const total = bar.answered + bar.other;
          return (
            <div
              class="hour-col"
              key={bar.slot}
              title={`${bar.slot}: ${i18n.t('count.calls', { n: total })}`}
            >
              {props.legend && total > 0 ? <b>{i18n.format().number(total)}</b> : null}
              <svg
                viewBox={`0 0 ${SLOT_WIDTH} ${props.height}`}
                preserveAspectRatio="none"
                height={props.height}
              >
                <rect class="bar-base" x="5" y={props.height - 2} width={BAR_WIDTH} height="2" />
                <rect
                  class="bar-other"
                  x="5"
                  y={props.height - scale(total)}
                  width={BAR_WIDTH}
                  height={scale(bar.other)}
                />
                <rect
                  class="bar-answered"
                  x="5"
                  y={props.height - scale(bar.answered)}
                  width={BAR_WIDTH}
                  height={scale(bar.answered)}
                />
              </svg>
              <span>{bar.slot.split('-')[0]}</span>
            </div>
          );
        })}
      </div>
      <div class="sr">
        <table>
          <caption>{t('live.hours')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('live.hours.hour')}</th>
              <th scope="col">{t('live.hours.answered')}</th>
              <th scope="col">{t('live.hours.other')}</th>
            </tr>
          </thead>
          <tbody>
            {props.bars.map((bar) => (
              <tr key={bar.slot}>
                <th scope="row">{bar.slot}</th>
                <td>{bar.answered}</td>
                <td>{bar.other}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** 7-20 as in Raport zilnic, and as far beyond as there are calls. */
const FIRST_HOUR = 7;
const LAST_HOUR = 19;

/** Sums by local hour as columns without gaps. */
export function barsOf(byHour: readonly HourSums[]): HourBar[] {
  const hours = byHour.map(({ hour }) => hour);
  const first = Math.min(FIRST_HOUR, ...hours);
  const last = Math.max(LAST_HOUR, ...hours);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const hour = first + index;
    const { total = 0, answered = 0 } = byHour.find((sums) => sums.hour === hour) ?? {};
    return { slot: `${hour}-${hour + 1}`, answered, other: total - answered };
  });
}
