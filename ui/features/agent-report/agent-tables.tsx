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
  const { time, mean } = useFigures();
  const cells = (sums: AgentSums): ComponentChildren[] => {
    const { averageTalkMs, averageHandlingMs } = agentFigures({ ...sums, calls: sums.total });
    return [
      ...[sums.talkMs, sums.holdMs, sums.wrapUpMs].map(time),
      ...[averageTalkMs, averageHandlingMs].map(mean),
    ];
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
  const { time, rate, share } = useFigures();
  const used = STATES.filter((state) => (report.totals.states[state] ?? 0) > 0 || state === 'available');
  const cells = (sums: AgentSums): ComponentChildren[] => {
    const { shiftMs, availability, callsPerHour } = agentFigures({ ...sums, calls: sums.total });
    return [
      ...used.map((state) => time(sums.states[state] ?? 0)),
      time(shiftMs),
      availability === null ? '–' : share(availability),
      callsPerHour === null ? '–' : rate(callsPerHour),
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
  const { length, hours, rate, share } = useApp().i18n.format();
  const zero = <span class="zero">0</span>;
  /** Hours, minutes, seconds: `48:00` below `10:24:00` would be read as hours. */
  const time = (ms: number): ComponentChildren => (ms === 0 ? zero : hours(ms));
  /** Minutes and seconds of one call. */
  const mean = (ms: number | null): ComponentChildren => (ms === null ? '–' : length(ms));
  return { time, mean, rate, share };
}
