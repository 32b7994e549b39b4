/**
 * How long each agent was in each state, with what follows from it.
 * @module
 */
import type { VNode } from 'preact';
import type { AgentReport, AgentReportRow } from '../../../contracts/http/agent-report.ts';
import { AGENT_STATES } from '../../../contracts/model/agent.ts';
import { agentFigures } from '../../../domain/agent-figures.ts';
import { useApp } from '../../app-context.ts';
import { Card } from '../../design/parts.tsx';

const STATES = AGENT_STATES.filter((state) => state !== 'logged-out');

export function TimeTable(props: {
  report: AgentReport;
  keyOf: (row: AgentReportRow) => string;
  noteOf: (row: AgentReportRow) => string | undefined;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { report } = props;
  const used = STATES.filter((state) => (report.totals.states[state] ?? 0) > 0 || state === 'available');
  return (
    <Card class="report-card" title={t('agents.time')}>
      <div class="table-wrap report-wrap" tabIndex={0} role="group" aria-label={t('agents.time')}>
        <table class="table report">
          <caption class="sr">{t('agents.time')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('agents.agent')}</th>
              {used.map((state) => (
                <th scope="col" class="num" key={state}>
                  {t(`agents.state.${state}`)}
                </th>
              ))}
              <th scope="col" class="num total">
                {t('agents.shift')}
              </th>
              <th scope="col" class="num">
                {t('agents.availability')}
              </th>
              <th scope="col" class="num">
                {t('agents.perHour')}
              </th>
            </tr>
          </thead>
          <tbody>
            {report.rows.map((row) => (
              <tr key={props.keyOf(row)}>
                <th scope="row">
                  {row.agent.name}
                  {props.noteOf(row) === undefined ? null : <small>{props.noteOf(row)}</small>}
                </th>
                <Times sums={row} used={used} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('report.total')}</th>
              <Times sums={report.totals} used={used} />
            </tr>
          </tfoot>
        </table>
      </div>
      <p class="table-note">{t('agents.timeNote')}</p>
    </Card>
  );
}

function Times({ sums, used }: { sums: AgentReport['totals']; used: typeof STATES }): VNode {
  const { i18n } = useApp();
  const { clock, number, percent } = i18n.format();
  const { shiftMs, availability, callsPerHour } = agentFigures({ ...sums, calls: sums.total });
  const time = (ms: number) => (ms === 0 ? <span class="zero">0</span> : clock(ms));
  return (
    <>
      {used.map((state) => (
        <td class="num" key={state}>
          {time(sums.states[state] ?? 0)}
        </td>
      ))}
      <td class="num total">{time(shiftMs)}</td>
      <td class="num">{availability === null ? '–' : percent(availability)}</td>
      <td class="num">{callsPerHour === null ? '–' : number(Math.round(callsPerHour * 10) / 10)}</td>
    </>
  );
}
