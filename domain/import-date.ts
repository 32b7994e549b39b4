/**
 * @module
 */

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/;
/** Romanian order, day first. */
const DAY_FIRST = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?: .*)?$/;
/** Before this nobody asked for consent to be phoned by a machine: a typing error. */
const FIRST_YEAR = 1990;

/** `2026-01-15` and `15.01.2026`, also with a time of day behind it, to `YYYY-MM-DD`; undefined for no real day. */
export function parseConsentDate(text: string): string | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) return realDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const local = DAY_FIRST.exec(text);
  return local === null ? undefined : realDay(Number(local[3]), Number(local[2]), Number(local[1]));
}

function realDay(year: number, month: number, day: number): string | undefined {
  if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1) return undefined;
  // Day 0 of the next month is the last of this one.
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
