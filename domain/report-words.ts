/**
 * What the rows of reports are called, on the page and in exported files alike, in the languages of both.
 * @module
 */
import { firstOfMonth, lastOfMonth } from './local-dates.ts';
import { weekOfMonth, type PeriodReportName, type ReportRowKey, type RowUnit } from './report-periods.ts';
import { OUTSIDE_SLOT, type SlotName } from './report-slots.ts';

export type ReportLang = 'ro' | 'en';

const LOCALES: Readonly<Record<ReportLang, string>> = { ro: 'ro-RO', en: 'en-GB' };

/** A month has four to six weeks of Monday to Sunday. */
const WEEKS: Readonly<Record<ReportLang, readonly string[]>> = {
  ro: [
    'Prima săptămână',
    'A doua săptămână',
    'A treia săptămână',
    'A patra săptămână',
    'A cincea săptămână',
    'A șasea săptămână',
  ],
  en: ['First week', 'Second week', 'Third week', 'Fourth week', 'Fifth week', 'Sixth week'],
};

const OUTSIDE: Readonly<Record<ReportLang, string>> = { ro: 'În afara 7–20', en: 'Outside 7–20' };
const OTHER: Readonly<Record<ReportLang, string>> = { ro: 'alte ore', en: 'others' };

export interface RowWords {
  /** `Luni`, `9–10`, `Prima săptămână`. */
  name: string;
  /** The days of the row where the name does not say them: `16.11.2026`, `02.11.2026 – 08.11.2026`. */
  days: string | undefined;
  /** For an axis without room: `lu.`, `9`, `16.11`, `09–15.11`, `nov.`. */
  short: string;
}

/** Words of a row. */
export function rowWords(
  lang: ReportLang,
  of: { report: PeriodReportName; by: RowUnit },
  row: ReportRowKey,
): RowWords {
  const { by, report } = of;
  const day = shortDate(lang, row.from);
  const days = row.from === row.to ? day : `${day} – ${shortDate(lang, row.to)}`;
  const axisDay = dateWords(lang, { day: '2-digit', month: '2-digit' }, row.from);
  switch (by) {
    case 'slot':
      return { name: slotWords(lang, row.slot), days: undefined, short: slotShort(lang, row.slot) };
    case 'day-slot':
      return { name: slotWords(lang, row.slot), days: day, short: axisDay };
    case 'weekday':
      return {
        name: capital(dateWords(lang, { weekday: 'long' }, row.from)),
        days: day,
        short: dateWords(lang, { weekday: 'short' }, row.from),
      };
    case 'day':
      return { name: day, days: dateWords(lang, { weekday: 'long' }, row.from), short: axisDay };
    case 'week': {
      const short = shortWeek(lang, row);
      return report === 'monthly'
        ? { name: WEEKS[lang][weekOfMonth(row.from)] ?? '', days, short }
        : { name: days, days: undefined, short };
    }
    default:
      return monthRow(lang, report, row, days);
  }
}

/** `09–15.11`, `30.11–06.12`, of a single day `01.11`. */
function shortWeek(lang: ReportLang, { from, to }: ReportRowKey): string {
  const day = (date: string): string => dateWords(lang, { day: '2-digit', month: '2-digit' }, date);
  if (from === to) return day(from);
  const sameMonth = from.slice(0, 'YYYY-MM'.length) === to.slice(0, 'YYYY-MM'.length);
  return `${sameMonth ? from.slice(-2) : day(from)}–${day(to)}`;
}

/** `9–10`, `În afara 7–20`. */
export function slotWords(lang: ReportLang, slot: SlotName | null): string {
  return slot === OUTSIDE_SLOT ? OUTSIDE[lang] : (slot ?? '').replace('-', '–');
}

/**
 * `29 martie 2018`; of a range both ends, as short as they can be (`1 – 21 noiembrie 2026`), `noiembrie 2026` of a whole
 * month, `2026` of a whole year.
 */
export function rangeWords(lang: ReportLang, from: string, to: string): string {
  const long = (date: string) => dateWords(lang, { day: 'numeric', month: 'long', year: 'numeric' }, date);
  if (from === to) return long(from);
  if (from.slice(0, 4) === to.slice(0, 4) && from.endsWith('-01-01') && to.endsWith('-12-31'))
    return from.slice(0, 4);
  if (from === firstOfMonth(from) && to === lastOfMonth(from)) {
    return dateWords(lang, { month: 'long', year: 'numeric' }, from);
  }
  const first: Intl.DateTimeFormatOptions =
    from.slice(0, 'YYYY-MM'.length) === to.slice(0, 'YYYY-MM'.length)
      ? { day: 'numeric' }
      : from.slice(0, 'YYYY'.length) === to.slice(0, 'YYYY'.length)
        ? { day: 'numeric', month: 'long' }
        : { day: 'numeric', month: 'long', year: 'numeric' };
  return `${dateWords(lang, first, from)} – ${long(to)}`;
}

/** `29.03.2018`. */
export function shortDate(lang: ReportLang, date: string): string {
  return dateWords(lang, { day: '2-digit', month: '2-digit', year: 'numeric' }, date);
}

function monthRow(lang: ReportLang, report: PeriodReportName, row: ReportRowKey, days: string): RowWords {
  const yearly = report === 'yearly';
  const name = dateWords(lang, yearly ? { month: 'long' } : { month: 'long', year: 'numeric' }, row.from);
  const short = dateWords(lang, { month: 'short' }, row.from);
  return {
    name: capital(name),
    days: yearly ? undefined : days,
    short: yearly ? short : `${short} ${row.from.slice(2, 4)}`,
  };
}

function slotShort(lang: ReportLang, slot: SlotName | null): string {
  return slot === OUTSIDE_SLOT ? OTHER[lang] : ((slot ?? '').split('-')[0] ?? '');
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateWords(lang: ReportLang, options: Intl.DateTimeFormatOptions, date: string): string {
  const id = lang + JSON.stringify(options);
  const format = formats.get(id) ?? new Intl.DateTimeFormat(LOCALES[lang], { ...options, timeZone: 'UTC' });
  formats.set(id, format);
  return format.format(new Date(`${date}T00:00:00Z`));
}

function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase('ro') + words.slice(1);
}
