/**
 * Agenți: calls by agent and status, and how each agent's time was spent.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { AgentReport, AgentReportRow } from '../../../contracts/http/agent-report.ts';
import { AGENT_BUCKETS } from '../../../contracts/model/agent.ts';
import { agentFigures } from '../../../domain/agent-figures.ts';
import { rangeWords } from '../../../domain/report-words.ts';
import { search } from '../../api/client.ts';
import { exportAddress } from '../../api/reports.ts';
import { useApp, type App } from '../../app-context.ts';
import { SelectField } from '../../design/field.tsx';
import { Stat } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ChartCard, useStatusSeries } from '../reports/chart-card.tsx';
import { choiceWords, ReportFilters } from '../reports/filter-bar.tsx';
import type { FigureOf } from '../reports/filter.ts';
import { SumsCards } from '../reports/period-cards.tsx';
import { ReportEmpty } from '../reports/report-empty.tsx';
import { ReportFrame } from '../reports/report-frame.tsx';
import { createReportStore, type ReportView } from '../reports/report-store.ts';
import { StatusTable, type StatusRow } from '../reports/status-table.tsx';
import { AgentField } from './agent-field.tsx';
import { DurationsTable, StatesTable } from './agent-tables.tsx';
import {
  agentCellAddress,
  agentReportAddress,
  agentReportQuery,
  parseAgentReport,
  type AgentReportFilter,
} from './filter.ts';
import { agentColumns, byAgent } from './rows.ts';

export function AgentReportPage(): VNode {
  const app = useApp();
  const { api, i18n, clock } = app;
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const format = i18n.format();
  const today = format.localDate(clock.now());
  const filter = parseAgentReport(query, today);
  const store = useStore(
    () =>
      createReportStore((asked: AgentReportFilter, abort) =>
        api.request<AgentReport>(`/api/reports/agents${search({ ...agentReportQuery(asked) })}`, {}, abort),
      ),
    'agents',
  );
  const words = rangeWords(i18n.lang.value, filter.from, filter.to);
  useTitle(`${t('agents.title')}, ${words}`);
  useEffect(() => void store.show(filter), [url, store]);
  const go = (next: AgentReportFilter): void => route(agentReportAddress(next));
  const { from, to, by, agent, ...choices } = filter;
  const chips = choiceWords(app, { kind: 'dialed', ...choices }, store.report.data.value?.names);
  const named = agent === undefined ? [] : [agentWords(app, agent, store.report.data.value)];
  const files = (file: 'csv' | 'xlsx'): string =>
    exportAddress('agents', file, { ...agentReportQuery(filter) }, i18n.lang.value);
  const reset = Object.keys(choices).length === 0 && agent === undefined;

  return (
    <ReportFrame
      title={t('agents.title')}
      range={words}
      today={today}
      resource={store.report}
      exports={{ csv: files('csv'), xlsx: files('xlsx') }}
      chips={[...chips, ...named, t(`agents.by.${by}`)]}
      filters={
        <ReportFilters
          filter={{ from, to, ...choices }}
          report="interval"
          today={today}
          onChange={(next) => go({ by, ...(agent === undefined ? {} : { agent }), ...next })}
          onReset={reset ? undefined : () => go({ from, to, by })}
        >
          <AgentField
            value={agent}
            onChange={(chosen) => {
              const { agent: _before, ...rest } = filter;
              go(chosen === undefined ? rest : { ...rest, agent: chosen });
            }}
          />
          <SelectField
            label={t('agents.by')}
            value={by}
            onChange={(value) =>
              go({ ...filter, by: AGENT_BUCKETS.find((bucket) => bucket === value) ?? 'all' })
            }
            options={AGENT_BUCKETS.map((bucket) => ({ value: bucket, label: t(`agents.by.${bucket}`) }))}
          />
        </ReportFilters>
      }
    >
      {(report) =>
        report.rows.length === 0 ? (
          <ReportEmpty
            chips={[words, ...chips, ...named]}
            onReset={reset ? undefined : () => go({ from, to, by })}
          />
        ) : (
          <Figures report={report} view={store.view} />
        )
      }
    </ReportFrame>
  );
}

function agentWords({ i18n }: App, agent: number, report: AgentReport | undefined): string {
  const name = report?.names?.agent ?? `#${agent}`;
  return `${i18n.t('agents.agent')}: ${name}`;
}

function Figures({ report, view }: { report: AgentReport; view: ReportView }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const lang = i18n.lang.value;
  const { duration, percent, rate } = i18n.format();
  const { by } = report.filters;
  const all = agentFigures({ ...report.totals, calls: report.totals.total });
  const columns = useMemo(() => agentColumns(report, lang), [report, lang]);
  const series = useStatusSeries(report.statuses);
  const address =
    (row: AgentReportRow): StatusRow['addressOf'] & object =>
    (of) =>
      agentCellAddress(report.filters, { from: row.from, to: row.to, agent: row.agent.id }, of);
  const noteOf = ({ from, to }: AgentReportRow): string | undefined =>
    by === 'all' ? undefined : rangeWords(lang, from, to);
  const totalAddress = (of: FigureOf): string => agentCellAddress(report.filters, report, of);

  return (
    <>
      <div class="cards">
        <SumsCards sums={report.totals} statuses={report.statuses} addressOf={totalAddress} />
        <Stat
          label={t('agents.ahtShort')}
          value={all.averageHandlingMs === null ? '–' : duration(all.averageHandlingMs)}
          note={t('agents.ahtHint')}
        />
        <Stat
          label={t('agents.availability')}
          value={all.availability === null ? '–' : percent(all.availability)}
          note={`${t('agents.perHour')}: ${all.callsPerHour === null ? '–' : rate(all.callsPerHour)}`}
        />
      </div>
      {report.totals.total === 0 ? null : (
        <ChartCard
          title={t(`agents.chart.${by}`)}
          view={view}
          columns={columns}
          series={series}
          totals={report.totals.counts}
        />
      )}
      <StatusTable
        title={t('agents.calls')}
        caption={`${t('agents.calls')}, ${rangeWords(lang, report.from, report.to)}`}
        head={t('agents.agent')}
        view={view}
        open
        statuses={report.statuses}
        rows={byAgent(report.rows).map(({ agent, sums, rows }): StatusRow => {
          const whole = { from: report.from, to: report.to, agent: agent.id };
          return {
            key: String(agent.id),
            name: agent.name,
            label: agent.name,
            sums,
            addressOf: (of) => agentCellAddress(report.filters, whole, of),
            ...(by === 'all'
              ? {}
              : {
                  parts: rows.map((row) => {
                    const name = rangeWords(lang, row.from, row.to);
                    const label = `${agent.name}, ${name}`;
                    return { key: keyOf(row), name, label, sums: row, addressOf: address(row) };
                  }),
                }),
          };
        })}
        totals={{
          key: 'total',
          label: t('report.total'),
          sums: report.totals,
          addressOf: totalAddress,
        }}
        note={t('report.rule', { zone: report.zone })}
      />
      {[DurationsTable, StatesTable].map((Table) => (
        <Table
          key={Table.name}
          report={report}
          rows={report.rows.map((row) => ({
            key: keyOf(row),
            name: row.agent.name,
            note: noteOf(row),
            sums: row,
          }))}
        />
      ))}
    </>
  );
}

function keyOf({ agent, from }: AgentReportRow): string {
  return `${agent.id} ${from}`;
}
