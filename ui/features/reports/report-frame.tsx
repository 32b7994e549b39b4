/**
 * What every report has around its figures: tabs, title with its range, when it was made, refresh, export, print, filters.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { ExportFormat } from '../../../contracts/http/reports.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { PageHead, RefreshButton } from '../../design/page-head.tsx';
import type { Resource } from '../../lib/resource.ts';
import { ReportTabs } from './tabs.tsx';
import './reports.css';

export interface ReportFrameProps<Report extends { generatedAt: string }> {
  title: string;
  /** The range in words: `joi, 29 martie 2018`. */
  range: string;
  today: string;
  resource: Resource<Report>;
  /** Addresses of the files; none: there is nothing to export yet. */
  exports: Readonly<Record<ExportFormat, string>> | undefined;
  /** What is asked for beside the range, in words; printed. */
  chips: readonly string[];
  filters: ComponentChildren;
  /** Shown as long as nothing can be asked for. */
  instead?: ComponentChildren;
  children: (report: Report) => ComponentChildren;
}

export function ReportFrame<Report extends { generatedAt: string }>(props: ReportFrameProps<Report>): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { resource } = props;
  const madeAt = resource.data.value?.generatedAt;
  return (
    <div class="reports">
      <ReportTabs today={props.today} />
      <PageHead
        title={props.title}
        lead={
          <>
            <strong class="report-range">{props.range}</strong>
            {madeAt === undefined ? null : (
              <span class="muted no-print">
                {t('state.updatedAt', { time: i18n.format().timeSeconds(madeAt) })}
              </span>
            )}
            {/* On paper the filters have no fields. */}
            <span class="print-only">{props.chips.join(' · ')}</span>
          </>
        }
      >
        {props.instead === undefined ? (
          <>
            <RefreshButton resource={resource} words />
            {props.exports === undefined ? null : <FileLinks exports={props.exports} />}
            <PrintButton />
          </>
        ) : null}
        {madeAt === undefined ? null : (
          <span class="print-only">
            {t('report.generated', {
              at: i18n.format().dateTime(madeAt),
              zone: session.session.value?.zone ?? '',
            })}
          </span>
        )}
      </PageHead>
      <div class="stack">
        {props.filters}
        {props.instead ?? (
          <LoadView resource={resource} rows={12}>
            {props.children}
          </LoadView>
        )}
      </div>
    </div>
  );
}

/** The files with what is shown. */
export function FileLinks(props: { exports: Readonly<Record<ExportFormat, string>> }): VNode {
  return (
    <span class="segmented no-print">
      <ExportLink href={props.exports.csv} name="CSV" />
      <ExportLink href={props.exports.xlsx} name="Excel" />
    </span>
  );
}

export function PrintButton(): VNode {
  const { t } = useApp().i18n;
  return (
    <button type="button" class="btn no-print" onClick={() => print()}>
      <Icon name="printer" />
      {t('action.print')}
    </button>
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
