/**
 * Dates, times, durations and numbers as people read them, in one language and one IANA zone.
 * @module
 */

export type Lang = 'ro' | 'en';

export interface Format {
  /** `08.02.2019` */
  date: (instant: string | number) => string;
  /** `12:04` */
  time: (instant: string | number) => string;
  /** `12:04:31` */
  timeSeconds: (instant: string | number) => string;
  /** `12:04:31,250` */
  timeMillis: (instant: string | number) => string;
  /** `08.02.2019, 12:04:31` */
  dateTime: (instant: string | number) => string;
  /** Time alone when it is today, else with weekday and date: `luni, 23.11, 08:00`; of another year with the year. */
  moment: (instant: string | number, now: number) => string;
  /** Local date `2018-03-29` as `29 martie 2018`. */
  longDate: (localDate: string) => string;
  /** Local date as `joi`. */
  weekday: (localDate: string) => string;
  /** Local date as `29.03.2018`. */
  shortDate: (localDate: string) => string;
  /** Local date of an instant, `2018-03-29`. */
  localDate: (instant: string | number) => string;
  /** Local hour of an instant, 0-23. */
  hour: (instant: string | number) => number;
  /** `1.234.567` */
  number: (value: number) => string;
  /** `12,5 %` of a ratio 0..1. */
  percent: (ratio: number) => string;
  /** `3,9`, `4,0`: a rate, always one decimal, for columns. */
  rate: (value: number) => string;
  /** `8,0 %`: always one decimal, for columns. */
  share: (ratio: number) => string;
  /** Milliseconds of a clock that runs, cut to the second: `0:07`, `12:04`, `1:02:03`. */
  clock: (ms: number) => string;
  /** Milliseconds of what is over, in the same form, to the nearest second: as `duration` and the files say it. */
  length: (ms: number) => string;
  /** As `length`, with the hours always written, for columns of long times: `0:48:00`. */
  hours: (ms: number) => string;
  /** Milliseconds in words, to the nearest second: `45 s`, `2 min 5 s`, `3 h 12 min`. */
  duration: (ms: number) => string;
  /** Bytes as `1,4 MB`. */
  size: (bytes: number) => string;
}

/** Formatters of one language and zone; make once, keep. */
export function createFormat(lang: Lang, zone: string): Format {
  const locale = lang === 'ro' ? 'ro-RO' : 'en-GB';
  const at = (options: Intl.DateTimeFormatOptions, timeZone = zone): ((value: string | number) => string) => {
    // Made when first used: each takes longer than a component.
    const formatter = once(() => new Intl.DateTimeFormat(locale, { ...options, timeZone, hourCycle: 'h23' }));
    return (value) => formatter().format(new Date(value));
  };
  const two = '2-digit' as const;
  const date = at({ day: two, month: two, year: 'numeric' });
  const time = at({ hour: two, minute: two });
  const timeSeconds = at({ hour: two, minute: two, second: two });
  const weekdayOf = at({ weekday: 'long' });
  const dayMonth = at({ day: two, month: two });
  const longDate = at({ day: 'numeric', month: 'long', year: 'numeric' }, 'UTC');
  const weekday = at({ weekday: 'long' }, 'UTC');
  const shortDate = at({ day: two, month: two, year: 'numeric' }, 'UTC');
  const numbers = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const formatter = once(() => new Intl.NumberFormat(locale, options));
    return (value) => formatter().format(value);
  };
  const iso = once(
    () => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: two, day: two }),
  );
  const decimal = numbers({ maximumFractionDigits: 1 });
  const localDate = (value: string | number): string => iso().format(new Date(value));
  const comma = lang === 'ro' ? ',' : '.';

  return {
    date,
    time,
    timeSeconds,
    timeMillis: (value) =>
      timeSeconds(value) + comma + String(new Date(value).getMilliseconds()).padStart(3, '0'),
    dateTime: (value) => `${date(value)}, ${timeSeconds(value)}`,
    moment: (value, now) => {
      const [day, today] = [localDate(value), localDate(now)];
      if (day === today) return time(value);
      const sameYear = day.slice(0, 4) === today.slice(0, 4);
      return `${weekdayOf(value)}, ${sameYear ? dayMonth(value) : date(value)}, ${time(value)}`;
    },
    longDate,
    weekday,
    shortDate,
    localDate,
    hour: (value) => Number(time(value).slice(0, 2)),
    number: numbers({ useGrouping: true }),
    percent: numbers({ style: 'percent', maximumFractionDigits: 1 }),
    rate: numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    share: numbers({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    clock: (ms) => clock(Math.floor(ms / 1000)),
    length: (ms) => clock(Math.round(ms / 1000)),
    hours: (ms) => clock(Math.round(ms / 1000), true),
    duration: (ms) => duration(ms),
    size: (bytes) => (bytes < 1e6 ? `${decimal(bytes / 1e3)} kB` : `${decimal(bytes / 1e6)} MB`),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function clock(wholeSeconds: number, withHours = false): string {
  const seconds = Math.max(0, wholeSeconds);
  const s = String(seconds % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60 && !withHours) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${s}`;
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** Calendar arithmetic on local dates `YYYY-MM-DD`; no zone is involved. */
export function addDays(localDate: string, days: number): string {
  const day = new Date(`${localDate}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** Whether the text is a real calendar day `YYYY-MM-DD` (31 February is not). */
export function isLocalDate(text: string | undefined): text is string {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

/** `+40722123456` as `0722 123 456`; other countries in groups of three. */
export function phoneText(e164: string): string {
  const national = /^\+40(\d{3})(\d{3})(\d{3})$/.exec(e164);
  return national ? `0${national[1]} ${national[2]} ${national[3]}` : e164;
}
