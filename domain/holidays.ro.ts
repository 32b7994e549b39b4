/**
 * Public holidays of Romania (Codul muncii, art. 139): fixed dates, and those that move with Orthodox Easter.
 * @module
 */

const FIXED = [
  '01-01',
  '01-02',
  '01-06',
  '01-07',
  '01-24',
  '05-01',
  '06-01',
  '08-15',
  '11-30',
  '12-01',
  '12-25',
  '12-26',
];
/** Days from Easter Sunday: Vinerea Mare, Easter, its Monday, Rusalii, its Monday. */
const FROM_EASTER = [-2, 0, 1, 49, 50];
const DAY_MS = 86_400_000;
/** Julian to Gregorian calendar, 1900-2099. */
const JULIAN_DAYS_BEHIND = 13;

/** @param date local date `YYYY-MM-DD`, year 1900-2099. */
export function isRomanianHoliday(date: string): boolean {
  if (FIXED.includes(date.slice(5))) return true;
  const days = (Date.parse(date) - Date.parse(orthodoxEaster(Number(date.slice(0, 4))))) / DAY_MS;
  return FROM_EASTER.includes(days);
}

/**
 * Orthodox Easter Sunday as a Gregorian date `YYYY-MM-DD`: Meeus' Julian algorithm (Astronomical Algorithms, ch. 8), plus
 * 13 days.
 */
export function orthodoxEaster(year: number): string {
  const d = (19 * (year % 19) + 15) % 30;
  const e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  const month = Math.floor((d + e + 114) / 31);
  const day = ((d + e + 114) % 31) + 1;
  return new Date(Date.UTC(year, month - 1, day + JULIAN_DAYS_BEHIND)).toISOString().slice(0, 10);
}
