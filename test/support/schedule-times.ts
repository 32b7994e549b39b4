/**
 * When a Schedule's specification fires: for servers that have no Schedules. `temporal-config/schedules.integration.test.ts`
 * asks the real server the same for a whole year.
 * @module
 */
import type { CalendarSpec, ScheduleSpec } from '@temporalio/client';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Every minute in `[from, to)` at which `spec` (calendars and skips with plain numbers and names) fires. */
export function scheduleTimes(spec: ScheduleSpec, from: Date, to: Date): Date[] {
  const wall = wallOf(spec.timezone ?? 'UTC');
  const times: Date[] = [];
  for (let ms = from.getTime(); ms < to.getTime(); ms += MINUTE_MS) {
    const local = wall(ms);
    const fires = (spec.calendars ?? []).some((one) => matches(one, local));
    if (!fires || (spec.skip ?? []).some((one) => matches(one, local))) continue;
    // Of a time that comes twice Temporal fires the second (tried).
    if (wall(ms + HOUR_MS).text !== local.text) times.push(new Date(ms));
  }
  return times;
}

interface Wall {
  text: string;
  year: number;
  month: string;
  dayOfMonth: number;
  dayOfWeek: string;
  hour: number;
  minute: number;
}

function wallOf(zone: string): (ms: number) => Wall {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const text = (name: Intl.DateTimeFormatPartTypes) => (parts.get(name) ?? '').toUpperCase();
    return {
      text: format.format(ms),
      year: Number(text('year')),
      month: text('month'),
      dayOfMonth: Number(text('day')),
      dayOfWeek: text('weekday'),
      hour: Number(text('hour')),
      minute: Number(text('minute')),
    };
  };
}

function matches(spec: CalendarSpec, wall: Wall): boolean {
  const days = spec.dayOfWeek as readonly string[] | undefined;
  return (
    (spec.year === undefined || spec.year === wall.year) &&
    (spec.month === undefined || spec.month === wall.month) &&
    (spec.dayOfMonth === undefined || spec.dayOfMonth === wall.dayOfMonth) &&
    (days === undefined || days.includes(wall.dayOfWeek)) &&
    (spec.hour === '*' || spec.hour === wall.hour) &&
    (spec.minute === '*' || spec.minute === wall.minute)
  );
}
