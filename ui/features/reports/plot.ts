/**
 * The stacked chart of reports: uPlot over columnar arrays. Fetched after the page.
 * @module
 */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { cssColour } from '../../design/css-colour.ts';

export interface PlotSeries {
  code: string;
  colour: string;
}

export interface PlotInput {
  /** Names of the columns on the horizontal axis, and the ones for an axis without room. */
  names: readonly string[];
  shortNames: readonly string[];
  series: readonly PlotSeries[];
  /** Upper edge of each series in each column (`stack`). */
  tops: readonly (readonly number[])[];
  number: (value: number) => string;
  /** Lower, so that a table has its place on the same sheet. */
  onPaper: boolean;
  /** Column under the pointer, or undefined; pixels from the left edge of the plot. */
  onPoint: (index: number | undefined, left: number) => void;
  /** First and last column of a stretch that was dragged over. */
  onSelect: (first: number, last: number) => void;
}

const HEIGHT = 280;
const PAPER_HEIGHT = 200;
const BAR_WIDTH_RATIO = 0.62;
const WIDEST_BAR_PX = 56;
/** A shorter drag is a click. */
const SHORTEST_DRAG_PX = 12;
/** Room of a letter on the axis, and between two names. */
const LETTER_PX = 7;
const GAP_PX = 10;
const AXIS_PX = 54;
/** Right of the last column. */
const EDGE_PX = 8;

export interface Plot {
  resize: (width: number) => void;
  destroy: () => void;
}

/** Later series are drawn first, so that each shows only what rises above the one before. */
export function drawPlot(host: HTMLElement, input: PlotInput): Plot {
  const paths = uPlot.paths.bars?.({ size: [BAR_WIDTH_RATIO, WIDEST_BAR_PX], align: 0, gap: 0 });
  const order = input.series.map((_, index) => index).toReversed();
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const grid = cssColour('var(--line)');
  const ink = cssColour('var(--ink-3)');
  const height = input.onPaper ? PAPER_HEIGHT : HEIGHT;
  const options: uPlot.Options = {
    width: Math.max(host.clientWidth, 200),
    height,
    padding: [12, EDGE_PX, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: { time: false, range: () => [-0.5, input.names.length - 0.5] },
      y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.06)] },
    },
    axes: [
      {
        stroke: ink,
        font,
        size: 30,
        grid: { show: false },
        ticks: { show: false },
        splits: (plot) => axisOf(input, plot.width).places,
        values: (plot, splits) => splits.map((at) => axisOf(input, plot.width).names[at] ?? ''),
      },
      {
        stroke: ink,
        font,
        size: 46,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
        values: (_plot, splits) => splits.map((value) => input.number(value)),
      },
    ],
    series: [
      {},
      ...order.map((index): uPlot.Series => {
        const colour = cssColour(input.series[index]?.colour ?? 'var(--neutral)');
        return {
          fill: colour,
          stroke: colour,
          width: 0,
          points: { show: false },
          ...(paths ? { paths } : {}),
        };
      }),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          const { idx, left } = plot.cursor;
          input.onPoint(left === undefined || left < 0 ? undefined : (idx ?? undefined), left ?? 0);
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < SHORTEST_DRAG_PX) return;
          const column = (px: number): number =>
            Math.min(input.names.length - 1, Math.max(0, Math.round(plot.posToVal(px, 'x'))));
          input.onSelect(column(left), column(left + width));
        },
      ],
    },
  };
  const data: uPlot.AlignedData = [
    input.names.map((_, index) => index),
    ...order.map((index) => [...(input.tops[index] ?? [])]),
  ];
  const plot = new uPlot(options, data, host);
  return {
    resize: (width) => plot.setSize({ width: Math.max(width, 200), height }),
    destroy: () => plot.destroy(),
  };
}

/** Full names where they have room, else short ones, and every so many columns where these have none either. */
function axisOf(
  { names, shortNames }: PlotInput,
  width: number,
): { names: readonly string[]; places: number[] } {
  const room = (width - AXIS_PX) / names.length;
  const need = (texts: readonly string[]): number =>
    GAP_PX + LETTER_PX * Math.max(...texts.map((text) => text.length));
  const chosen = need(names) <= room ? names : shortNames;
  const every = Math.max(1, Math.ceil(need(chosen) / room));
  // A name stands in the middle of its column: the last one may not have its half beyond the edge.
  const fits = (index: number): boolean =>
    (LETTER_PX * (chosen[index]?.length ?? 0)) / 2 <= room * (names.length - index - 0.5) + EDGE_PX;
  return {
    names: chosen,
    places: names.map((_, index) => index).filter((index) => index % every === 0 && fits(index)),
  };
}
