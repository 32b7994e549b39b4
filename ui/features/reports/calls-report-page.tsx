/**
 * Raport de apeluri: in and out, answer rate, waiting, outcomes by kind.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { CallsReport } from '../../../contracts/http/reports.ts';
import { rangeWords } from '../../../domain/report-words.ts';
import { createReportsApi, exportAddress } from '../../api/reports.ts';
import { useApp } from '../../app-context.ts';
import { Stat } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ChartCard, useStatusSeries, type ChartColumn } from './chart-card.tsx';
import { choiceWords, ReportFilters } from './filter-bar.tsx';
import { FigureLink } from './figure-link.tsx';
import { FigureTable } from './figure-table.tsx';
import { cellAddress, parseReport, reportAddress, type FigureOf, type ReportFilter } from './filter.ts';
import { TalkStat } from './period-cards.tsx';
import { ReportEmpty } from './report-empty.tsx';
import { ReportFrame } from './report-frame.tsx';
import { createReportStore, type ReportView } from './report-store.ts';
import { StatusTable } from './status-table.tsx';

const PATH = '/rapoarte/apeluri';

export function CallsReportPage(): VNode {
  const app = useApp();
  const { api, i18n, clock } = app;
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const today = i18n.format().localDate(clock.now());
  const filter = parseReport(query, 'interval', today);
  const store = useStore(() => {
    const reports = createReportsApi(api.request);
    return createReportStore((asked: ReportFilter, abort) => reports.calls(asked, abort));
  }, '');
  const words = rangeWords(i18n.lang.value, filter.from, filter.to);
  useTitle(`${t('report.title.calls')}, ${words}`);
  useEffect(() => void store.show(filter), [url]);
  const go = (next: ReportFilter): void => route(reportAddress(PATH, next));
  const { from, to, ...choices } = filter;
  const chips = choiceWords(app, { kind: 'all', ...choices }, store.report.data.value?.names);
  const files = { ...filter };

  return (
    <ReportFrame
      title={t('report.title.calls')}
      range={words}
      today={today}
      resource={store.report}
      exports={{
        csv: exportAddress('calls', 'csv', files, i18n.lang.value),
        xlsx: exportAddress('calls', 'xlsx', files, i18n.lang.value),
      }}
      chips={chips}
      filters={<ReportFilters filter={filter} report="interval" today={today} kind="all" onChange={go} />}
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

function Figures({ report, view }: { report: CallsReport; view: ReportView }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { share, percent } = i18n.format();
  const lang = i18n.lang.value;
  const { totals, filters } = report;
  const range = { from: report.from, to: report.to };
  const columns = useMemo(
    () =>
      report.kinds.map((sums): ChartColumn => {
        const name = t(`report.kind.${sums.kind}`);
        return { name, short: t(`kind.${sums.kind}`), sums };
      }),
    [report, lang],
  );
  const series = useStatusSeries(report.statuses);
  const totalAddress = (of: FigureOf): string => cellAddress(filters, range, of);
  const kindAddress = (kind: Kinds): string => cellAddress({ ...filters, kind }, range, {});
  const incoming = report.kinds.find(({ kind }) => kind === 'inbound')?.total ?? 0;
  return (
    <>
      <div class="cards">
        <Stat
          label={t('report.calls')}
          value={<FigureLink value={totals.total} label={t('report.calls')} href={totalAddress({})} />}
        />
        <Stat
          label={t('report.out')}
          value={
            <FigureLink
              value={totals.total - incoming}
              label={t('report.out')}
              href={kindAddress(filters.kind === 'all' ? 'dialed' : filters.kind)}
            />
          }
        />
        <Stat
          label={t('report.in')}
          value={<FigureLink value={incoming} label={t('report.in')} href={kindAddress('inbound')} />}
        />
        <Stat
          label={t('report.answerRate')}
          value={percent(totals.answered / totals.total)}
          note={t('report.answerRateOf', { answered: totals.answered, total: totals.total })}
        />
        <WaitStat report={report} />
        <TalkStat sums={totals} />
      </div>
      <ChartCard
        title={t('report.chartKind')}
        view={view}
        columns={columns}
        series={series}
        totals={totals.counts}
      />
      <StatusTable
        title={t('report.byKind')}
        caption={`${t('report.title.calls')}, ${t('report.byKind')}`}
        head={t('report.kindHead')}
        view={view}
        statuses={report.statuses}
        rows={report.kinds.map((sums) => ({
          key: sums.kind,
          name: t(`report.kind.${sums.kind}`),
          label: t(`report.kind.${sums.kind}`),
          sums,
          addressOf: (of) => cellAddress({ ...filters, kind: sums.kind }, range, of),
        }))}
        totals={{
          key: 'totals',
          label: t('report.total'),
          sums: totals,
          addressOf: totalAddress,
        }}
        extras={[
          {
            key: 'rate',
            name: t('report.answerRate'),
            value: ({ answered, total }) => (total === 0 ? '–' : share(answered / total)),
          },
        ]}
        note={t('report.rule', { zone: report.zone })}
      />
      <WaitsCard report={report} />
    </>
  );
}

function WaitStat({ report }: { report: CallsReport }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { answeredMs } = sumOf(report.waits);
  return (
    <Stat label={t('report.wait')} value={answeredMs === null ? '–' : i18n.format().duration(answeredMs)} />
  );
}

function WaitsCard({ report }: { report: CallsReport }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { duration } = i18n.format();
  const { waits, filters, totals } = report;
  const mean = (ms: number | null): string => (ms === null ? '–' : duration(ms));
  const cells = (wait: Waits, label: string, kind: Kinds) => {
    const address = (answered: FigureOf['answered']): string =>
      cellAddress({ ...filters, kind }, report, answered === undefined ? {} : { answered });
    return [
      <FigureLink
        value={wait.answered}
        label={`${t('report.waits.answered')}, ${label}`}
        href={address('answered')}
      />,
      mean(wait.answeredMs),
      <FigureLink
        value={wait.unanswered}
        label={`${t('report.waits.unanswered')}, ${label}`}
        href={address('unanswered')}
      />,
      mean(wait.unansweredMs),
    ];
  };
  return (
    <FigureTable
      title={t('report.waits')}
      head={[
        t('report.kindHead'),
        t('report.waits.answered'),
        t('report.waits.answeredMean'),
        t('report.waits.unanswered'),
        t('report.waits.unansweredMean'),
      ]}
      rows={waits.map((wait) => {
        const name = t(`report.kind.${wait.kind}`);
        return { key: wait.kind, name, cells: cells(wait, name, wait.kind) };
      })}
      totals={
        totals.total === 0
          ? undefined
          : [t('report.total'), ...cells(sumOf(waits), t('report.total'), filters.kind)]
      }
    />
  );
}

type Waits = Omit<CallsReport['waits'][number], 'kind'>;
type Kinds = CallsReport['filters']['kind'];

/** Means weigh as many calls as they are of. */
function sumOf(waits: readonly Waits[]): Waits {
  const answered = waits.reduce((n, wait) => n + wait.answered, 0);
  const unanswered = waits.reduce((n, wait) => n + wait.unanswered, 0);
  const answeredMs = waits.reduce((ms, wait) => ms + wait.answered * (wait.answeredMs ?? 0), 0);
  const unansweredMs = waits.reduce((ms, wait) => ms + wait.unanswered * (wait.unansweredMs ?? 0), 0);
  return {
    answered,
    answeredMs: answered === 0 ? null : answeredMs / answered,
    unanswered,
    unansweredMs: unanswered === 0 ? null : unansweredMs / unanswered,
  };
}
