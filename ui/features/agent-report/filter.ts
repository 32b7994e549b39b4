/**
 * What the report of agents is asked for, and its form in the address:
 * `?de=2026-11-16&pana=2026-11-22&pe=saptamana&agent=7`.
 * @module
 */
import type { AgentReportQuery } from '../../../contracts/http/agent-report.ts';
import { AGENT_BUCKETS, type AgentBucket } from '../../../contracts/model/agent.ts';
import { search } from '../../api/client.ts';
import { callsAddress, listId, withoutEmpty } from '../calls/filters.ts';
import { parseReport, type ReportFilter } from '../reports/filter.ts';

export interface AgentReportFilter extends Pick<ReportFilter, 'from' | 'to' | 'kind' | 'campaign'> {
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
  const { from, to, kind, campaign } = parseReport(query, 'interval', today);
  const agent = listId(query['agent']);
  return {
    from,
    to,
    ...(kind === undefined ? {} : { kind }),
    ...(campaign === undefined ? {} : { campaign }),
    by: AGENT_BUCKETS.find((bucket) => WORDS[bucket] === query['pe']) ?? 'all',
    ...(agent === undefined ? {} : { agent }),
  };
}

export function agentReportAddress({ from, to, kind, campaign, by, agent }: AgentReportFilter): string {
  return `/rapoarte/agenti${search({
    de: from,
    pana: to === from ? undefined : to,
    tip: kind === 'dialed' ? undefined : kind,
    campanie: campaign,
    pe: by === 'all' ? undefined : WORDS[by],
    agent,
  })}`;
}

/** What is asked of the API. */
export function agentReportQuery(filter: AgentReportFilter): AgentReportQuery {
  return filter;
}

/** The calls behind a cell: of an agent (all where there is none), with a status (any where there is none). */
export function agentCellAddress(
  filter: AgentReportFilter,
  row: { from: string; to: string; agent?: number },
  code: string | undefined,
): string {
  const { kind = 'dialed' } = filter;
  return callsAddress(
    withoutEmpty({
      from: row.from,
      to: row.to,
      agent: row.agent,
      campaign: filter.campaign,
      kind: kind === 'all' ? undefined : kind,
      status: code,
      state: 'counted',
    }),
  );
}
