/**
 * Filters of the calls list, and their form in the address (`?de=2026-11-16&pana=2026-11-22&status=busy`). The number
 * is not in it: addresses end in histories and logs.
 * @module
 */
import type { CallsQuery } from '../../../contracts/http/calls.ts';
import {
  CALL_RESULTS,
  END_REASONS,
  KIND_CHOICES,
  type CallResult,
  type EndReason,
  type KindChoice,
} from '../../../contracts/model/call.ts';
import { OUTSIDE_SLOT, REPORT_SLOTS, type SlotName } from '../../../domain/report-slots.ts';
import { search, type CallFilters } from '../../api/client.ts';
import { isLocalDate } from '../../i18n/format.ts';

export interface CallsFilter {
  from?: string;
  to?: string;
  /** Slot of Raport zilnic, `9-10` or `outside`. */
  slot?: SlotName;
  campaign?: string;
  /** Id of a list; `-`: of none. */
  list?: number | typeof NONE;
  /** User id; `any`: with an agent. */
  agent?: number | 'any';
  status?: string;
  kind?: KindChoice;
  result?: CallResult;
  state?: CallState;
  /** From here on what only figures of reports ask for. */
  answered?: NonNullable<CallsQuery['answered']>;
  flag?: NonNullable<CallsQuery['flag']>;
  reason?: EndReason;
  /** Name; `-`: over none. */
  trunk?: string;
  sip?: number | typeof NONE;
  /** Field of a script, and what was answered. */
  field?: string;
  value?: string;
  /** The last call of each contact, with `times` of those that have so many. */
  each?: 'contact';
  times?: number;
}

/** As in the API, which has no values for the page. */
export const NONE = '-' satisfies CallsQuery['trunk'];

/** An id in an address, or undefined. */
export function listId(text: string | undefined): number | undefined {
  return numberOf(/^[1-9]\d{0,8}$/, text);
}

export type CallState = NonNullable<CallsQuery['state']>;

/** Each state and its word in the address. */
const STATES: readonly (readonly [CallState, string])[] = [
  ['open', 'in-curs'],
  ['committed', 'incheiate'],
  ['counted', 'numarate'],
];

const ANSWERED: readonly (readonly [NonNullable<CallsFilter['answered']>, string])[] = [
  ['answered', 'da'],
  ['unanswered', 'nu'],
  ['unsent', 'neplecat'],
];
const FLAGS: readonly (readonly [NonNullable<CallsFilter['flag']>, string])[] = [
  ['positive', 'pozitive'],
  ['reached', 'contactati'],
  ['failed', 'esuate'],
];
const ANY_AGENT = 'oricare';

/** The slot outside 7-20, as it stands in the address. */
const OUTSIDE_IN_ADDRESS = 'in-afara';

/** `cate=una`: one call of each contact. */
const ONE_EACH = 'una';

function numberOf(form: RegExp, text: string | undefined): number | undefined {
  return text !== undefined && form.test(text) ? Number(text) : undefined;
}

/** Reads the address; what makes no sense is left out. */
export function parseFilter(query: Readonly<Record<string, string | undefined>>): CallsFilter {
  const slot = query['ora'] === OUTSIDE_IN_ADDRESS ? OUTSIDE_SLOT : query['ora'];
  return withoutEmpty({
    from: isLocalDate(query['de']) ? query['de'] : undefined,
    to: isLocalDate(query['pana']) ? query['pana'] : undefined,
    slot: REPORT_SLOTS.find((row) => row.slot === slot)?.slot,
    campaign: query['campanie'],
    list: query['lista'] === NONE ? NONE : listId(query['lista']),
    agent: query['agent'] === ANY_AGENT ? 'any' : listId(query['agent']),
    status: query['status'],
    kind: KIND_CHOICES.find((kind) => kind === query['tip'] && kind !== 'all'),
    result: CALL_RESULTS.find((result) => result === query['rezultat']),
    state: STATES.find(([, word]) => word === query['stare'])?.[0],
    answered: ANSWERED.find(([, word]) => word === query['raspuns'])?.[0],
    flag: FLAGS.find(([, word]) => word === query['rezultate'])?.[0],
    reason: END_REASONS.find((reason) => reason === query['motiv']),
    trunk: /^(?:-|[a-z0-9][a-z0-9-]{0,62})$/.exec(query['trunchi'] ?? '')?.[0],
    sip: query['sip'] === NONE ? NONE : numberOf(/^[1-6]\d\d$/, query['sip']),
    field: query['camp'],
    value: query['camp'] ? query['valoare'] : undefined,
    each: query['cate'] === ONE_EACH ? 'contact' : undefined,
    times: query['cate'] === ONE_EACH ? numberOf(/^[1-9]\d{0,3}$/, query['ori']) : undefined,
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
    agent: filter.agent === 'any' ? ANY_AGENT : filter.agent,
    status: filter.status,
    tip: filter.kind,
    rezultat: filter.result,
    stare: STATES.find(([state]) => state === filter.state)?.[1],
    raspuns: ANSWERED.find(([answered]) => answered === filter.answered)?.[1],
    rezultate: FLAGS.find(([flag]) => flag === filter.flag)?.[1],
    motiv: filter.reason,
    trunchi: filter.trunk,
    sip: filter.sip,
    camp: filter.field,
    valoare: filter.value,
    cate: filter.each === undefined ? undefined : ONE_EACH,
    ori: filter.times,
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
