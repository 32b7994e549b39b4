/**
 * The report of agents as a file: the rows of the page, times in seconds.
 * @module
 */
import type { AgentReport, AgentReportRow } from '../../contracts/http/agent-report.ts';
import type { ExportLang } from '../../contracts/http/reports.ts';
import { AGENT_STATES } from '../../contracts/model/agent.ts';
import { agentFigures } from '../../domain/agent-figures.ts';
import { shortDate } from '../../domain/report-words.ts';
import { reportHead } from './report-head.ts';
import type { ExportFile, SheetCell } from './sheets.ts';

const WORDS = {
  ro: {
    title: 'Raportul agenților',
    file: 'raport-agenti',
    sheet: 'Agenți',
    columns: ['Agent', 'De la', 'Până la'],
    total: 'Total',
    answered: 'Au răspuns',
    times: [
      'Convorbire (s)',
      'Așteptare (s)',
      'Finalizare (s)',
      'Convorbire medie (s)',
      'Durată medie de tratare (s)',
    ],
    states: {
      'logged-out': 'Delogat (s)',
      'logged-in': 'Logat (s)',
      available: 'Disponibil (s)',
      paused: 'Pauză (s)',
      calling: 'Sună (s)',
      'in-call': 'În apel (s)',
      'wrap-up': 'Stare de finalizare (s)',
      missed: 'Ratat (s)',
    },
    ends: ['În tură (s)', 'Disponibilitate (%)', 'Apeluri pe oră'],
  },
  en: {
    title: 'Report of agents',
    file: 'agents-report',
    sheet: 'Agents',
    columns: ['Agent', 'From', 'To'],
    total: 'Total',
    answered: 'Answered',
    times: ['Talk (s)', 'Hold (s)', 'Wrap-up (s)', 'Mean talk (s)', 'Average handling time (s)'],
    states: {
      'logged-out': 'Logged out (s)',
      'logged-in': 'Logged in (s)',
      available: 'Available (s)',
      paused: 'Paused (s)',
      calling: 'Calling (s)',
      'in-call': 'In call (s)',
      'wrap-up': 'State of wrap-up (s)',
      missed: 'Missed (s)',
    },
    ends: ['On shift (s)', 'Availability (%)', 'Calls per hour'],
  },
} as const;

const STATES = AGENT_STATES.filter((state) => state !== 'logged-out');
type Sums = Omit<AgentReportRow, 'agent' | 'from' | 'to'>;

export function agentFile(report: AgentReport, lang: ExportLang): ExportFile {
  const words = WORDS[lang];
  const { statuses, from, to } = report;
  const cells = (sums: Sums): SheetCell[] => {
    const { shiftMs, averageTalkMs, averageHandlingMs, availability, callsPerHour } = agentFigures({
      ...sums,
      calls: sums.total,
    });
    return [
      ...statuses.map(({ code }) => sums.counts[code] ?? 0),
      sums.total,
      sums.answered,
      ...[sums.talkMs, sums.holdMs, sums.wrapUpMs, averageTalkMs, averageHandlingMs].map(seconds),
      ...STATES.map((state) => seconds(sums.states[state] ?? 0)),
      seconds(shiftMs),
      availability === null ? '' : rounded(100 * availability, 1),
      callsPerHour === null ? '' : rounded(callsPerHour, 2),
    ];
  };
  return {
    fileName: [words.file, from, ...(from === to ? [] : [to])].join('_'),
    head: reportHead(words.title, report, lang),
    sheets: [
      {
        name: words.sheet,
        columns: [
          ...words.columns,
          ...statuses.map(({ labels }) => labels[lang]),
          words.total,
          words.answered,
          ...words.times,
          ...STATES.map((state) => words.states[state]),
          ...words.ends,
        ],
        rows: report.rows.map((row) => [
          row.agent.name,
          shortDate(lang, row.from),
          shortDate(lang, row.to),
          ...cells(row),
        ]),
        totals: [words.total, '', '', ...cells(report.totals)],
      },
    ],
  };
}

function seconds(ms: number | null): SheetCell {
  return ms === null ? '' : Math.round(ms / 1000);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
