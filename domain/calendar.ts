/**
 * When a calendar is open. Zone arithmetic depends on the time-zone data of the Node binary: use it in activities and
 * servers, never in workflow code, or an upgrade breaks replay.
 * @module
 */
import { Temporal } from 'temporal-polyfill';
import { WEEKDAYS, type CalendarDef, type LocalInterval } from '../contracts/model/config.ts';
import { isRomanianHoliday } from './holidays.ro.ts';

/** One stretch of open time: `opensAt` inclusive, `closesAt` exclusive. */
export interface OpeningInterval {
  opensAt: Date;
  closesAt: Date;
}

/** Far enough for the longest closed time that makes sense; a calendar without any hours ends the search here. */
const SEARCH_DAYS = 400;

/** The opening interval that `instant` is in, or undefined when closed. */
export function openIntervalAt(calendar: CalendarDef, instant: Date): OpeningInterval | undefined {
  return openingsOfDay(calendar, localDate(calendar.zone, instant)).find(
    (interval) => interval.opensAt <= instant && instant < interval.closesAt,
  );
}

/** The first opening interval that begins after `instant`, or undefined when there is none within 400 days. */
export function nextOpening(calendar: CalendarDef, instant: Date): OpeningInterval | undefined {
  let date = localDate(calendar.zone, instant);
  for (let day = 0; day <= SEARCH_DAYS; day += 1) {
    const found = openingsOfDay(calendar, date).find((interval) => interval.opensAt > instant);
    if (found) return found;
    date = date.add({ days: 1 });
  }
  return undefined;
}

/** Local date `YYYY-MM-DD` of an instant. */
export function localDay(zone: string, instant: Date): string {
  return localDate(zone, instant).toString();
}

/** The instant at which the next local day begins: 23, 24 or 25 hours after this one did. */
export function nextLocalDay(zone: string, instant: Date): Date {
  return dayStart(zone, localDate(zone, instant).add({ days: 1 }));
}

/** Begin and end of a local date: what "today" is in UTC. */
export function localDayBounds(zone: string, day: string): { from: Date; to: Date } {
  const date = Temporal.PlainDate.from(day);
  return { from: dayStart(zone, date), to: dayStart(zone, date.add({ days: 1 })) };
}

/** Instants in `[from, to)` at which the zone's offset changes. */
export function clockChanges(zone: string, from: Date, to: Date): Date[] {
  const changes: Date[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from.getTime() - 1).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds >= to.getTime()) return changes;
    changes.push(new Date(next.epochMilliseconds));
    at = next;
  }
}

/** `HH:MM` on the wall of the zone. */
export function localTime(zone: string, instant: Date): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
  return zoned.toPlainTime().toString({ smallestUnit: 'minute' });
}

/** The opening intervals that begin on the local date of `instant`, in order. */
export function openingsOn(calendar: CalendarDef, instant: Date): OpeningInterval[] {
  return openingsOfDay(calendar, localDate(calendar.zone, instant));
}

function localDate(zone: string, instant: Date): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate();
}

function dayStart(zone: string, date: Temporal.PlainDate): Date {
  return new Date(date.toZonedDateTime(zone).epochMilliseconds);
}

function openingsOfDay(calendar: CalendarDef, date: Temporal.PlainDate): OpeningInterval[] {
  const day = date.toString();
  if (calendar.closedDates?.includes(day)) return [];
  if (calendar.holidays === 'ro' && isRomanianHoliday(day)) return [];
  const weekday = WEEKDAYS[date.dayOfWeek - 1];
  const hours = weekday === undefined ? undefined : calendar.hours[weekday];
  return (hours ?? []).flatMap((interval) => toInterval(calendar.zone, date, interval));
}

/**
 * Never open when the wall clock says closed. Around a clock change that means: a time that does not exist is the moment
 * of the change; of a time that comes twice, opening takes the second (as Temporal's Schedules do) and closing the first,
 * unless nothing is left: then the second too.
 */
function toInterval(zone: string, date: Temporal.PlainDate, local: LocalInterval): OpeningInterval[] {
  const opensAt = toInstant(zone, date, local.from, 'later');
  for (const choice of ['earlier', 'later'] as const) {
    const closesAt = toInstant(zone, date, local.to, choice);
    if (opensAt < closesAt) return [{ opensAt, closesAt }];
  }
  return [];
}

function toInstant(
  zone: string,
  date: Temporal.PlainDate,
  time: string,
  disambiguation: 'earlier' | 'later',
): Date {
  if (time === '24:00') return dayStart(zone, date.add({ days: 1 }));
  const local = date.toPlainDateTime(Temporal.PlainTime.from(time));
  const zoned = local.toZonedDateTime(zone, { disambiguation });
  if (zoned.toPlainDateTime().equals(local)) return new Date(zoned.epochMilliseconds);
  const change = local.toZonedDateTime(zone, { disambiguation: 'earlier' }).getTimeZoneTransition('next');
  return new Date((change ?? zoned).epochMilliseconds);
}
