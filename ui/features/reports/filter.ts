/**
 * What a report is asked for, and its form in the address: `?de=2026-11-16&pana=2026-11-22&campanie=oradea&tip=inbound`.
 * @module
 */
import { KIND_CHOICES, type KindChoice } from '../../../contracts/model/call.ts';
import {
  MAX_INTERVAL_DAYS,
  periodAround,
  presetRange,
  type DateRange,
  type PeriodReportName,
} from '../../../domain/report-periods.ts';
import { daysBetween } from '../../../domain/local-dates.ts';
import { search } from '../../api/client.ts';
import { isLocalDate } from '../../i18n/format.ts';
import { callsAddress, listId, withoutEmpty, type CallsFilter } from '../calls/filters.ts';
import type { SlotName } from '../../../domain/report-slots.ts';

/** Filters beside the range; what is absent is not asked for. */
export interface ReportChoices {
  kind?: KindChoice;
  campaign?: string;
  /** Id of a list. */
  list?: number;
  /** Code of a status. */
  status?: string;
}

export interface ReportFilter extends ReportChoices, DateRange {}

type Query = Readonly<Record<string, string | undefined>>;

/** Reads the filters beside the range; what makes no sense is left out. */
export function parseChoices(query: Query): ReportChoices {
  const kind = KIND_CHOICES.find((choice) => choice === query['tip']);
  const list = listId(query['lista']);
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(query['campanie'] ? { campaign: query['campanie'] } : {}),
    ...(list === undefined ? {} : { list }),
    ...(query['status'] ? { status: query['status'] } : {}),
  };
}

/** `?de=&pana=`, or one of `?data=`, `?saptamana=`, `?luna=`, `?an=` for the period around a day; undefined without a range. */
export function parseRange(query: Query): DateRange | undefined {
  const { de, pana, data, saptamana, luna, an } = query;
  if (isLocalDate(data)) return periodAround('daily', data);
  if (isLocalDate(saptamana)) return periodAround('weekly', saptamana);
  if (isLocalDate(`${luna}-01`)) return periodAround('monthly', `${luna}-01`);
  if (isLocalDate(`${an}-01-01`)) return periodAround('yearly', `${an}-01-01`);
  if (!isLocalDate(de)) return undefined;
  const to = isLocalDate(pana) && pana >= de ? pana : de;
  return daysBetween(de, to) > MAX_INTERVAL_DAYS ? { from: de, to: de } : { from: de, to };
}

/** The filter of a report's page: its own kind of period, the one of today where the address has none. */
export function parseReport(query: Query, report: PeriodReportName, today: string): ReportFilter {
  const asked = parseRange(query);
  const range =
    report === 'interval'
      ? (asked ?? presetRange('this-month', today))
      : periodAround(report, asked?.from ?? today);
  return { ...range, ...parseChoices(query) };
}

/**
 * @param path of the page
 * @param more what only this report has
 */
export function reportAddress(
  path: string,
  filter: ReportFilter,
  more: Readonly<Record<string, string | number | undefined>> = {},
): string {
  return `${path}${search({
    de: filter.from,
    pana: filter.to === filter.from ? undefined : filter.to,
    tip: filter.kind === 'dialed' ? undefined : filter.kind,
    campanie: filter.campaign,
    lista: filter.list,
    status: filter.status,
    ...more,
  })}`;
}

/** What a figure of a row counts: all of its calls, or those with a status, with an answer, with a positive outcome. */
export type FigureOf = Pick<CallsFilter, 'status' | 'answered' | 'flag'>;

/** The calls behind a figure of a row. Reports count calls with an outcome only. */
export function cellAddress(
  filters: { kind: KindChoice; campaign: string | null; list: number | null; status: string | null },
  row: DateRange & { slot?: SlotName | null },
  of: FigureOf,
): string {
  return callsAddress(
    withoutEmpty({
      from: row.from,
      to: row.to,
      slot: row.slot ?? undefined,
      campaign: filters.campaign ?? undefined,
      list: filters.list ?? undefined,
      kind: filters.kind === 'all' ? undefined : filters.kind,
      status: filters.status ?? undefined,
      state: 'counted',
      ...of,
    }),
  );
}
