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
  toggle: (code: string) => void;
  setZoom: (zoom: Zoom | undefined) => void;
  showAll: () => void;
  toggleColumns: () => void;
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
      await report.reload();
    },
    dispose: report.dispose,
  };
}

export function createReportView(): ReportView {
  const hidden = signal<ReadonlySet<string>>(new Set());
  const zoom = signal<Zoom | undefined>(undefined);
  const allColumns = signal(false);
  return {
    hidden,
    zoom,
    allColumns,
    toggle: (code) => {
      const next = new Set(hidden.peek());
      if (!next.delete(code)) next.add(code);
      hidden.value = next;
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
  };
}
