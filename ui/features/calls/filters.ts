/**
 * Filters of the calls list, and their form in the address (`?de=2026-11-16&pana=2026-11-22&status=busy`). The number
 * is not in it: addresses end in histories and logs.
 * @module
 */
import { CALL_KINDS, CALL_RESULTS, type CallKind, type CallResult } from '../../../contracts/model/call.ts';
import { OUTSIDE_SLOT, REPORT_SLOTS } from '../../../domain/report-slots.ts';
import { search, type CallFilters } from '../../api/client.ts';
import { isLocalDate } from '../../i18n/format.ts';

export interface CallsFilter {
  from?: string;
  to?: string;
  /** Slot of Raport zilnic, `9-10` or `outside`. */
  slot?: string;
  campaign?: string;
  status?: string;
  kind?: CallKind;
  result?: CallResult;
}

/** The slot outside 7-20, as it stands in the address. */
const OUTSIDE_IN_ADDRESS = 'in-afara';

/** Reads the address; what makes no sense is left out. */
export function parseFilter(query: Readonly<Record<string, string | undefined>>): CallsFilter {
  const slot = query['ora'] === OUTSIDE_IN_ADDRESS ? OUTSIDE_SLOT : query['ora'];
  return withoutEmpty({
    from: isLocalDate(query['de']) ? query['de'] : undefined,
    to: isLocalDate(query['pana']) ? query['pana'] : undefined,
    slot: REPORT_SLOTS.some((row) => row.slot === slot) ? slot : undefined,
    campaign: query['campanie'],
    status: query['status'],
    kind: CALL_KINDS.find((kind) => kind === query['tip']),
    result: CALL_RESULTS.find((result) => result === query['rezultat']),
  });
}

/** Address of the calls list with these filters. */
export function callsAddress(filter: CallsFilter): string {
  return `/apeluri${search({
    de: filter.from,
    pana: filter.to,
    ora: filter.slot === OUTSIDE_SLOT ? OUTSIDE_IN_ADDRESS : filter.slot,
    campanie: filter.campaign,
    status: filter.status,
    tip: filter.kind,
    rezultat: filter.result,
  })}`;
}

/** What the API understands; the hour is looked for by the store. */
export function apiFilters(filter: CallsFilter, number: string): CallFilters {
  const { slot: _slot, ...rest } = filter;
  return number.trim() === '' ? rest : { ...rest, number: number.trim() };
}

export function isEmptyFilter(filter: CallsFilter, number: string): boolean {
  return Object.keys(filter).length === 0 && number.trim() === '';
}

/** An object without `undefined` and empty texts, so that `exactOptionalPropertyTypes` is content. */
export function withoutEmpty(filter: { [K in keyof CallsFilter]: CallsFilter[K] | undefined }): CallsFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  );
}
