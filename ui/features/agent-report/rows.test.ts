import { describe, expect, it } from 'vitest';
import type { AgentReport, AgentReportRow } from '../../../contracts/http/agent-report.ts';
import { agentColumns, byAgent } from './rows.ts';

const row = (id: number, from: string, busy: number): AgentReportRow => ({
  agent: { id, name: id === 1 ? 'Ana Pop' : 'Dan' },
  from,
  to: from,
  counts: { busy },
  total: busy,
  answered: 0,
  talkMs: 10,
  holdMs: 0,
  wrapUpMs: 0,
  states: { paused: 5 },
});
const rows = [row(1, '2026-11-19', 1), row(1, '2026-11-20', 2), row(2, '2026-11-19', 4)];

describe('the rows of the report of agents', () => {
  it('stand below their agent, who is their sum', () => {
    expect(byAgent(rows).map(({ agent, sums, rows: of }) => [agent.name, sums, of.length])).toEqual([
      ['Ana Pop', expect.objectContaining({ counts: { busy: 3 }, total: 3, states: { paused: 10 } }), 2],
      ['Dan', expect.objectContaining({ total: 4, talkMs: 10 }), 1],
    ]);
  });

  it('are columns by agent, or by day of all agents', () => {
    const report = (by: 'all' | 'day') => ({ rows, filters: { by } }) as unknown as AgentReport;
    expect(agentColumns(report('day'), 'ro').map(({ short, sums }) => [short, sums.total])).toEqual([
      ['19.11', 5],
      ['20.11', 2],
    ]);
    expect(agentColumns(report('all'), 'ro').map(({ short }) => short)).toEqual(['Ana P.', 'Ana P.', 'Dan']);
  });
});
