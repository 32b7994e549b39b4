/**
 * The chart of a report with its legend and tooltip: drag to look closer, click the legend to hide a status. The tables of
 * the page are its accessible form.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Card, Swatch } from '../../design/parts.tsx';
import { usePrintInLight, useRepaint } from '../../design/use-repaint.ts';
import type { Plot } from './plot.ts';
import type { ReportView } from './report-store.ts';
import { stack } from './stack.ts';

type PlotModule = typeof import('./plot.ts');

/** A column of the chart. */
export interface ChartColumn {
  name: string;
  /** For an axis without room. */
  short: string;
  /** What it stands for, in each of the series and in all. */
  sums: { counts: Readonly<Record<string, number>>; total: number };
}

/** A part of each column. */
export interface ChartSeries {
  code: string;
  label: string;
  colour: string;
}

export interface ChartCardProps {
  title: string;
  view: ReportView;
  columns: readonly ChartColumn[];
  /** From the bottom. */
  series: readonly ChartSeries[];
  /** Of each series, for the legend. */
  totals: Readonly<Record<string, number>>;
  /** What is counted; default calls. */
  words?: (n: number) => string;
}

/** Pixels to the right of which the tooltip stands on the left of the pointer. */
const TIP_TURNS_PX = 420;

export function ChartCard(props: ChartCardProps): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { view, series, words = (n) => t('count.calls', { n }) } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const module = useRef<PlotModule>(undefined);
  const [point, setPoint] = useState<{ index: number; left: number } | undefined>(undefined);
  const hidden = view.hidden.value;
  const zoom = view.zoom.value;
  const first = zoom?.first ?? 0;
  const columns = zoom === undefined ? props.columns : props.columns.slice(first, zoom.last + 1);

  function draw({ drawPlot }: PlotModule, onPaper = false): void {
    if (!host.current?.isConnected) return;
    plot.current?.destroy();
    plot.current = drawPlot(host.current, {
      names: columns.map(({ name }) => name),
      shortNames: columns.map(({ short }) => short),
      series,
      tops: stack(
        columns.map(({ sums }) => sums),
        series.map(({ code }) => code),
        hidden,
      ),
      number: i18n.format().number,
      onPaper,
      onPoint: (index, left) => setPoint(index === undefined ? undefined : { index, left }),
      onSelect: (from, to) => {
        setPoint(undefined);
        view.setZoom({ first: first + from, last: first + to });
      },
    });
  }
  async function load(): Promise<void> {
    module.current ??= await import('./plot.ts');
    draw(module.current);
  }
  // A chart that cannot be fetched leaves its table, which has the same figures.
  const paint = (): void => void load().catch(() => undefined);
  usePrintInLight((onPaper) => module.current && draw(module.current, onPaper));
  useEffect(paint, [props.columns, series, hidden, zoom, i18n.lang.value]);
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

  const column = point === undefined ? undefined : columns[point.index];
  return (
    <Card
      class="chart-card"
      title={props.title}
      aside={
        hidden.size > 0 || zoom !== undefined ? (
          <button type="button" class="link no-print" onClick={view.showAll}>
            {t(zoom === undefined ? 'report.legendReset' : 'report.zoomReset')}
          </button>
        ) : undefined
      }
    >
      <div class="card-body">
        <div class="plot" role="img" aria-label={t('report.chartLabel', { title: props.title })}>
          <div ref={host} />
          {column && point ? (
            <Tooltip column={column} left={point.left} series={series} hidden={hidden} words={words} />
          ) : null}
        </div>
        <ul class="legend">
          {series.map(({ code, label, colour }) => (
            <li key={code}>
              <button type="button" aria-pressed={!hidden.has(code)} onClick={() => view.toggle(code)}>
                <Swatch colour={colour} />
                {label}
                <span>{i18n.format().number(props.totals[code] ?? 0)}</span>
              </button>
            </li>
          ))}
        </ul>
        <p class="muted chart-hint no-print">{t('report.chartHint')}</p>
      </div>
    </Card>
  );
}

function Tooltip(props: {
  column: ChartColumn;
  left: number;
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  words: (n: number) => string;
}): VNode {
  const { number } = useApp().i18n.format();
  const { counts, total } = props.column.sums;
  const shown = props.series
    .filter(({ code }) => (counts[code] ?? 0) > 0 && !props.hidden.has(code))
    .toReversed();
  return (
    <div
      class="tip"
      style={{ left: `${props.left}px` }}
      data-side={props.left > TIP_TURNS_PX ? 'left' : 'right'}
      aria-hidden="true"
    >
      <strong>
        {props.column.name} · {props.words(total)}
      </strong>
      {shown.map(({ code, label, colour }) => (
        <span key={code}>
          <Swatch colour={colour} />
          {label}
          <b>{number(counts[code] ?? 0)}</b>
        </span>
      ))}
    </div>
  );
}

/** The statuses that some call of a report has, as series. */
export function useStatusSeries(statuses: readonly { code: string; used: boolean }[]): ChartSeries[] {
  const { catalogue, i18n } = useApp();
  const lang = i18n.lang.value;
  return useMemo(
    () =>
      statuses
        .filter(({ used }) => used)
        .map(({ code }) => ({
          code,
          label: catalogue.statusLabel(code),
          colour: catalogue.statusColour(code),
        })),
    [statuses, lang],
  );
}
