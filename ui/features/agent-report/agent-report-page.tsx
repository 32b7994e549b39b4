/**
 * Agenți: calls by agent and status, and how each agent's time was spent.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { AgentReport, AgentReportRow } from '../../../contracts/http/agent-report.ts';
import { AGENT_BUCKETS } from '../../../contracts/model/agent.ts';
import { agentFigures } from '../../../domain/agent-figures.ts';
import { rangeWords } from '../../../domain/report-words.ts';
import { search } from '../../api/client.ts';
import { exportAddress } from '../../api/reports.ts';
import { useApp } from '../../app-context.ts';
import { SelectField } from '../../design/field.tsx';
import { Stat } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { choiceWords, ReportFilters } from '../reports/filter-bar.tsx';
import { SumsCards } from '../reports/period-cards.tsx';
import { ReportEmpty } from '../reports/report-empty.tsx';
import { ReportFrame } from '../reports/report-frame.tsx';
import { createReportStore, type ReportView } from '../reports/report-store.ts';
import { StatusTable } from '../reports/status-table.tsx';
import { AgentField } from './agent-field.tsx';
import {
  agentCellAddress,
  agentReportAddress,
  agentReportQuery,
  parseAgentReport,
  type AgentReportFilter,
} from './filter.ts';
import { TimeTable } from './time-table.tsx';

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
  const { from, to, kind, campaign, by, agent } = filter;
  const choices = { ...(kind && { kind }), ...(campaign !== undefined && { campaign }) };
  const chips = choiceWords(app, { kind: 'dialed', ...choices });
  const files = (file: 'csv' | 'xlsx'): string =>
    exportAddress('agents', file, { ...agentReportQuery(filter) }, i18n.lang.value);

  return (
    <ReportFrame
      title={t('agents.title')}
      range={words}
      today={today}
      resource={store.report}
      exports={{ csv: files('csv'), xlsx: files('xlsx') }}
      chips={[...chips, t(`agents.by.${by}`)]}
      filters={
        <ReportFilters
          filter={{ from, to, ...choices }}
          report="interval"
          today={today}
          without={['list', 'status']}
          onChange={(next) =>
            go({
              by,
              ...(agent === undefined ? {} : { agent }),
              from: next.from,
              to: next.to,
              ...(next.kind && { kind: next.kind }),
              ...(next.campaign !== undefined && { campaign: next.campaign }),
            })
          }
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
            chips={[words, ...chips]}
            onReset={
              Object.keys(choices).length === 0 && agent === undefined
                ? undefined
                : () => go({ from, to, by })
            }
          />
        ) : (
          <Figures report={report} filter={filter} view={store.view} />
        )
      }
    </ReportFrame>
  );
}

function Figures({
  report,
  filter,
  view,
}: {
  report: AgentReport;
  filter: AgentReportFilter;
  view: ReportView;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const lang = i18n.lang.value;
  const { clock, duration, number, percent } = i18n.format();
  const rows = new Map(report.rows.map((row) => [keyOf(row), row]));
  const total = { ...report.totals, calls: report.totals.total };
  const all = agentFigures(total);
  /** Of a row by its key, of the totals without. */
  const of = (key: string | undefined) =>
    key === undefined ? report.totals : (rows.get(key) ?? report.totals);
  const figures = (key: string | undefined) => {
    const sums = of(key);
    return agentFigures({ ...sums, calls: sums.total });
  };
  const time = (ms: number | null): string => (ms === null || ms === 0 ? '–' : duration(ms));
  /** In columns: hours, minutes, seconds. */
  const short = (ms: number | null): string => (ms === null || ms === 0 ? '–' : clock(ms));
  const perHour = (value: number | null): string =>
    value === null ? '–' : number(Math.round(value * 10) / 10);
  const noteOf = ({ from, to }: AgentReportRow): string | undefined =>
    filter.by === 'all' ? undefined : rangeWords(lang, from, to);

  return (
    <>
      <div class="cards">
        <SumsCards sums={report.totals} statuses={report.statuses} />
        <Stat label={t('agents.aht')} value={time(all.averageHandlingMs)} note={t('agents.ahtHint')} />
        <Stat
          label={t('agents.availability')}
          value={all.availability === null ? '–' : percent(all.availability)}
          note={`${t('agents.perHour')}: ${perHour(all.callsPerHour)}`}
        />
      </div>
      <StatusTable
        title={t('agents.calls')}
        caption={`${t('agents.calls')}, ${rangeWords(lang, report.from, report.to)}`}
        head={t('agents.agent')}
        view={view}
        statuses={report.statuses}
        rows={report.rows.map((row) => ({
          key: keyOf(row),
          name: row.agent.name,
          note: noteOf(row),
          label: [row.agent.name, noteOf(row)].filter((part) => part !== undefined).join(', '),
          sums: row,
          addressOf: (code) =>
            agentCellAddress(filter, { from: row.from, to: row.to, agent: row.agent.id }, code),
        }))}
        totals={{
          key: 'total',
          label: t('report.total'),
          sums: report.totals,
          ...(filter.agent === undefined
            ? {}
            : {
                addressOf: (code: string | undefined) =>
                  agentCellAddress(
                    filter,
                    { from: report.from, to: report.to, ...(filter.agent && { agent: filter.agent }) },
                    code,
                  ),
              }),
        }}
        extras={[
          { key: 'talk', name: t('agents.talk'), value: (_, key) => short(of(key).talkMs) },
          { key: 'hold', name: t('agents.hold'), value: (_, key) => short(of(key).holdMs) },
          { key: 'wrap-up', name: t('agents.wrapUp'), value: (_, key) => short(of(key).wrapUpMs) },
          { key: 'mean', name: t('agents.meanTalk'), value: (_, key) => short(figures(key).averageTalkMs) },
          { key: 'aht', name: t('agents.aht'), value: (_, key) => short(figures(key).averageHandlingMs) },
        ]}
        note={t('report.rule', { zone: report.zone })}
      />
      <TimeTable report={report} keyOf={keyOf} noteOf={noteOf} />
    </>
  );
}

function keyOf({ agent, from }: AgentReportRow): string {
  return `${agent.id} ${from}`;
}
