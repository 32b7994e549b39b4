/**
 * What every report has around its figures: tabs, title with its range, when it was made, refresh, export, print, filters.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { ExportFormat } from '../../../contracts/http/reports.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import type { Resource } from '../../lib/resource.ts';
import { ReportTabs } from './tabs.tsx';
import './reports.css';

export interface ReportFrameProps<Report extends { generatedAt: string }> {
  title: string;
  /** The range in words: `joi, 29 martie 2018`. */
  range: string;
  today: string;
  resource: Resource<Report>;
  /** Addresses of the files; none: the report is not exported. */
  exports?: Readonly<Record<ExportFormat, string>>;
  /** What is asked for beside the range, in words; printed. */
  chips: readonly string[];
  filters: ComponentChildren;
  children: (report: Report) => ComponentChildren;
}

export function ReportFrame<Report extends { generatedAt: string }>(props: ReportFrameProps<Report>): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { resource } = props;
  const madeAt = resource.data.value?.generatedAt;
  const loading = resource.loading.value;
  return (
    <div class="reports">
      <ReportTabs today={props.today} />
      <header class="page-head">
        <div>
          <h1>{props.title}</h1>
          <p class="lead">
            <strong class="report-range">{props.range}</strong>
            {madeAt === undefined ? null : (
              <span class="muted no-print">
                {t('state.updatedAt', { time: i18n.format().timeSeconds(madeAt) })}
              </span>
            )}
          </p>
        </div>
        <div class="page-actions no-print">
          <button type="button" class="btn" disabled={loading} onClick={() => void resource.reload()}>
            <span class={loading ? 'spin' : ''}>
              <Icon name="refresh" />
            </span>
            {t('action.refresh')}
          </button>
          {props.exports === undefined ? null : (
            <span class="segmented">
              <ExportLink href={props.exports.csv} name="CSV" />
              <ExportLink href={props.exports.xlsx} name="Excel" />
            </span>
          )}
          <button type="button" class="btn" onClick={() => print()}>
            <Icon name="printer" />
            {t('action.print')}
          </button>
        </div>
        {madeAt === undefined ? null : (
          <p class="print-head">
            {props.chips.length > 0 ? <span>{props.chips.join(' · ')}</span> : null}
            <span>
              {t('report.generated', {
                at: i18n.format().dateTime(madeAt),
                zone: session.session.value?.zone ?? '',
              })}
            </span>
          </p>
        )}
      </header>
      <div class="stack">
        {props.filters}
        <LoadView resource={resource} rows={12}>
          {props.children}
        </LoadView>
      </div>
    </div>
  );
}

function ExportLink({ href, name }: { href: string; name: string }): VNode {
  const { i18n } = useApp();
  return (
    <a class="btn" href={href} download="" aria-label={i18n.t('report.export', { format: name })}>
      <Icon name="download" />
      {name}
    </a>
  );
}
