/**
 * When a customer wants to be called back: a time on their own clock, as an instant. Not for workflow code (time zones).
 * @module
 */
import { Temporal } from 'temporal-polyfill';

/**
 * @param local `YYYY-MM-DDTHH:MM` on the clock of `zone`
 * @param fold of a time that comes twice (the end of summer time): 0 the first, 1 the second. A time that does not exist is
 *   as much later as the clock was put forward (03:30 becomes 04:30).
 * @returns undefined when it is no date
 */
export function callbackInstant(zone: string, local: string, fold: 0 | 1 = 0): Date | undefined {
  let at: Temporal.PlainDateTime;
  try {
    at = Temporal.PlainDateTime.from(local, { overflow: 'reject' });
  } catch {
    return undefined;
  }
  const first = at.toZonedDateTime(zone, { disambiguation: 'compatible' });
  const chosen =
    fold === 1 && comesTwice(at, zone) ? at.toZonedDateTime(zone, { disambiguation: 'later' }) : first;
  return new Date(chosen.epochMilliseconds);
}

/** Whether a local time comes twice: then the page asks which one. A time that does not exist does not. */
export function isTwice(zone: string, local: string): boolean {
  try {
    return comesTwice(Temporal.PlainDateTime.from(local, { overflow: 'reject' }), zone);
  } catch {
    return false;
  }
}

function comesTwice(at: Temporal.PlainDateTime, zone: string): boolean {
  const earlier = at.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = at.toZonedDateTime(zone, { disambiguation: 'later' });
  return earlier.epochMilliseconds !== later.epochMilliseconds && earlier.toPlainDateTime().equals(at);
}
