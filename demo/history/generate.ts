/**
 * Six months of a made-up call centre, call by call in the order of time. Pure: the same seed and end give the same rows.
 * @module
 */
import { startShift } from './agent-shift.ts';
import { HISTORY_CAMPAIGNS, type HistoryCampaign } from './config.ts';
import { makeCorrections, putOnDoNotCall } from './corrections.ts';
import { createEvents, type Events } from './events.ts';
import { importList } from './lists.ts';
import { HISTORY_AGENTS } from './people.ts';
import { callTimes, daysBefore, workDays, type WorkDay } from './plan.ts';
import { seededRandom } from './random.ts';
import { robotTurn } from './robots.ts';
import type { History, HistoryEnd, HistoryOptions, HistoryPart } from './shapes.ts';
import { shiftsOf } from './shifts.ts';
import { campaignOf, createWorld, type World } from './world.ts';

/** Calls of the last hour have time to end. */
const LAST_CALLS_MS = 15 * 60_000;
const SIX_MONTHS = 183;
/** A small history is of fewer days rather than of days without calls. */
const CALLS_A_DAY = 220;
const LEAST_DAYS = 21;

/** Which part of the calls a campaign has, from when to when it runs (0: the begin, 1: the end). */
const SHARES: Readonly<Record<HistoryCampaign, readonly [share: number, from: number, to: number]>> = {
  programari: [0.2, 0, 0.68],
  informare: [0.25, 0.15, 0.985],
  abonamente: [0.32, 0, 1],
  satisfactie: [0.23, 0.3, 1],
};
/** Hours in which the trunk had trouble. */
const TROUBLES = [0.21, 0.55, 0.9];
const TROUBLE_MS = 40 * 60_000;
const ATTEMPTS_A_CONTACT = 2.1;
/** Working days that a list is meant for. */
const LIST_DAYS = 9;
const IMPORT_BEFORE_OPENING_MS = 25 * 60_000;
/** Some dozens of calls: what is forgotten at once costs no memory, nor the time to move it about. */
const EVENTS_A_PART = 400;

/** All of it at once. */
export function generateHistory(options: HistoryOptions): History {
  const calls: History['calls'] = [];
  const shifts: History['shifts'] = [];
  const trail: History['trail'] = [];
  const parts = historyParts(options);
  for (;;) {
    const next = parts.next();
    if (next.done === true) return { ...next.value, calls, shifts, trail };
    calls.push(...next.value.calls);
    shifts.push(...next.value.shifts);
    trail.push(...next.value.trail);
  }
}

/** Part by part, so that each can be written and forgotten; what is there in the end comes last. */
export function* historyParts(options: HistoryOptions): Generator<HistoryPart, HistoryEnd, void> {
  const random = seededRandom(options.seed);
  const end = new Date(options.until.getTime() - LAST_CALLS_MS);
  const from = daysBefore(end, options.days ?? daysFor(options.calls));
  const world = createWorld(random, emptyEnd(from, end));
  const calendar = workDays(random, from, end);
  const plan = planCalls(calendar, options.calls);
  const taken = new Set(options.taken);
  let calls = 0;
  for (const [nth, day] of calendar.entries()) {
    const events = createEvents();
    keepListsFull({ world, day, nth, plan, taken }, day.opensAt - IMPORT_BEFORE_OPENING_MS);
    openDay({ world, events, day, nth, planned: plan[nth] ?? new Map(), calendar });
    for (let more = true; more;) {
      more = events.run(EVENTS_A_PART);
      const { part } = world;
      world.part = { calls: [], shifts: [], trail: [] };
      world.shiftsBefore += part.shifts.length;
      calls += part.calls.length;
      yield part;
    }
  }
  world.history.days = calendar.length;
  world.history.ends.push(...endsOf(world.history, calendar));
  makeCorrections(world, calls);
  putOnDoNotCall(world, calls);
  return world.history;
}

function daysFor(calls: number): number {
  return Math.min(SIX_MONTHS, Math.max(LEAST_DAYS, Math.round(calls / CALLS_A_DAY)));
}

function emptyEnd(from: Date, end: Date): HistoryEnd {
  return {
    from: from.getTime(),
    until: end.getTime(),
    days: 0,
    agents: [...HISTORY_AGENTS],
    lists: [],
    numbers: [],
    contacts: [],
    corrections: [],
    ends: [],
  };
}

/** Calls of each campaign on each day. */
type Planned = ReadonlyMap<HistoryCampaign, number>;

function planCalls(calendar: readonly WorkDay[], calls: number): Planned[] {
  const planned = calendar.map(() => new Map<HistoryCampaign, number>());
  for (const { name } of HISTORY_CAMPAIGNS) {
    const [share, from, to] = SHARES[name];
    const runs = ({ place }: WorkDay): boolean => place >= from && place < to;
    const weight = calendar.reduce((sum, day) => sum + (runs(day) ? day.weight : 0), 0);
    for (const [nth, day] of calendar.entries()) {
      if (runs(day)) planned[nth]?.set(name, (calls * share * day.weight) / weight);
    }
  }
  return planned;
}

interface Stock {
  world: World;
  day: WorkDay;
  nth: number;
  plan: readonly Planned[];
  taken: Set<string>;
}

/** A list comes when there are not enough new people for tomorrow as well. */
function keepListsFull({ world, day, nth, plan, taken }: Stock, now: number): void {
  for (const { name } of HISTORY_CAMPAIGNS) {
    const ahead = plan.slice(nth, nth + LIST_DAYS).map((planned) => planned.get(name) ?? 0);
    const soon = ((ahead[0] ?? 0) + (ahead[1] ?? 0)) / ATTEMPTS_A_CONTACT;
    if (soon === 0 || campaignOf(world, name).line.fresh > soon) continue;
    const size = ahead.reduce((sum, calls) => sum + calls, 0) / ATTEMPTS_A_CONTACT;
    importList(world, { campaign: name, size, now, date: day.date, taken });
  }
}

interface OpenDay {
  world: World;
  events: Events;
  day: WorkDay;
  nth: number;
  planned: Planned;
  calendar: readonly WorkDay[];
}

function openDay({ world, events, day, nth, planned, calendar }: OpenDay): void {
  const { random } = world;
  const trouble = troubleOf(calendar, nth);
  let ofAgents = 0;
  for (const { name, mode } of HISTORY_CAMPAIGNS) {
    const calls = planned.get(name) ?? 0;
    if (mode === 'agent') {
      ofAgents += calls;
      continue;
    }
    const turn = { world, events, campaign: name, day, trouble };
    for (const time of callTimes(random, day, Math.round(calls)))
      events.add(time, (now) => robotTurn(turn, now));
  }
  const shifts = shiftsOf(random, day, nth);
  const length = shifts.reduce((sum, { from, to }) => sum + to - from, 0);
  const [first, second] = ['abonamente', 'satisfactie'] as const;
  const share = (planned.get(first) ?? 0) / Math.max(1, ofAgents);
  for (const shift of shifts) {
    const calls = Math.round((ofAgents * (shift.to - shift.from)) / length + random.between(-0.5, 0.5));
    const campaigns = random.chance(share) ? [first, second] : [second, first];
    const open = campaigns.filter((name) => planned.has(name));
    startShift({ world, events, day, shift, calls, campaigns: open, trouble });
  }
}

function troubleOf(calendar: readonly WorkDay[], nth: number): (at: number) => boolean {
  const hit = TROUBLES.findIndex((place) => Math.floor(place * calendar.length) === nth);
  const day = calendar[nth];
  if (hit < 0 || !day) return () => false;
  const begins = day.opensAt + (2.3 + hit * 2.1) * 3_600_000;
  return (at) => at >= begins && at < begins + TROUBLE_MS;
}

function endsOf(history: HistoryEnd, calendar: readonly WorkDay[]): HistoryEnd['ends'] {
  const evening = (campaign: HistoryCampaign): number => {
    const last = calendar.findLast(({ place }) => place < SHARES[campaign][2]);
    return (last?.closesAt ?? history.until) + 5 * 60_000;
  };
  const by = 'supervizor';
  return [
    {
      campaign: 'programari',
      what: 'stop',
      at: evening('programari'),
      by,
      reason: 'campania s-a încheiat',
    },
    {
      campaign: 'informare',
      what: 'pause',
      at: evening('informare'),
      by,
      reason: 'așteptăm textul nou al mesajului',
    },
  ];
}
