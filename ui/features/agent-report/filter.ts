/**
 * What the report of agents is asked for, and its form in the address:
 * `?de=2026-11-16&pana=2026-11-22&pe=saptamana&agent=7`.
 * @module
 */
import type { AgentReport, AgentReportQuery } from '../../../contracts/http/agent-report.ts';
import { AGENT_BUCKETS, type AgentBucket } from '../../../contracts/model/agent.ts';
import type { DateRange } from '../../../domain/report-periods.ts';
import { callsAddress, listId, withoutEmpty } from '../calls/filters.ts';
import { parseReport, reportAddress, type FigureOf, type ReportFilter } from '../reports/filter.ts';

export interface AgentReportFilter extends ReportFilter {
  by: AgentBucket;
  /** User id. */
  agent?: number;
}

const WORDS: Readonly<Record<AgentBucket, string>> = {
  all: 'total',
  day: 'zi',
  week: 'saptamana',
  month: 'luna',
  year: 'an',
};

export function parseAgentReport(
  query: Readonly<Record<string, string | undefined>>,
  today: string,
): AgentReportFilter {
  const agent = listId(query['agent']);
  return {
    ...parseReport(query, 'interval', today),
    by: AGENT_BUCKETS.find((bucket) => WORDS[bucket] === query['pe']) ?? 'all',
    ...(agent === undefined ? {} : { agent }),
  };
}

export function agentReportAddress({ by, agent, ...filter }: AgentReportFilter): string {
  return reportAddress('/rapoarte/agenti', filter, { pe: by === 'all' ? undefined : WORDS[by], agent });
}

/** What is asked of the API. */
export function agentReportQuery(filter: AgentReportFilter): AgentReportQuery {
  return filter;
}

/** The calls behind a figure: of an agent, of all of them where none is named. */
export function agentCellAddress(
  filters: AgentReport['filters'],
  row: DateRange & { agent?: number },
  of: FigureOf,
): string {
  return callsAddress(
    withoutEmpty({
      from: row.from,
      to: row.to,
      agent: row.agent ?? filters.agent ?? 'any',
      campaign: filters.campaign ?? undefined,
      list: filters.list ?? undefined,
      kind: filters.kind === 'all' ? undefined : filters.kind,
      status: filters.status ?? undefined,
      state: 'counted',
      ...of,
    }),
  );
}
