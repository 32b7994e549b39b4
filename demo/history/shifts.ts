/**
 * Who works when: shifts of four to eight hours, most of them short, breaks, holidays.
 * @module
 */
import type { WorkDay } from './plan.ts';
import type { Random } from './random.ts';

export interface Break {
  at: number;
  ms: number;
  /** Pause reason of `demo/config/desk.json`. */
  reason: string;
}

export interface Shift {
  /** Place in the agents. */
  agent: number;
  from: number;
  to: number;
  breaks: Break[];
}

/** Local hours of each agent's shift on a weekday. */
const HOURS: readonly (readonly [from: number, to: number])[] = [
  [9, 17],
  [14, 18],
  [8, 12],
  [9, 15],
  [10, 14],
  [16, 20],
  [9, 13],
  [8, 12],
  [14, 18],
  [16, 20],
  [9, 13],
  [15, 19],
];
/** Agents of a Saturday, in turn. */
const SATURDAY_CREW = 4;
const SICK = 0.03;
/** One came later, one left. */
const JOINED = { agent: 10, place: 0.35 };
const LEFT = { agent: 9, place: 0.78 };
/** Of the history; each agent's own weeks. */
const HOLIDAY = 0.055;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** @param nth of the working days */
export function shiftsOf(random: Random, day: WorkDay, nth: number): Shift[] {
  const shifts: Shift[] = [];
  for (const [agent, [from, to]] of HOURS.entries()) {
    const absent = random.chance(SICK) || onHoliday(agent, day.place) || !employed(agent, day.place);
    if (absent || (day.saturday && (agent + nth) % HOURS.length >= SATURDAY_CREW)) continue;
    const begins = day.saturday ? day.opensAt : day.opensAt + (from - 8) * HOUR_MS;
    const ends = Math.min(day.closesAt, day.saturday ? day.closesAt : day.opensAt + (to - 8) * HOUR_MS);
    // On time, more or less; nobody before the doors open.
    const late = Math.max(0, random.duration(90_000, 1) - 60_000);
    const shift = { agent, from: Math.round(begins + late), to: ends - random.below(4 * MINUTE_MS) };
    if (shift.to - shift.from > 40 * MINUTE_MS)
      shifts.push({ ...shift, breaks: breaksOf(random, shift, nth) });
  }
  return shifts;
}

function employed(agent: number, place: number): boolean {
  if (agent === JOINED.agent) return place >= JOINED.place;
  return agent !== LEFT.agent || place < LEFT.place;
}

function onHoliday(agent: number, place: number): boolean {
  const begins = (0.07 + agent * 0.29) % 0.9;
  return place >= begins && place < begins + HOLIDAY;
}

function breaksOf(random: Random, { from, to }: { from: number; to: number }, nth: number): Break[] {
  const length = to - from;
  const minutes = (least: number, most: number) => Math.round(random.between(least, most) * MINUTE_MS);
  const at = (share: number) => Math.round(from + length * (share + random.between(-0.05, 0.05)));
  const breaks: Break[] = [{ at: at(0.28), ms: minutes(7, 16), reason: 'pauza-scurta' }];
  if (length >= 6.5 * HOUR_MS) {
    breaks.push({ at: at(0.55), ms: minutes(26, 42), reason: 'pauza-de-masa' });
    breaks.push({ at: at(0.77), ms: minutes(7, 15), reason: 'pauza-scurta' });
  }
  if (nth % 10 === 3) breaks.push({ at: at(0.12), ms: minutes(25, 50), reason: 'sedinta' });
  if (nth % 17 === 5) breaks.push({ at: at(0.62), ms: minutes(40, 70), reason: 'instruire' });
  if (random.chance(0.03)) breaks.push({ at: at(0.4), ms: minutes(3, 20), reason: 'probleme-tehnice' });
  return breaks.sort((a, b) => a.at - b.at);
}
