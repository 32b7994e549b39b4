/**
 * How much is called when: days of the week, months, hours, as a call centre has them.
 * @module
 */
import { localDay, localDayBounds, nextLocalDay, openingsOn } from '../../domain/calendar.ts';
import { HISTORY_CALENDAR } from './config.ts';
import type { Random } from './random.ts';

export interface WorkDay {
  /** Local, `YYYY-MM-DD`. */
  date: string;
  opensAt: number;
  closesAt: number;
  /** How much is called on it, against a plain day. */
  weight: number;
  /** Where it lies between the begin (0) and the end (1) of the history. */
  place: number;
  saturday: boolean;
}

/** Monday first. */
const OF_WEEKDAY = [0.95, 1.08, 1.1, 1.04, 0.88, 0.28, 0];
/** January first: less in the summer holidays and in December. */
const OF_MONTH = [0.9, 1, 1.05, 1, 1, 0.98, 0.9, 0.78, 1.05, 1.1, 1.08, 0.85];
/** Local hours from 8 to 19: two good stretches, and lunch. */
const OF_HOUR = [0.5, 0.9, 1.15, 1.2, 0.72, 0.5, 0.9, 1.05, 1.1, 1.2, 1, 0.55];
const FIRST_HOUR = 8;
const HOUR_MS = 3_600_000;
/** A day that is not over yet counts from so many minutes on. */
const SHORTEST_MS = 30 * 60_000;

export function workDays(random: Random, from: Date, until: Date): WorkDay[] {
  const days: WorkDay[] = [];
  const { zone } = HISTORY_CALENDAR;
  for (let at = from; at < until; at = nextLocalDay(zone, at)) {
    const [opening] = openingsOn(HISTORY_CALENDAR, at);
    if (!opening) continue;
    const opensAt = opening.opensAt.getTime();
    const wholeDay = opening.closesAt.getTime();
    const closesAt = Math.min(wholeDay, until.getTime());
    if (closesAt - opensAt < SHORTEST_MS) continue;
    const date = localDay(zone, at);
    const weekday = (new Date(date).getUTCDay() + 6) % 7;
    const month = Number(date.slice(5, 7)) - 1;
    const share = hoursWeight(opensAt, closesAt, weekday) / hoursWeight(opensAt, wholeDay, weekday);
    days.push({
      date,
      opensAt,
      closesAt,
      weight: (OF_WEEKDAY[weekday] ?? 0) * (OF_MONTH[month] ?? 1) * random.between(0.9, 1.1) * share,
      place: (opensAt - from.getTime()) / (until.getTime() - from.getTime()),
      saturday: weekday === 5,
    });
  }
  return days;
}

/** Midnight of the local day, so many calendar days before. */
export function daysBefore(until: Date, days: number): Date {
  const { zone } = HISTORY_CALENDAR;
  return localDayBounds(zone, localDay(zone, new Date(until.getTime() - days * 24 * HOUR_MS))).from;
}

/** Instants of so many calls in a day, ascending, by the weight of its hours. */
export function callTimes(random: Random, day: WorkDay, count: number): number[] {
  const steps = hourSteps(day.opensAt, day.closesAt, day.saturday ? 5 : 0);
  const choices = steps.map((step) => [step, step.weight] as const);
  return Array.from({ length: count }, () => {
    const step = random.weighted(choices);
    return Math.floor(random.between(step.from, step.to));
  }).sort((a, b) => a - b);
}

function hoursWeight(from: number, to: number, weekday: number): number {
  return hourSteps(from, to, weekday).reduce((sum, { weight }) => sum + weight, 0);
}

/** The clock never changes while it is open: hours since the opening are hours of the wall. */
function hourSteps(
  from: number,
  to: number,
  weekday: number,
): { from: number; to: number; weight: number }[] {
  const first = FIRST_HOUR + (weekday === 5 ? 1 : 0);
  const steps: { from: number; to: number; weight: number }[] = [];
  for (let hour = 0; from + hour * HOUR_MS < to; hour++) {
    const begin = from + hour * HOUR_MS;
    const end = Math.min(to, begin + HOUR_MS);
    const weight = OF_HOUR[first + hour - FIRST_HOUR] ?? 0.3;
    steps.push({ from: begin, to: end, weight: (weight * (end - begin)) / HOUR_MS });
  }
  return steps;
}

/** How busy it is then, 1 on the mean: agents, too, have lunch. */
export function hourWeight(day: WorkDay, at: number): number {
  return OF_HOUR[Math.floor((at - day.opensAt) / HOUR_MS) + (day.saturday ? 1 : 0)] ?? 1;
}

/** People are at home in the evening; 1 on the mean. */
export function reachAt(day: WorkDay, at: number): number {
  const hour = (at - day.opensAt) / HOUR_MS + (day.saturday ? 9 : 8);
  if (day.saturday) return 1.1;
  if (hour < 9.5) return 0.82;
  if (hour < 12) return 0.95;
  if (hour < 14) return 0.9;
  return hour < 17 ? 1 : 1.18;
}
