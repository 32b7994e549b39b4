/**
 * The reports of calls, for their pages; exports are plain addresses that the browser fetches.
 * @module
 */
import type {
  CallsReport,
  ExportFormat,
  IntervalReportQuery,
  PeriodReport,
  PeriodReportQuery,
} from '../../contracts/http/reports.ts';
import type { PeriodReportName } from '../../domain/report-periods.ts';
import { search, type Request } from './client.ts';

export type ReportQuery = PeriodReportQuery | IntervalReportQuery;

export interface ReportsApi {
  period: (report: PeriodReportName, query: ReportQuery, signal?: AbortSignal) => Promise<PeriodReport>;
  calls: (query: IntervalReportQuery, signal?: AbortSignal) => Promise<CallsReport>;
}

export function createReportsApi(request: Request): ReportsApi {
  return {
    period: (report, query, signal) => request(`/api/reports/${report}${search(query)}`, {}, signal),
    calls: (query, signal) => request(`/api/reports/calls${search(query)}`, {}, signal),
  };
}

/** Address of the file with what is shown, in the words of a language. */
export function exportAddress(
  report: string,
  format: ExportFormat,
  query: Readonly<Record<string, string | number | undefined>>,
  lang: string,
): string {
  return `/api/reports/${report}.${format}${search({ ...query, lang })}`;
}
