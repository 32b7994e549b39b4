/**
 * Filters of the recordings and their form in the address
 * (`?de=2026-11-16&pana=2026-11-22&stare=arhivate&min=90`). The number is not in it: addresses end in histories and logs.
 * @module
 */
import type { RecordingSearch } from '../../../contracts/http/recordings.ts';
import type { RecordingChoice } from '../../../contracts/model/recording.ts';
import { search } from '../../api/client.ts';
import { isLocalDate } from '../../i18n/format.ts';

export interface RecordingsFilter {
  from?: string;
  to?: string;
  campaign?: string;
  /** User id. */
  agent?: number;
  status?: string;
  state?: RecordingChoice;
  /** Lengths, in seconds. */
  min?: number;
  max?: number;
}

/** Each state and its word in the address. */
export const STATES: readonly (readonly [RecordingChoice, string])[] = [
  ['ready', 'de-ascultat'],
  ['archived', 'arhivate'],
  ['deleted', 'sterse'],
  ['lost', 'pierdute'],
  ['pending', 'in-curs'],
];

/** As the API takes it. */
const MOST_SECONDS = 2_000_000;

/** Reads the address; what makes no sense is left out. */
export function parseFilter(query: Readonly<Record<string, string | undefined>>): RecordingsFilter {
  return withoutEmpty({
    from: isLocalDate(query['de']) ? query['de'] : undefined,
    to: isLocalDate(query['pana']) ? query['pana'] : undefined,
    campaign: query['campanie'],
    agent: wholeNumber(query['agent'], 999_999_999) || undefined,
    status: query['status'],
    state: STATES.find(([, word]) => word === query['stare'])?.[0],
    min: wholeNumber(query['min'], MOST_SECONDS),
    max: wholeNumber(query['max'], MOST_SECONDS),
  });
}

/** Address of the page with these filters. */
export function recordingsAddress(filter: RecordingsFilter): string {
  return `/inregistrari${search({
    de: filter.from,
    pana: filter.to,
    campanie: filter.campaign,
    agent: filter.agent,
    status: filter.status,
    stare: STATES.find(([state]) => state === filter.state)?.[1],
    min: filter.min,
    max: filter.max,
  })}`;
}

/** What is asked of the API. */
export function searchOf({ min, max, ...filter }: RecordingsFilter, number: string): RecordingSearch {
  return {
    ...filter,
    ...(min === undefined ? {} : { minSeconds: min }),
    ...(max === undefined ? {} : { maxSeconds: max }),
    ...(number.trim() === '' ? {} : { number: number.trim() }),
  };
}

export function isEmptyFilter(filter: RecordingsFilter, number: string): boolean {
  return Object.keys(filter).length === 0 && number.trim() === '';
}

/**
 * A length as people write it: `2` minutes, `1:30`, `1:02:03`.
 * @returns seconds; undefined when nothing is written, null when it is no length
 */
export function parseLength(text: string): number | undefined | null {
  const typed = text.trim();
  if (typed === '') return undefined;
  const parts = /^(?:(\d{1,3}):)?(\d{1,4}):([0-5]\d)$/.exec(typed);
  const minutes = /^\d{1,4}$/.exec(typed);
  if (minutes) return Number(typed) * 60;
  if (!parts) return null;
  const [, hours, middle, last] = parts;
  if (hours !== undefined && Number(middle) > 59) return null;
  return Number(hours ?? 0) * 3_600 + Number(middle) * 60 + Number(last);
}

/** The same as it is shown, `1:30`; empty for none. */
export function lengthText(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** An object without `undefined` and empty texts, so that `exactOptionalPropertyTypes` is content. */
export function withoutEmpty(filter: {
  [K in keyof RecordingsFilter]: RecordingsFilter[K] | undefined;
}): RecordingsFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}
