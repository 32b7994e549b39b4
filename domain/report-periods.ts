/**
 * The periods that reports are about, and the rows that each has: hours of a day, days of a week, weeks of a month, months
 * of a year. Local dates only, both ends included.
 * @module
 */
import { addDays, daysBetween, firstOfMonth, lastOfMonth, mondayOf, weekdayIndex } from './local-dates.ts';
import { REPORT_SLOTS, type SlotName } from './report-slots.ts';

/** `interval` is any stretch of days; the others are the calendar's own. */
export const PERIOD_REPORTS = ['daily', 'weekly', 'monthly', 'yearly', 'interval'] as const;
export type PeriodReportName = (typeof PERIOD_REPORTS)[number];

export interface DateRange {
  from: string;
  to: string;
}

/** Ten years and their leap days; an interval that is longer is refused. */
export const MAX_INTERVAL_DAYS = 3_660;

/** The day, the week (Monday to Sunday), the month or the year in which `date` lies; of an interval the date itself. */
export function periodAround(report: PeriodReportName, date: string): DateRange {
  switch (report) {
    case 'weekly':
      return { from: mondayOf(date), to: addDays(mondayOf(date), 6) };
    case 'monthly':
      return { from: firstOfMonth(date), to: lastOfMonth(date) };
    case 'yearly':
      return { from: `${date.slice(0, 4)}-01-01`, to: `${date.slice(0, 4)}-12-31` };
    default:
      return { from: date, to: date };
  }
}

/**
 * The period before or after: of a whole month or year the next one, of any other stretch one of as many days beside it.
 * @param by -1 or 1
 */
export function shiftRange(range: DateRange, by: -1 | 1): DateRange {
  const { from, to } = range;
  for (const report of ['monthly', 'yearly'] as const) {
    const whole = periodAround(report, from);
    if (whole.from !== from || whole.to !== to) continue;
    return periodAround(report, by > 0 ? addDays(to, 1) : addDays(from, -1));
  }
  const days = daysBetween(from, to) * by;
  return { from: addDays(from, days), to: addDays(to, days) };
}

export const RANGE_PRESETS = [
  'today',
  'yesterday',
  'this-week',
  'last-week',
  'this-month',
  'last-month',
  'this-year',
  'last-year',
] as const;
export type RangePreset = (typeof RANGE_PRESETS)[number];

/** Whole weeks, months and years, the rest of which may be still to come. */
export function presetRange(preset: RangePreset, today: string): DateRange {
  switch (preset) {
    case 'yesterday':
      return shiftRange({ from: today, to: today }, -1);
    case 'this-week':
      return periodAround('weekly', today);
    case 'last-week':
      return shiftRange(periodAround('weekly', today), -1);
    case 'this-month':
      return periodAround('monthly', today);
    case 'last-month':
      return shiftRange(periodAround('monthly', today), -1);
    case 'this-year':
      return periodAround('yearly', today);
    case 'last-year':
      return shiftRange(periodAround('yearly', today), -1);
    default:
      return { from: today, to: today };
  }
}

/**
 * Whole months from which a range is a few days away: days to add before and after them, or, where more than half of a month is
 * in the range, days to take out again. Null where its days are nearer than any month.
 */
export function nearestMonths({ from, to }: DateRange): DateRange | null {
  const [first, last] = [firstOfMonth(from), lastOfMonth(to)];
  if (last === lastOfMonth(from)) {
    return 2 * daysBetween(from, to) > daysBetween(first, last) ? { from: first, to: last } : null;
  }
  const [endOfFirst, beginOfLast] = [lastOfMonth(from), firstOfMonth(to)];
  const months = {
    from: 2 * daysBetween(from, endOfFirst) > daysBetween(first, endOfFirst) ? first : addDays(endOfFirst, 1),
    to: 2 * daysBetween(beginOfLast, to) > daysBetween(beginOfLast, last) ? last : addDays(beginOfLast, -1),
  };
  return months.from < months.to ? months : null;
}

/** What the rows of a table are. */
export const ROW_UNITS = ['slot', 'weekday', 'day', 'week', 'month', 'day-slot'] as const;
export type RowUnit = (typeof ROW_UNITS)[number];

/** A row before it has sums: which days, and which hours of them (null: all). */
export interface ReportRowKey extends DateRange {
  slot: SlotName | null;
}

/** Days, weeks or months of an interval, so that a table stays one that people read. */
const MOST_DAY_ROWS = 62;
const MOST_WEEK_ROWS_DAYS = 400;
/** Up to so many days each day is shown by its hours. */
export const MOST_DAY_SLOT_DAYS = 31;

/** What the first table of a report is told apart by. */
export function rowUnitOf(report: PeriodReportName, range: DateRange): RowUnit {
  switch (report) {
    case 'daily':
      return 'slot';
    case 'weekly':
      return 'weekday';
    case 'monthly':
      return 'week';
    case 'yearly':
      return 'month';
    default: {
      const days = daysBetween(range.from, range.to);
      return days <= MOST_DAY_ROWS ? 'day' : days <= MOST_WEEK_ROWS_DAYS ? 'week' : 'month';
    }
  }
}

/** Every row in order, also those that will have no calls; together they are the range, each day once. */
export function rowKeysOf(unit: RowUnit, range: DateRange): ReportRowKey[] {
  switch (unit) {
    case 'slot':
      return REPORT_SLOTS.map(({ slot }) => ({ ...range, slot }));
    case 'week':
      return stretches(range, (from) => addDays(from, 6 - weekdayIndex(from)));
    case 'month':
      return stretches(range, lastOfMonth);
    case 'day-slot':
      return stretches(range, (from) => from).flatMap(({ from, to }) =>
        REPORT_SLOTS.map(({ slot }) => ({ from, to, slot })),
      );
    default:
      return stretches(range, (from) => from);
  }
}

/** One after the other; the first and the last are clipped to the range. */
function stretches(range: DateRange, endOf: (from: string) => string): ReportRowKey[] {
  const rows: ReportRowKey[] = [];
  for (let from = range.from; from <= range.to; from = addDays(rows.at(-1)?.to ?? range.to, 1)) {
    const end = endOf(from);
    rows.push({ from, to: end < range.to ? end : range.to, slot: null });
  }
  return rows;
}

/** Number of the week within its month, from 0: Monday to Sunday, clipped to the month, so that the first may be one day. */
export function weekOfMonth(date: string): number {
  const first = firstOfMonth(date);
  return Math.floor((daysBetween(first, date) - 1 + weekdayIndex(first)) / 7);
}

/** Where the tab of another report leads from this range: today when it is in it, else its first day. */
export function anchorOf(range: DateRange, today: string): string {
  return range.from <= today && today <= range.to ? today : range.from;
}
