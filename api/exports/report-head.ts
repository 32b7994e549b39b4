/**
 * The lines above every exported report: title, period, what was chosen, when it was made.
 * @module
 */
import type { ExportLang, ReportNames, ReportStatus } from '../../contracts/http/reports.ts';
import type { KindChoice } from '../../contracts/model/call.ts';
import { localDay, localTime } from '../../domain/calendar.ts';
import { EXPORT_WORDS } from '../../domain/report-export-words.ts';
import { rangeWords, shortDate } from '../../domain/report-words.ts';

export interface HeadOf {
  from: string;
  to: string;
  zone: string;
  generatedAt: string;
  names?: ReportNames | undefined;
  statuses?: readonly ReportStatus[];
  filters: {
    kind?: KindChoice;
    campaign?: string | null;
    list?: number | null;
    status?: string | null;
    agent?: number | null;
  };
}

export function reportHead(title: string, report: HeadOf, lang: ExportLang): string[] {
  const words = EXPORT_WORDS[lang];
  const { names, filters } = report;
  const status = report.statuses?.find(({ code }) => code === filters.status)?.labels[lang];
  const chosen: [string, string | null | undefined][] = [
    [words.kind, filters.kind && words.kinds[filters.kind]],
    [words.campaign, names?.campaign ?? filters.campaign],
    [words.list, names?.list ?? numbered(filters.list)],
    [words.status, status ?? filters.status],
    [words.agent, names?.agent ?? numbered(filters.agent)],
  ];
  return [
    title,
    `${words.range}: ${rangeWords(lang, report.from, report.to)}`,
    ...chosen.flatMap(([label, value]) => (value ? [`${label}: ${value}`] : [])),
    madeAt(report, lang),
  ];
}

/** `Generat la 21.11.2026 12:00 (Europe/Bucharest)`. */
export function madeAt(
  { zone, generatedAt }: Pick<HeadOf, 'zone' | 'generatedAt'>,
  lang: ExportLang,
): string {
  const at = new Date(generatedAt);
  return EXPORT_WORDS[lang].generated
    .replace('{at}', `${shortDate(lang, localDay(zone, at))} ${localTime(zone, at)}`)
    .replace('{zone}', zone);
}

function numbered(id: number | null | undefined): string | undefined {
  return typeof id === 'number' ? `#${id}` : undefined;
}
