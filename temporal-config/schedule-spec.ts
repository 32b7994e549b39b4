/**
 * A campaign's calendar as the specification of a Temporal Schedule: when `workday` begins. Pure.
 * @module
 */
import type { CalendarSpec, ScheduleSpec } from '@temporalio/client';
import { WEEKDAYS, type CalendarDef, type Weekday } from '../contracts/model/config.ts';
import { clockChanges, localDay, localTime, openingsOn } from '../domain/calendar.ts';
import { isRomanianHoliday } from '../domain/holidays.ro.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * @param year holidays and closed dates of this year and the next are left out; later ones by the next look
 */
export function workdayScheduleSpec(calendar: CalendarDef, year: number): ScheduleSpec {
  return {
    calendars: [...openings(calendar), ...displacedOpenings(calendar, year)],
    skip: closedDates(calendar, year).map(toSkip),
    timezone: calendar.zone,
  };
}

/** The longest opening interval in milliseconds of wall-clock time: a run later than that would find it closed. */
export function longestIntervalMs(calendar: CalendarDef): number {
  const intervals = Object.values(calendar.hours).flat();
  return Math.max(
    MINUTE_MS,
    ...intervals.map(({ from, to }) => (minutesOf(to) - minutesOf(from)) * MINUTE_MS),
  );
}

/** One entry for each time of day at which something opens, with its weekdays. */
function openings(calendar: CalendarDef): CalendarSpec[] {
  const daysByTime = new Map<string, Weekday[]>();
  for (const day of WEEKDAYS) {
    for (const { from } of calendar.hours[day] ?? []) {
      daysByTime.set(from, [...(daysByTime.get(from) ?? []), day]);
    }
  }
  const byTime = [...daysByTime].sort(([a], [b]) => minutesOf(a) - minutesOf(b));
  return byTime.map(([time, days]) => ({
    hour: Math.floor(minutesOf(time) / 60),
    minute: minutesOf(time) % 60,
    dayOfWeek: days.map((day) => day.toUpperCase() as Uppercase<Weekday>),
  }));
}

/**
 * Openings that a clock change moves on the wall: 03:30 on a night without it begins at 04:00, and Temporal fires nothing
 * at a time that does not exist (tried). Dated, for `year` and the next.
 */
function displacedOpenings(calendar: CalendarDef, year: number): CalendarSpec[] {
  const { zone } = calendar;
  const changes = clockChanges(zone, new Date(Date.UTC(year, 0, 1)), new Date(Date.UTC(year + 2, 0, 1)));
  const times = new Set(Object.values(calendar.hours).flatMap((day) => day.map(({ from }) => from)));
  return changes.flatMap((change) =>
    openingsOn(calendar, change)
      .map(({ opensAt }) => ({ date: localDay(zone, opensAt), time: localTime(zone, opensAt) }))
      .filter(({ time }) => !times.has(time))
      .map(({ date, time }) => ({
        ...toDate(date),
        hour: Math.floor(minutesOf(time) / 60),
        minute: minutesOf(time) % 60,
      })),
  );
}

function closedDates(calendar: CalendarDef, year: number): string[] {
  const closed = (calendar.closedDates ?? []).filter((date) => {
    const closedYear = Number(date.slice(0, 4));
    return closedYear === year || closedYear === year + 1;
  });
  const holidays = calendar.holidays === 'ro' ? datesOf(year).filter(isRomanianHoliday) : [];
  return [...new Set([...holidays, ...closed])].sort();
}

/** All dates of `year` and the next. */
function datesOf(year: number): string[] {
  const dates: string[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 2, 0, 1); at += DAY_MS) {
    dates.push(new Date(at).toISOString().slice(0, 10));
  }
  return dates;
}

const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;

/** Without the three stars a skip leaves out nothing but 00:00:00 of that day. */
function toSkip(date: string): CalendarSpec {
  return { ...toDate(date), hour: '*', minute: '*', second: '*' };
}

function toDate(date: string) {
  const [year, month, dayOfMonth] = date.split('-').map(Number);
  return {
    year: year ?? 0,
    month: MONTHS[(month ?? 1) - 1] ?? 'JANUARY',
    dayOfMonth: dayOfMonth ?? 1,
  } as const;
}

/** Minutes since midnight of `HH:MM`. */
function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
