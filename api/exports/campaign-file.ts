/**
 * The report of a campaign as a file: a sheet for each part.
 * @module
 */
import type { CampaignReportView } from '../../contracts/http/campaign-report.ts';
import type { ExportLang } from '../../contracts/http/reports.ts';
import { localDay, localTime } from '../../domain/calendar.ts';
import { rangeWords, shortDate } from '../../domain/report-words.ts';
import type { ExportFile, ExportSheet } from './sheets.ts';

const WORDS = {
  ro: {
    title: 'Raportul campaniei',
    generated: 'Generat la',
    lists: [
      'Pe liste',
      'Lista',
      'Contacte',
      'De sunat',
      'Apeluri',
      'Sunați',
      'Contactați',
      'Rezultate pozitive',
    ],
    contacts: ['Contacte', 'Stare', 'Motiv', 'Contacte'],
    attempts: ['Apeluri pe contact', 'Apeluri', 'Contacte'],
    answers: ['Răspunsuri', 'Câmp', 'Răspuns', 'Apeluri'],
    failures: ['Eșecuri', 'Trunchi', 'Motiv', 'Cod SIP', 'Apeluri'],
    waits: ['Așteptare', 'Motiv', 'Scadente', 'Mai târziu'],
  },
  en: {
    title: 'Report of a campaign',
    generated: 'Generated',
    lists: ['By list', 'List', 'Contacts', 'To be called', 'Calls', 'Called', 'Reached', 'Positive outcomes'],
    contacts: ['Contacts', 'State', 'Reason', 'Contacts'],
    attempts: ['Calls per contact', 'Calls', 'Contacts'],
    answers: ['Answers', 'Field', 'Answer', 'Calls'],
    failures: ['Failures', 'Trunk', 'Reason', 'SIP code', 'Calls'],
    waits: ['Waiting', 'Reason', 'Due', 'Later'],
  },
} as const;

/** Reasons and states stand as the codes that the documentation names. A part that took too long has no rows. */
export function campaignFile(report: CampaignReportView, lang: ExportLang): ExportFile {
  const words = WORDS[lang];
  const { from, to, zone } = report;
  const at = new Date(report.generatedAt);
  const sheet = (
    [name = '', ...columns]: readonly string[],
    rows: ExportSheet['rows'] | undefined,
  ): ExportSheet => ({ name, columns, rows: rows ?? [] });
  return {
    fileName: `campanie-${report.campaign.name}-${from}-${to}`,
    head: [
      `${words.title}: ${report.campaign.label}`,
      rangeWords(lang, from, to),
      `${words.generated} ${shortDate(lang, localDay(zone, at))} ${localTime(zone, at)} (${zone})`,
    ],
    sheets: [
      sheet(
        words.lists,
        report.lists?.map((row) => [
          row.list ?? '',
          row.contacts,
          row.open,
          row.calls,
          row.called,
          row.reached,
          row.positive,
        ]),
      ),
      sheet(
        words.contacts,
        report.contacts?.map((row) => [row.state, row.reason ?? '', row.contacts]),
      ),
      sheet(
        words.attempts,
        report.attempts?.map((row) => [row.attempts, row.contacts]),
      ),
      sheet(
        words.answers,
        report.answers?.flatMap(({ field, labels, values }) =>
          values.map((one) => [labels?.[lang] ?? field, one.labels?.[lang] ?? one.value, one.calls]),
        ),
      ),
      sheet(
        words.failures,
        report.failures?.map((row) => [row.trunk ?? '', row.reason, row.sipStatus ?? '', row.calls]),
      ),
      sheet(
        words.waits,
        report.waits?.map((row) => [
          row.reason ?? '',
          row.due ? row.contacts : 0,
          row.due ? 0 : row.contacts,
        ]),
      ),
    ],
  };
}
