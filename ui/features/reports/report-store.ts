/**
 * One report: its figures, and how its chart and tables are looked at.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { createResource, type Resource } from '../../lib/resource.ts';

/** How a chart and the tables below it are looked at. */
export interface ReportView {
  /** Statuses hidden in the chart by a click on the legend. */
  hidden: ReadonlySignal<ReadonlySet<string>>;
  /** First and last column that the chart shows; undefined: all. */
  zoom: ReadonlySignal<Zoom | undefined>;
  /** Columns that no call has are shown too. */
  allColumns: ReadonlySignal<boolean>;
  /** Keys of the rows that are not as they begin: opened, of a table that begins closed, and the other way round. */
  turned: ReadonlySignal<ReadonlySet<string>>;
  toggle: (code: string) => void;
  setZoom: (zoom: Zoom | undefined) => void;
  showAll: () => void;
  toggleColumns: () => void;
  turnRow: (key: string) => void;
  /** All of these and no others. */
  turnRows: (keys: readonly string[]) => void;
}

export interface Zoom {
  first: number;
  last: number;
}

export interface ReportStore<Filter, Report> {
  report: Resource<Report>;
  view: ReportView;
  /** Old figures belong to another question: they go. */
  show: (filter: Filter) => Promise<void>;
  dispose: () => void;
}

export function createReportStore<Filter, Report>(
  load: (filter: Filter, abort: AbortSignal) => Promise<Report>,
): ReportStore<Filter, Report> {
  let asked: Filter | undefined;
  const view = createReportView();
  const report = createResource((abort) =>
    asked === undefined ? Promise.reject(new Error('nothing asked')) : load(asked, abort),
  );
  return {
    report,
    view,
    show: async (filter) => {
      asked = filter;
      report.clear();
      view.setZoom(undefined);
      view.turnRows([]);
      await report.reload();
    },
    dispose: report.dispose,
  };
}

export function createReportView(): ReportView {
  const hidden = signal<ReadonlySet<string>>(new Set());
  const zoom = signal<Zoom | undefined>(undefined);
  const allColumns = signal(false);
  const turned = signal<ReadonlySet<string>>(new Set());
  return {
    hidden,
    zoom,
    allColumns,
    turned,
    toggle: (code) => {
      hidden.value = toggled(hidden.peek(), code);
    },
    setZoom: (next) => {
      zoom.value = next;
    },
    showAll: () => {
      hidden.value = new Set();
      zoom.value = undefined;
    },
    toggleColumns: () => {
      allColumns.value = !allColumns.peek();
    },
    turnRow: (key) => {
      turned.value = toggled(turned.peek(), key);
    },
    turnRows: (keys) => {
      turned.value = new Set(keys);
    },
  };
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
