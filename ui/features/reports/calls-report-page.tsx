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
import { Card, Stat } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ChartCard, type ChartColumn } from './chart-card.tsx';
import { choiceWords, ReportFilters } from './filter-bar.tsx';
import { cellAddress, parseReport, reportAddress, type ReportFilter } from './filter.ts';
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
  const chips = choiceWords(app, { kind: 'all', ...choices });
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
  const { number, share, percent } = i18n.format();
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
  const used = useMemo(
    () => report.statuses.filter((status) => status.used).map(({ code }) => code),
    [report],
  );
  const incoming = report.kinds.find(({ kind }) => kind === 'inbound')?.total ?? 0;
  return (
    <>
      <div class="cards">
        <Stat label={t('report.calls')} value={number(totals.total)} />
        <Stat label={t('report.out')} value={number(totals.total - incoming)} />
        <Stat label={t('report.in')} value={number(incoming)} />
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
        codes={used}
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
          addressOf: (code) => cellAddress({ ...filters, kind: sums.kind }, range, code),
        }))}
        totals={{
          key: 'totals',
          label: t('report.total'),
          sums: totals,
          addressOf: (code) => cellAddress(filters, range, code),
        }}
        extras={[
          { key: 'answered', name: t('report.answered'), value: ({ answered }) => number(answered) },
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
  const waits = report.waits ?? [];
  const answered = waits.reduce((sum, wait) => sum + wait.answered, 0);
  const sumMs = waits.reduce((sum, wait) => sum + wait.answered * (wait.answeredMs ?? 0), 0);
  return (
    <Stat
      label={t('report.wait')}
      value={answered === 0 ? '–' : i18n.format().duration(sumMs / answered)}
      note={report.waits === null ? t('report.waitLong') : undefined}
    />
  );
}

function WaitsCard({ report }: { report: CallsReport }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number, duration } = i18n.format();
  const mean = (ms: number | null): string => (ms === null ? '–' : duration(ms));
  if (report.waits === null) {
    return (
      <Card title={t('report.waits')}>
        <p class="table-note">{t('report.waits.none')}</p>
      </Card>
    );
  }
  return (
    <Card title={t('report.waits')}>
      <div class="table-wrap" tabIndex={0} role="group" aria-label={t('report.waits')}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('report.kindHead')}</th>
              <th scope="col" class="num">
                {t('report.waits.answered')}
              </th>
              <th scope="col" class="num">
                {t('report.waits.answeredMean')}
              </th>
              <th scope="col" class="num">
                {t('report.waits.unanswered')}
              </th>
              <th scope="col" class="num">
                {t('report.waits.unansweredMean')}
              </th>
            </tr>
          </thead>
          <tbody>
            {report.waits.map((wait) => (
              <tr key={wait.kind}>
                <th scope="row">{t(`report.kind.${wait.kind}`)}</th>
                <td class="num">{number(wait.answered)}</td>
                <td class="num">{mean(wait.answeredMs)}</td>
                <td class="num">{number(wait.unanswered)}</td>
                <td class="num">{mean(wait.unansweredMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
