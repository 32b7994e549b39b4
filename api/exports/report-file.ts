/**
 * Reports of calls as files: the same rows, words and figures as on the page, without its formats (talk in seconds).
 * @module
 */
import type {
  CallsReport,
  ExportLang,
  PeriodReport,
  ReportStatus,
  ReportSumsView,
} from '../../contracts/http/reports.ts';
import { EXPORT_WORDS } from '../../domain/report-export-words.ts';
import { rowWords, shortDate } from '../../domain/report-words.ts';
import { reportHead, type HeadOf } from './report-head.ts';
import type { ExportFile, ExportSheet, SheetCell } from './sheets.ts';

export function periodFile(report: PeriodReport, lang: ExportLang): ExportFile {
  const words = EXPORT_WORDS[lang];
  return {
    ...frame(report.report, report, lang),
    sheets: report.tables.map(({ by, rows }): ExportSheet => {
      const wide = rows.some(({ from, to }) => from !== to);
      const dates = by === 'slot' ? [] : wide ? [words.from, words.to] : [words.day];
      return {
        name: words.tables[by],
        columns: [words.row, ...dates, ...sumColumns(report.statuses, lang)],
        rows: rows.map((row) => [
          rowWords(lang, { report: report.report, by }, row).name,
          ...[row.from, row.to].slice(0, dates.length).map((date) => shortDate(lang, date)),
          ...sumCells(report.statuses, row),
        ]),
        totals: [words.total, ...dates.map(() => ''), ...sumCells(report.statuses, report.totals)],
      };
    }),
  };
}

export function callsFile(report: CallsReport, lang: ExportLang): ExportFile {
  const words = EXPORT_WORDS[lang];
  const { statuses, totals, kinds, waits } = report;
  const sheets: ExportSheet[] = [
    {
      name: words.tables.kind,
      columns: [words.kind, ...sumColumns(statuses, lang), words.answerRate],
      rows: kinds.map((row) => [words.kinds[row.kind], ...sumCells(statuses, row), rate(row)]),
      totals: [words.total, ...sumCells(statuses, totals), rate(totals)],
    },
    {
      name: words.tables.waits,
      columns: [words.kind, ...words.waits],
      rows: waits.map(({ kind, answered, answeredMs, unanswered, unansweredMs }) => [
        words.kinds[kind],
        answered,
        seconds(answeredMs),
        unanswered,
        seconds(unansweredMs),
      ]),
    },
  ];
  return { ...frame('calls', report, lang), sheets };
}

function frame(
  name: PeriodReport['report'] | 'calls',
  report: HeadOf,
  lang: ExportLang,
): Pick<ExportFile, 'fileName' | 'head'> {
  const words = EXPORT_WORDS[lang];
  const { from, to } = report;
  return {
    fileName: [words.files[name], from, ...(from === to ? [] : [to])].join('_'),
    head: reportHead(words.titles[name], report, lang),
  };
}

/** Every status has a column, also without calls: files of two days have the same columns. */
function sumColumns(statuses: readonly ReportStatus[], lang: ExportLang): string[] {
  const words = EXPORT_WORDS[lang];
  return [...statuses.map(({ labels }) => labels[lang]), words.total, words.answered, words.talkSeconds];
}

function sumCells(statuses: readonly ReportStatus[], sums: ReportSumsView): SheetCell[] {
  return [
    ...statuses.map(({ code }) => sums.counts[code] ?? 0),
    sums.total,
    sums.answered,
    Math.round(sums.talkMs / 1000),
  ];
}

function rate({ answered, total }: ReportSumsView): SheetCell {
  return total === 0 ? '' : Math.round((1000 * answered) / total) / 10;
}

function seconds(ms: number | null): SheetCell {
  return ms === null ? '' : Math.round(ms / 100) / 10;
}
