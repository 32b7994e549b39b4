/**
 * Filters of the calls list, and their form in the address (`?de=2026-11-16&pana=2026-11-22&status=busy`). The number
 * is not in it: addresses end in histories and logs.
 * @module
 */
import {
  CALL_RESULTS,
  KIND_CHOICES,
  type CallResult,
  type KindChoice,
} from '../../../contracts/model/call.ts';
import type { CallsQuery } from '../../../contracts/http/calls.ts';
import { OUTSIDE_SLOT, REPORT_SLOTS, type SlotName } from '../../../domain/report-slots.ts';
import { search, type CallFilters } from '../../api/client.ts';
import { isLocalDate } from '../../i18n/format.ts';

export interface CallsFilter {
  from?: string;
  to?: string;
  /** Slot of Raport zilnic, `9-10` or `outside`. */
  slot?: SlotName;
  campaign?: string;
  /** Id of a list. */
  list?: number;
  /** User id. */
  agent?: number;
  status?: string;
  kind?: KindChoice;
  result?: CallResult;
  state?: CallState;
}

/** An id in an address, or undefined. */
export function listId(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

export type CallState = NonNullable<CallsQuery['state']>;

/** Each state and its word in the address. */
const STATES: readonly (readonly [CallState, string])[] = [
  ['open', 'in-curs'],
  ['committed', 'incheiate'],
  ['counted', 'numarate'],
];

/** The slot outside 7-20, as it stands in the address. */
const OUTSIDE_IN_ADDRESS = 'in-afara';

/** Reads the address; what makes no sense is left out. */
export function parseFilter(query: Readonly<Record<string, string | undefined>>): CallsFilter {
  const slot = query['ora'] === OUTSIDE_IN_ADDRESS ? OUTSIDE_SLOT : query['ora'];
  return withoutEmpty({
    from: isLocalDate(query['de']) ? query['de'] : undefined,
    to: isLocalDate(query['pana']) ? query['pana'] : undefined,
    slot: REPORT_SLOTS.find((row) => row.slot === slot)?.slot,
    campaign: query['campanie'],
    list: listId(query['lista']),
    agent: listId(query['agent']),
    status: query['status'],
    kind: KIND_CHOICES.find((kind) => kind === query['tip'] && kind !== 'all'),
    result: CALL_RESULTS.find((result) => result === query['rezultat']),
    state: STATES.find(([, word]) => word === query['stare'])?.[0],
  });
}

/** Address of the calls list with these filters. */
export function callsAddress(filter: CallsFilter): string {
  return `/apeluri${search({
    de: filter.from,
    pana: filter.to,
    ora: filter.slot === OUTSIDE_SLOT ? OUTSIDE_IN_ADDRESS : filter.slot,
    campanie: filter.campaign,
    lista: filter.list,
    agent: filter.agent,
    status: filter.status,
    tip: filter.kind,
    rezultat: filter.result,
    stare: STATES.find(([state]) => state === filter.state)?.[1],
  })}`;
}

/** What is asked of the API. */
export function apiFilters(filter: CallsFilter, number: string): CallFilters {
  return number.trim() === '' ? filter : { ...filter, number: number.trim() };
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
