/**
 * Puts the report of agents together: calls by status and time by state, in one moment.
 * @module
 */
import {
  MAX_AGENT_ROWS,
  type AgentReport,
  type AgentReportQuery,
  type AgentReportRow,
} from '../../contracts/http/agent-report.ts';
import { listAgents, readAgentCalls, readAgentTime, type AgentReportFilter } from '../../db/agent-report.ts';
import { inOneMoment } from '../../db/report-interval.ts';
import { SKIPPED_STATUS } from '../../domain/agent-commit.ts';
import { kindsOf } from '../../domain/call-kinds.ts';
import { addDays, daysBetween, lastOfMonth, mondayOf } from '../../domain/local-dates.ts';
import { MAX_INTERVAL_DAYS } from '../../domain/report-periods.ts';
import { ApiProblem } from '../http/problem.ts';
import { findCampaign } from './campaigns.ts';
import type { ReportDeps } from './reports.ts';
import { listStatuses } from './statuses.ts';

type Figures = Omit<AgentReportRow, 'agent' | 'from' | 'to'>;

export async function agentReport(deps: ReportDeps, asked: AgentReportQuery): Promise<AgentReport> {
  const { from, to, by, kind = 'dialed', campaign, list, status, agent } = asked;
  checkRange(from, to);
  const found = campaign === undefined ? undefined : await findCampaign(deps.db, campaign);
  if (found === null) throw new ApiProblem('not-found');
  const zone = found?.calendar?.zone ?? deps.siteZone;
  const now = deps.clock.now();
  const filter: AgentReportFilter = {
    zone,
    from,
    to,
    by,
    kinds: kindsOf(kind),
    campaignId: found?.id,
    listId: list,
    agentId: agent,
  };
  const read = await inOneMoment(deps.db, async (on) => ({
    calls: await readAgentCalls(on, filter),
    time: await readAgentTime(on, { ...filter, now }),
    agents: await listAgents(on),
  }));
  const all = (await listStatuses(deps.db)).filter(
    ({ code }) => code !== SKIPPED_STATUS && (status === undefined || code === status),
  );
  const none = (): Figures => ({
    counts: Object.fromEntries(all.map(({ code }) => [code, 0])),
    total: 0,
    answered: 0,
    talkMs: 0,
    holdMs: 0,
    wrapUpMs: 0,
    states: {},
  });
  const totals = none();
  const rows = new Map<string, AgentReportRow>();
  const names = new Map(read.agents.map(({ id, name }) => [id, name]));
  const rowOf = (agentId: number, bucket: string): Figures => {
    const key = `${agentId} ${bucket}`;
    const known = rows.get(key);
    if (known) return known;
    if (rows.size >= MAX_AGENT_ROWS) throw tooLong();
    const agentName = names.get(agentId) ?? `#${agentId}`;
    const row = {
      agent: { id: agentId, name: agentName },
      from: bucket,
      to: endOf(bucket, by, to),
      ...none(),
    };
    rows.set(key, row);
    return row;
  };
  for (const { agentId, bucket, status: code, calls, ...sums } of read.calls) {
    if (status !== undefined && code !== status) continue;
    for (const figures of [rowOf(agentId, bucket), totals]) {
      figures.counts[code] = (figures.counts[code] ?? 0) + calls;
      figures.total += calls;
      figures.answered += sums.answered;
      figures.talkMs += sums.talkMs;
      figures.holdMs += sums.holdMs;
      figures.wrapUpMs += sums.wrapUpMs;
    }
  }
  for (const { agentId, bucket, state, ms } of read.time) {
    for (const { states } of [rowOf(agentId, bucket), totals]) states[state] = (states[state] ?? 0) + ms;
  }
  const order = new Intl.Collator('ro');
  return {
    from,
    to,
    zone,
    generatedAt: now.toISOString(),
    filters: {
      by,
      kind,
      campaign: campaign ?? null,
      list: list ?? null,
      status: status ?? null,
      agent: agent ?? null,
    },
    statuses: all.map((one) => ({ ...one, used: (totals.counts[one.code] ?? 0) > 0 })),
    rows: [...rows.values()].toSorted(
      (a, b) =>
        order.compare(a.agent.name, b.agent.name) ||
        a.agent.id - b.agent.id ||
        (a.from < b.from ? -1 : Number(a.from > b.from)),
    ),
    totals,
  };
}

export function checkRange(from: string, to: string): void {
  const days = daysBetween(from, to);
  if (days < 1) throw invalid('is before `from`');
  if (days > MAX_INTERVAL_DAYS) throw invalid(`is more than ${MAX_INTERVAL_DAYS} days after \`from\``);
}

function invalid(message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path: 'to', message }] });
}

function tooLong(): ApiProblem {
  const message = `would be more than ${MAX_AGENT_ROWS} rows: ask for larger ones, or for one agent`;
  return new ApiProblem('invalid-request', { issues: [{ path: 'by', message }] });
}

/** Last day of the bucket that begins (or, of the first one, is entered) at `from`. */
function endOf(from: string, by: AgentReportQuery['by'], last: string): string {
  const end = bucketEnd(from, by, last);
  return end < last ? end : last;
}

function bucketEnd(from: string, by: AgentReportQuery['by'], last: string): string {
  switch (by) {
    case 'day':
      return from;
    case 'week':
      return addDays(mondayOf(from), 6);
    case 'month':
      return lastOfMonth(from);
    case 'year':
      return `${from.slice(0, 'YYYY'.length)}-12-31`;
    default:
      return last;
  }
}
