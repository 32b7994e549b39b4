/**
 * Rows of the report of agents put together: an agent's buckets below the agent, the agents of a bucket as one column.
 * @module
 */
import type { AgentReport, AgentReportRow } from '../../../contracts/http/agent-report.ts';
import { rangeWords, shortDate, type ReportLang } from '../../../domain/report-words.ts';
import type { ChartColumn } from '../reports/chart-card.tsx';

export type AgentSums = AgentReport['totals'];

export interface AgentRows {
  agent: AgentReportRow['agent'];
  /** Of all of its rows. */
  sums: AgentSums;
  /** In the order of time. */
  rows: readonly AgentReportRow[];
}

/** In the order of the report, which has an agent's rows one after the other. */
export function byAgent(rows: readonly AgentReportRow[]): AgentRows[] {
  const found = new Map<number, AgentReportRow[]>();
  for (const row of rows) found.set(row.agent.id, [...(found.get(row.agent.id) ?? []), row]);
  return [...found.values()].flatMap((of) => {
    const [first] = of;
    return first === undefined ? [] : [{ agent: first.agent, sums: sumOf(of), rows: of }];
  });
}

/** Columns of the chart: agents, or the days, weeks, months, years of all of them. */
export function agentColumns(report: AgentReport, lang: ReportLang): ChartColumn[] {
  if (report.filters.by === 'all') {
    return report.rows.map((row) => ({ name: row.agent.name, short: shortName(row.agent.name), sums: row }));
  }
  const buckets = new Map<string, AgentReportRow[]>();
  for (const row of report.rows.toSorted((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from)))) {
    buckets.set(row.from, [...(buckets.get(row.from) ?? []), row]);
  }
  return [...buckets].map(([from, rows]) => ({
    name: rangeWords(lang, from, rows[0]?.to ?? from),
    short: shortDate(lang, from).slice(0, 'DD.MM'.length),
    sums: sumOf(rows),
  }));
}

/** `Ana P.` */
function shortName(name: string): string {
  const [first = '', last = ''] = name.split(' ');
  return last === '' ? first : `${first} ${last.charAt(0)}.`;
}

function sumOf(rows: readonly AgentSums[]): AgentSums {
  const sums: AgentSums = {
    counts: {},
    total: 0,
    answered: 0,
    talkMs: 0,
    holdMs: 0,
    wrapUpMs: 0,
    states: {},
  };
  for (const row of rows) {
    for (const key of ['total', 'answered', 'talkMs', 'holdMs', 'wrapUpMs'] as const) sums[key] += row[key];
    addTo(sums.counts, row.counts);
    addTo(sums.states, row.states);
  }
  return sums;
}

function addTo(sums: Partial<Record<string, number>>, part: Readonly<Partial<Record<string, number>>>): void {
  for (const [key, value = 0] of Object.entries(part)) sums[key] = (sums[key] ?? 0) + value;
}
