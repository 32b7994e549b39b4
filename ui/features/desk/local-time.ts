/**
 * Local times of a zone as instants, for callbacks: on the night of 25 hours 03:30 comes twice, on the night of 23 hours
 * it does not come at all.
 * @module
 */

const HOUR_MS = 3_600_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The instants (ms, ascending) at which the clocks of `zone` show `YYYY-MM-DDTHH:MM`: one, two or none. */
export function localInstants(local: string, zone: string): number[] {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local)) return [];
  const asUtc = Date.parse(`${local}:00Z`);
  if (Number.isNaN(asUtc)) return [];
  // Zones are between UTC-12 and UTC+14, and a change moves the clock by at most a few hours.
  const offsets = new Set([-26, -3, 0, 3, 26].map((hours) => offsetAt(asUtc + hours * HOUR_MS, zone)));
  return [...offsets]
    .map((offset) => asUtc - offset)
    .filter((instant) => localText(instant, zone) === local)
    .sort((a, b) => a - b);
}

/** `YYYY-MM-DDTHH:MM` of an instant in a zone. */
export function localText(instant: number, zone: string): string {
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}`;
}

function offsetAt(instant: number, zone: string): number {
  return Date.parse(`${localText(instant, zone)}:00Z`) - Math.floor(instant / 60_000) * 60_000;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const found = formatters.get(zone);
  if (found) return found;
  const two = '2-digit' as const;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two,
  }); // prettier-ignore
  formatters.set(zone, made);
  return made;
}

/** `16` and `1630`, `9.30`, `16:30` as `HH:MM`; undefined for what is no time of day. */
export function timeOfDay(typed: string): string | undefined {
  const match = /^(\d{1,2})(?:[:., ]?(\d{2}))?$/.exec(typed.trim());
  if (match === null) return undefined;
  const hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  if (hour > 23 || minute > 59) return undefined;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
