/**
 * How long each agent's calls took, and how long each agent was in each state, with what follows from both.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { AgentReport } from '../../../contracts/http/agent-report.ts';
import { AGENT_STATES } from '../../../contracts/model/agent.ts';
import { agentFigures } from '../../../domain/agent-figures.ts';
import { useApp } from '../../app-context.ts';
import { FigureTable, type FigureRow } from '../reports/figure-table.tsx';
import type { AgentSums } from './rows.ts';

const STATES = AGENT_STATES.filter((state) => state !== 'logged-out');

interface Props {
  report: AgentReport;
  /** Words of a row, in each table the same. */
  rows: readonly (Omit<FigureRow, 'cells'> & { sums: AgentSums })[];
}

export function DurationsTable({ report, rows }: Props): VNode {
  const { t } = useApp().i18n;
  const { time } = useFigures();
  const cells = (sums: AgentSums): ComponentChildren[] => {
    const { averageTalkMs, averageHandlingMs } = agentFigures({ ...sums, calls: sums.total });
    return [sums.talkMs, sums.holdMs, sums.wrapUpMs, averageTalkMs ?? 0, averageHandlingMs ?? 0].map(time);
  };
  return (
    <FigureTable
      title={t('agents.durations')}
      head={[
        t('agents.agent'),
        t('agents.talk'),
        t('agents.hold'),
        t('agents.wrapUp'),
        t('agents.meanTalk'),
        t('agents.aht'),
      ]}
      rows={rows.map(({ sums, ...row }) => ({ ...row, cells: cells(sums) }))}
      totals={[t('report.total'), ...cells(report.totals)]}
      note={t('agents.durationsNote')}
    />
  );
}

export function StatesTable({ report, rows }: Props): VNode {
  const { t } = useApp().i18n;
  const { time, number, percent } = useFigures();
  const used = STATES.filter((state) => (report.totals.states[state] ?? 0) > 0 || state === 'available');
  const cells = (sums: AgentSums): ComponentChildren[] => {
    const { shiftMs, availability, callsPerHour } = agentFigures({ ...sums, calls: sums.total });
    return [
      ...used.map((state) => time(sums.states[state] ?? 0)),
      time(shiftMs),
      availability === null ? '–' : percent(availability),
      callsPerHour === null ? '–' : number(Math.round(callsPerHour * 10) / 10),
    ];
  };
  return (
    <FigureTable
      title={t('agents.time')}
      head={[
        t('agents.agent'),
        ...used.map((state) => t(`agents.state.${state}`)),
        { name: t('agents.shift'), total: true },
        t('agents.availability'),
        t('agents.perHour'),
      ]}
      rows={rows.map(({ sums, ...row }) => ({ ...row, cells: cells(sums) }))}
      totals={[t('report.total'), ...cells(report.totals)]}
      note={t('agents.timeNote')}
    />
  );
}

function useFigures() {
  const { clock, number, percent } = useApp().i18n.format();
  /** Hours, minutes, seconds. */
  const time = (ms: number): ComponentChildren => (ms === 0 ? <span class="zero">0</span> : clock(ms));
  return { time, number, percent };
}
