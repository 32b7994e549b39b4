/**
 * Where local days begin and end, and what their hours are called. Reckoning it takes as long as a small report, and it never
 * changes, so what was asked for lately is remembered.
 * @module
 */
import { localDayBounds, localTime } from '../domain/calendar.ts';

const HOUR_MS = 3_600_000;
/** Days that are remembered; some days of some zones are asked for again and again. */
const MAX_DAYS = 1_000;

/** Begin and end of a local day `YYYY-MM-DD`, in ISO 8601: as a value of a statement a `Date` costs more than a string. */
export const dayBounds = remember((zone, day): { from: string; to: string } => {
  const { from, to } = localDayBounds(zone, day);
  return { from: from.toISOString(), to: to.toISOString() };
});

/** The 23, 24 or 25 UTC hours that begin in a local day, in hours since 1970, and the local hour of each, 0 to 23. */
export const dayHours = remember((zone, day): ReadonlyMap<number, number> => {
  const { from, to } = localDayBounds(zone, day);
  const hours = new Map<number, number>();
  for (let hour = Math.ceil(from.getTime() / HOUR_MS); hour * HOUR_MS < to.getTime(); hour++) {
    const [localHour] = localTime(zone, new Date(hour * HOUR_MS)).split(':');
    hours.set(hour, Number(localHour));
  }
  return hours;
});

function remember<Result>(
  reckon: (zone: string, day: string) => Result,
): (zone: string, day: string) => Result {
  const known = new Map<string, Result>();
  return (zone, day) => {
    const key = `${zone} ${day}`;
    let result = known.get(key);
    if (result === undefined) {
      result = reckon(zone, day);
      if (known.size >= MAX_DAYS) known.clear();
      known.set(key, result);
    }
    return result;
  };
}
