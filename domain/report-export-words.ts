/**
 * Words of exported reports that the page has among its own; files are written by the server.
 * @module
 */
import type { KindChoice } from '../contracts/model/call.ts';
import type { PeriodReportName, RowUnit } from './report-periods.ts';
import type { ReportLang } from './report-words.ts';

export interface ExportWords {
  titles: Readonly<Record<PeriodReportName | 'calls', string>>;
  /** Of the files, without what an address would have to escape. */
  files: Readonly<Record<PeriodReportName | 'calls', string>>;
  tables: Readonly<Record<RowUnit | 'kind' | 'waits', string>>;
  kinds: Readonly<Record<KindChoice, string>>;
  range: string;
  kind: string;
  campaign: string;
  list: string;
  status: string;
  agent: string;
  /** `{at}`, `{zone}`. */
  generated: string;
  row: string;
  day: string;
  from: string;
  to: string;
  total: string;
  answered: string;
  talkSeconds: string;
  answerRate: string;
  waits: readonly [string, string, string, string];
}

const ro: ExportWords = {
  titles: {
    daily: 'Raport zilnic',
    weekly: 'Raport săptămânal',
    monthly: 'Raport lunar',
    yearly: 'Raport anual',
    interval: 'Raport generic',
    calls: 'Raport de apeluri',
  },
  files: {
    daily: 'raport-zilnic',
    weekly: 'raport-saptamanal',
    monthly: 'raport-lunar',
    yearly: 'raport-anual',
    interval: 'raport-generic',
    calls: 'raport-apeluri',
  },
  tables: {
    slot: 'Pe ore',
    weekday: 'Pe zile',
    day: 'Pe zile',
    week: 'Pe săptămâni',
    month: 'Pe luni',
    'day-slot': 'Pe zile și ore',
    kind: 'Pe tipuri',
    waits: 'Așteptarea',
  },
  kinds: {
    dialed: 'Efectuate',
    outbound: 'Efectuate de agenți',
    robot: 'Efectuate de robot',
    inbound: 'Primite',
    all: 'Toate',
  },
  range: 'Perioada',
  kind: 'Tip de apel',
  campaign: 'Campanie',
  list: 'Listă',
  status: 'Status',
  agent: 'Agent',
  generated: 'Generat la {at} ({zone})',
  row: 'Rând',
  day: 'Ziua',
  from: 'De la',
  to: 'Până la',
  total: 'Total',
  answered: 'Au răspuns',
  talkSeconds: 'Convorbire (s)',
  answerRate: 'Rata de răspuns (%)',
  waits: ['Cu răspuns', 'Până la răspuns (s)', 'Fără răspuns', 'Sunat până la renunțare (s)'],
};

const en: ExportWords = {
  titles: {
    daily: 'Daily report',
    weekly: 'Weekly report',
    monthly: 'Monthly report',
    yearly: 'Yearly report',
    interval: 'Report of an interval',
    calls: 'Report of calls',
  },
  files: {
    daily: 'daily-report',
    weekly: 'weekly-report',
    monthly: 'monthly-report',
    yearly: 'yearly-report',
    interval: 'interval-report',
    calls: 'calls-report',
  },
  tables: {
    slot: 'By hour',
    weekday: 'By day',
    day: 'By day',
    week: 'By week',
    month: 'By month',
    'day-slot': 'By day and hour',
    kind: 'By kind',
    waits: 'Waiting',
  },
  kinds: {
    dialed: 'Outgoing',
    outbound: 'Outgoing, by agents',
    robot: 'Outgoing, by the robot',
    inbound: 'Incoming',
    all: 'All',
  },
  range: 'Period',
  kind: 'Kind of call',
  campaign: 'Campaign',
  list: 'List',
  status: 'Status',
  agent: 'Agent',
  generated: 'Made on {at} ({zone})',
  row: 'Row',
  day: 'Day',
  from: 'From',
  to: 'To',
  total: 'Total',
  answered: 'Answered',
  talkSeconds: 'Talk (s)',
  answerRate: 'Answer rate (%)',
  waits: ['Answered', 'Until the answer (s)', 'Not answered', 'Ringing until given up (s)'],
};

export const EXPORT_WORDS: Readonly<Record<ReportLang, ExportWords>> = { ro, en };
