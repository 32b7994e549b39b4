/**
 * Raport zilnic, săptămânal, lunar, anual, generic: one page, five kinds of rows.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { PeriodReport } from '../../../contracts/http/reports.ts';
import type { PeriodReportName } from '../../../domain/report-periods.ts';
import { totalsAgree } from '../../../domain/report-table.ts';
import { rangeWords } from '../../../domain/report-words.ts';
import { createReportsApi, exportAddress, type ReportQuery } from '../../api/reports.ts';
import { useApp } from '../../app-context.ts';
import { Notice } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ChartCard, useStatusSeries, type ChartColumn } from './chart-card.tsx';
import { choiceWords, ReportFilters } from './filter-bar.tsx';
import { parseReport, reportAddress, type ReportFilter } from './filter.ts';
import { PeriodCards } from './period-cards.tsx';
import { columnsOf, PeriodTable } from './period-tables.tsx';
import { ReportEmpty } from './report-empty.tsx';
import { ReportFrame } from './report-frame.tsx';
import { createReportStore, type ReportView } from './report-store.ts';

export const REPORT_PATHS: Readonly<Record<PeriodReportName, string>> = {
  daily: '/rapoarte/zilnic',
  weekly: '/rapoarte/saptamanal',
  monthly: '/rapoarte/lunar',
  yearly: '/rapoarte/anual',
  interval: '/rapoarte/generic',
};

export function PeriodPage({ report: name }: { report: PeriodReportName }): VNode {
  const app = useApp();
  const { api, i18n, clock } = app;
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const format = i18n.format();
  const today = format.localDate(clock.now());
  const filter = parseReport(query, name, today);
  const store = useStore(() => {
    const reports = createReportsApi(api.request);
    return createReportStore((asked: ReportFilter, abort) =>
      reports.period(name, queryOf(name, asked), abort),
    );
  }, name);
  const words = rangeOf(name, filter, i18n.lang.value, format.weekday(filter.from));
  useTitle(`${t(`report.title.${name}`)}, ${words}`);
  useEffect(() => void store.show(filter), [url, store]);
  const go = (next: ReportFilter): void => route(reportAddress(REPORT_PATHS[name], next));
  const { from, to, ...choices } = filter;
  const chips = choiceWords(app, { kind: 'dialed', ...choices }, store.report.data.value?.names);

  return (
    <ReportFrame
      title={t(`report.title.${name}`)}
      range={words}
      today={today}
      resource={store.report}
      exports={{
        csv: exportAddress(name, 'csv', { ...queryOf(name, filter) }, i18n.lang.value),
        xlsx: exportAddress(name, 'xlsx', { ...queryOf(name, filter) }, i18n.lang.value),
      }}
      chips={chips}
      filters={<ReportFilters filter={filter} report={name} today={today} onChange={go} />}
    >
      {(report) =>
        report.totals.total === 0 ? (
          <ReportEmpty
            chips={[words, ...chips]}
            onReset={Object.keys(choices).length === 0 ? undefined : () => go({ from, to })}
          />
        ) : (
          <Figures report={report} view={store.view} />
        )
      }
    </ReportFrame>
  );
}

function queryOf(name: PeriodReportName, { from, to, ...choices }: ReportFilter): ReportQuery {
  return name === 'interval' ? { from, to, ...choices } : { date: from, ...choices };
}

/** The heading of the report: the day with its weekday, the month by its name, else both ends. */
function rangeOf(
  name: PeriodReportName,
  { from, to }: ReportFilter,
  lang: 'ro' | 'en',
  weekday: string,
): string {
  if (name === 'daily') return `${weekday}, ${rangeWords(lang, from, to)}`;
  return rangeWords(lang, from, to);
}

function Figures({ report, view }: { report: PeriodReport; view: ReportView }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const lang = i18n.lang.value;
  const [first, ...others] = report.tables;
  const columns = useMemo(
    (): readonly ChartColumn[] => (first ? columnsOf(report, first, lang) : []),
    [report, lang],
  );
  const series = useStatusSeries(report.statuses);
  const slots = others.find(({ by }) => by === 'slot');
  const hours = others.find(({ by }) => by === 'day-slot');
  return (
    <>
      {totalsAgree(report) ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={t('report.mismatch')} />
      )}
      <PeriodCards report={report} />
      <ChartCard
        title={t(`report.chart.${first?.by ?? 'day'}`)}
        view={view}
        columns={columns}
        series={series}
        totals={report.totals.counts}
      />
      {first ? <PeriodTable report={report} table={first} hours={hours} view={view} /> : null}
      {slots ? <PeriodTable report={report} table={slots} view={view} /> : null}
    </>
  );
}
