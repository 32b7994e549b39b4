/**
 * Lists, imported when a campaign is about to run out of people, with the rows that an import refuses.
 * @module
 */
import { makeNumber, makePerson, type Person } from './people.ts';
import type { Random } from './random.ts';
import type { HistoryList, HistoryReject } from './shapes.ts';
import { at, campaignOf, type World } from './world.ts';

const MONTHS = 'ian feb mar apr mai iun iul aug sep oct noi dec'.split(' ');
const DAY_MS = 86_400_000;
/** Of a list's rows. */
const REJECTED = 0.035;
const PRIORITY_LISTS = 0.15;
const SHARED_NUMBERS = 0.04;
/** Numbers that do not exist (any more). */
const NONEXISTENT = 0.035;

export interface ImportInput {
  campaign: string;
  /** About so many contacts. */
  size: number;
  now: number;
  /** `YYYY-MM-DD`. */
  date: string;
  taken: Set<string>;
}

/** Adds a list with its contacts; those may be called from now on. */
export function importList(world: World, input: ImportInput): void {
  const { random, history } = world;
  const { campaign, now, date } = input;
  const kind = random.chance(PRIORITY_LISTS) ? 'priority' : 'normal';
  const size = Math.max(5, Math.round(kind === 'priority' ? input.size / 3 : input.size));
  const place = history.lists.length;
  const from = history.contacts.length;
  const rejects = makeRejects(random, size);
  for (let row = 1, made = 0; made < size; row++) {
    if (rejects.some(({ rowNo }) => rowNo === row)) continue;
    made += 1;
    addContact(world, { ...input, list: place, rowNo: row, rank: kind === 'priority' ? 0 : 2 });
  }
  const list: HistoryList = {
    campaign,
    name: listName(history.lists, campaign, date),
    kind,
    at: now,
    importId: random.uuid(),
    rejects,
    from,
    to: history.contacts.length,
  };
  history.lists.push(list);
}

function listName(lists: readonly HistoryList[], campaign: string, date: string): string {
  const name = `${campaign}-${Number(date.slice(8))}-${MONTHS[Number(date.slice(5, 7)) - 1] ?? ''}-${date.slice(0, 4)}`;
  return lists.some((list) => list.name === name) ? `${name}-b` : name;
}

function makeRejects(random: Random, size: number): HistoryReject[] {
  const count = Math.round(size * REJECTED * random.between(0.5, 1.5));
  const rows = new Set<number>();
  while (rows.size < count) rows.add(1 + random.below(size));
  return [...rows]
    .sort((a, b) => a - b)
    .map((rowNo) => {
      const person = makePerson(random);
      return { rowNo, ...refusal(random, person) };
    });
}

function refusal(random: Random, { lastName, firstName, locality }: Person): Omit<HistoryReject, 'rowNo'> {
  const row = (phone: string): string[] => [phone, lastName, firstName, locality];
  return random.weighted<Omit<HistoryReject, 'rowNo'>>([
    [{ outcome: 'duplicate', reason: 'duplicate-in-file', cells: row('0721 000 000') }, 34],
    [{ outcome: 'invalid', reason: 'phone-invalid', cells: row('07x1 22') }, 30],
    [{ outcome: 'invalid', reason: 'phone-missing', cells: row('') }, 16],
    [{ outcome: 'suppressed', reason: 'no-consent', cells: row('0734 000 000') }, 20],
  ]);
}

function addContact(world: World, input: ImportInput & { list: number; rowNo: number; rank: number }): void {
  const { random, history } = world;
  const { campaign, now, list, rowNo, rank } = input;
  const contact = history.contacts.length;
  const numbers = [pickNumber(world, campaign, input.taken)];
  if (random.chance(0.18)) numbers.push(newNumber(world, input.taken));
  if (numbers.length === 2 && random.chance(0.15)) numbers.push(newNumber(world, input.taken));
  history.contacts.push({
    campaign,
    list,
    rowNo,
    ...makePerson(random),
    consentAt: new Date(now - random.between(10, 200) * DAY_MS).toISOString().slice(0, 10),
    createdAt: now,
    numbers,
    active: numbers.map(() => true),
    queue: { rank, dueAt: now, position: 1 },
    attempts: 0,
  });
  world.memory.push({ placedByStatus: {}, notPlaced: 0, reach: random.between(0.45, 1.55) });
  campaignOf(world, campaign).line.add({ contact, rank, dueAt: now });
}

/** Mostly a new one; some people are on lists of several campaigns. */
function pickNumber(world: World, campaign: string, taken: Set<string>): number {
  const { random, history } = world;
  if (history.contacts.length > 0 && random.chance(SHARED_NUMBERS)) {
    const other = at(history.contacts, random.below(history.contacts.length));
    const [number] = other.numbers;
    // The index of a campaign's numbers is unique; an import suppresses who must not be called.
    const free =
      other.campaign !== campaign &&
      number !== undefined &&
      at(history.numbers, number).doNotCall === undefined &&
      !world.sharedBy.has(`${campaign} ${number}`);
    if (free) {
      world.sharedBy.add(`${campaign} ${number}`).add(`${other.campaign} ${number}`);
      return number;
    }
  }
  return newNumber(world, taken);
}

function newNumber(world: World, taken: Set<string>): number {
  const { random, history } = world;
  history.numbers.push({ e164: makeNumber(random, taken), capDayCount: 0, capTotal: 0 });
  world.exists.push(!random.chance(NONEXISTENT));
  world.liveUntil.push(0);
  return history.numbers.length - 1;
}
