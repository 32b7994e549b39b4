/**
 * The chart with its legend and tooltip. The table of the page is its accessible form.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DailyReport } from '../../../contracts/http/reports.ts';
import { useApp } from '../../app-context.ts';
import { Card, Swatch } from '../../design/parts.tsx';
import { usePrintInLight, useRepaint } from '../../design/use-repaint.ts';
import type { Plot } from './plot.ts';
import { stack, type DailyStore } from './store.ts';

type PlotModule = typeof import('./plot.ts');

export function ChartCard({ store, report }: { store: DailyStore; report: DailyReport }): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const module = useRef<PlotModule>(undefined);
  const [point, setPoint] = useState<{ index: number; left: number } | undefined>(undefined);
  const hidden = store.hidden.value;
  const used = report.statuses.filter((status) => status.used);
  const rows = report.rows.filter((row) => row.fromHour !== null);

  function draw({ drawPlot }: PlotModule): void {
    if (!host.current?.isConnected) return;
    plot.current?.destroy();
    plot.current = drawPlot(host.current, {
      slots: rows.map((row) => row.slot),
      series: used.map(({ code }) => ({ code, colour: catalogue.statusColour(code) })),
      tops: stack(
        rows,
        used.map(({ code }) => code),
        hidden,
      ),
      number: i18n.format().number,
      onPoint: (index, left) => setPoint(index === undefined ? undefined : { index, left }),
    });
  }
  async function load(): Promise<void> {
    module.current ??= await import('./plot.ts');
    draw(module.current);
  }
  // A chart that cannot be fetched leaves its table, which has the same figures.
  const paint = (): void => void load().catch(() => undefined);
  usePrintInLight(() => module.current && draw(module.current));
  useEffect(paint, [report, hidden, i18n.lang.value]);
  useRepaint(paint);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && plot.current?.resize(entry.contentRect.width));
    if (host.current) observer.observe(host.current);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);

  const row = point === undefined ? undefined : rows[point.index];
  return (
    <Card
      title={t('daily.chart')}
      aside={
        hidden.size > 0 ? (
          <button type="button" class="link no-print" onClick={store.showAll}>
            {t('daily.legendReset')}
          </button>
        ) : undefined
      }
    >
      <div class="card-body">
        <div class="plot" role="img" aria-label={t('daily.chartLabel')}>
          <div ref={host} />
          {row && point ? <Tooltip row={row} left={point.left} store={store} report={report} /> : null}
        </div>
        <ul class="legend">
          {used.map(({ code }) => (
            <li key={code}>
              <button type="button" aria-pressed={!hidden.has(code)} onClick={() => store.toggle(code)}>
                <Swatch colour={catalogue.statusColour(code)} />
                {catalogue.statusLabel(code)}
                <span>{i18n.format().number(report.totals.counts[code] ?? 0)}</span>
              </button>
            </li>
          ))}
        </ul>
        <p class="muted chart-hint no-print">{t('daily.chartHint')}</p>
      </div>
    </Card>
  );
}

function Tooltip(props: {
  row: DailyReport['rows'][number];
  left: number;
  store: DailyStore;
  report: DailyReport;
}): VNode {
  const { i18n, catalogue } = useApp();
  const { number } = i18n.format();
  const shown = props.report.statuses
    .filter(({ code }) => (props.row.counts[code] ?? 0) > 0 && !props.store.hidden.value.has(code))
    .toReversed();
  return (
    <div
      class="tip"
      style={{ left: `${props.left}px` }}
      data-side={props.left > 420 ? 'left' : 'right'}
      aria-hidden="true"
    >
      <strong>
        {props.row.slot.replace('-', '–')} · {i18n.t('count.calls', { n: props.row.total })}
      </strong>
      {shown.map(({ code }) => (
        <span key={code}>
          <Swatch colour={catalogue.statusColour(code)} />
          {catalogue.statusLabel(code)}
          <b>{number(props.row.counts[code] ?? 0)}</b>
        </span>
      ))}
    </div>
  );
}
