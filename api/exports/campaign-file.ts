/**
 * The report of a campaign as a file: a sheet for each part, in the words of the page.
 * @module
 */
import type { CampaignReportView, ListSumsView } from '../../contracts/http/campaign-report.ts';
import type { ExportLang } from '../../contracts/http/reports.ts';
import { localDay, localTime } from '../../domain/calendar.ts';
import { contactWordsEn, contactWordsRo } from '../../domain/contact-words.ts';
import { endReasonWordsEn, endReasonWordsRo } from '../../domain/end-reason-words.ts';
import { shortDate } from '../../domain/report-words.ts';
import { reportHead } from './report-head.ts';
import type { ExportFile, ExportSheet, SheetCell } from './sheets.ts';

const WORDS = {
  ro: {
    title: 'Raportul campaniei',
    file: 'raport-campanie',
    total: 'Total',
    byHand: 'Formate manual',
    kinds: { priority: 'prioritară', normal: 'normală' },
    lists: [
      'Pe liste',
      'Lista',
      'Fel',
      'Contacte',
      'De sunat',
      'Apeluri',
      'Sunați',
      'Contactați',
      'Rezultate pozitive',
    ],
    contacts: ['Contacte după stare', 'Stare', 'Contacte'],
    attempts: ['Apeluri pe contact', 'Apeluri', 'Contacte'],
    answers: ['Răspunsuri la script', 'Câmp', 'Răspuns', 'Apeluri'],
    failures: ['Eșecuri ale trunchiurilor', 'Motiv', 'Trunchi', 'Cod SIP', 'Apeluri'],
    waits: ['De ce așteaptă contactele', 'Motiv', 'Scadente', 'Mai târziu', 'Următorul la'],
    tooSlow: 'Numărarea a durat prea mult.',
    codes: { ...contactWordsRo, ...endReasonWordsRo },
  },
  en: {
    title: 'Report of a campaign',
    file: 'campaign-report',
    total: 'Total',
    byHand: 'Dialed by hand',
    kinds: { priority: 'priority', normal: 'normal' },
    lists: [
      'By list',
      'List',
      'Kind',
      'Contacts',
      'To be called',
      'Calls',
      'Called',
      'Reached',
      'Positive outcomes',
    ],
    contacts: ['Contacts by state', 'State', 'Contacts'],
    attempts: ['Calls per contact', 'Calls', 'Contacts'],
    answers: ['Answers to the script', 'Field', 'Answer', 'Calls'],
    failures: ['Failures of trunks', 'Reason', 'Trunk', 'SIP code', 'Calls'],
    waits: ['Why contacts wait', 'Reason', 'Due', 'Later', 'The next one at'],
    tooSlow: 'Counting took too long.',
    codes: { ...contactWordsEn, ...endReasonWordsEn },
  },
} as const;

/** A part that took too long to count has a line that says so. */
export function campaignFile(report: CampaignReportView, lang: ExportLang): ExportFile {
  const words = WORDS[lang];
  const { from, to, zone, lists, contacts, attempts, answers, failures, waits } = report;
  const word = (code: string): string => (words.codes as Readonly<Record<string, string>>)[code] ?? code;
  const sheet = (
    [name = '', ...columns]: readonly string[],
    rows: ExportSheet['rows'] | undefined,
    totals?: readonly SheetCell[],
  ): ExportSheet =>
    rows === undefined
      ? { name, columns, rows: [[words.tooSlow]] }
      : { name, columns, rows, ...(totals === undefined || rows.length === 0 ? {} : { totals }) };
  const sums = (row: ListSumsView): SheetCell[] => [
    row.contacts,
    row.open,
    row.calls,
    row.called,
    row.reached,
    row.positive,
  ];
  const moment = (at: string | null, due: boolean): string =>
    at === null || due
      ? ''
      : `${shortDate(lang, localDay(zone, new Date(at)))} ${localTime(zone, new Date(at))}`;
  return {
    fileName: [words.file, report.campaign.name, from, ...(from === to ? [] : [to])].join('_'),
    head: reportHead(
      words.title,
      { ...report, filters: { campaign: report.campaign.label, list: report.list } },
      lang,
    ),
    sheets: [
      sheet(
        words.lists,
        lists?.map((row) => [
          row.list ?? words.byHand,
          row.kind === null ? '' : words.kinds[row.kind],
          ...sums(row),
        ]),
        report.listTotals ? [words.total, '', ...sums(report.listTotals)] : undefined,
      ),
      sheet(
        words.contacts,
        contacts?.map((row) => [
          word(row.reason === null ? `camp.state.${row.state}` : `camp.closed.${row.reason}`),
          row.contacts,
        ]),
        [words.total, sum(contacts, (row) => row.contacts)],
      ),
      sheet(
        words.attempts,
        attempts?.map((row) => [row.attempts, row.contacts]),
        [words.total, sum(attempts, (row) => row.contacts)],
      ),
      sheet(
        words.answers,
        answers?.flatMap(({ field, labels, values }) =>
          values.map((one) => [labels?.[lang] ?? field, one.labels?.[lang] ?? one.value, one.calls]),
        ),
      ),
      sheet(
        words.failures,
        failures?.map((row) => [
          word(`reason.${row.reason}`),
          row.trunk ?? '',
          row.sipStatus ?? '',
          row.calls,
        ]),
        [words.total, '', '', sum(failures, (row) => row.calls)],
      ),
      sheet(
        words.waits,
        waits?.map(({ reason, due, contacts: n, nextDueAt }) => [
          word(`camp.wait.${reason ?? 'none'}`),
          due ? n : 0,
          due ? 0 : n,
          moment(nextDueAt, due),
        ]),
        [
          words.total,
          sum(waits, ({ due, contacts: n }) => (due ? n : 0)),
          sum(waits, ({ due, contacts: n }) => (due ? 0 : n)),
          '',
        ],
      ),
    ],
  };
}

function sum<T>(rows: readonly T[] | null, of: (row: T) => number): number {
  return (rows ?? []).reduce((total, row) => total + of(row), 0);
}
