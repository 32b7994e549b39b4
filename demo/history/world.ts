/**
 * The state that a history is made in: contacts, numbers, lines of those to be called. What a call means for them is decided by
 * the product's own `decideCommit`, so that states agree with attempts.
 * @module
 */
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { SavedWrapUp } from '../../domain/agent-commit.ts';
import type { CommitDecision, StatusFlags } from '../../domain/commit-facts.ts';
import { decideCommit } from '../../domain/decide-commit.ts';
import { SEEDED_STATUSES } from '../../domain/seeded-statuses.ts';
import { HISTORY_CALENDAR, HISTORY_CAMPAIGNS, HISTORY_CAPS, HISTORY_RETRIES } from './config.ts';
import { createDialLine, type DialLine, type Waiting } from './dial-line.ts';
import type { WorkDay } from './plan.ts';
import type { Random } from './random.ts';
import type { HistoryCall, HistoryContact, HistoryEnd, HistoryNumber, HistoryPart } from './shapes.ts';

/** Node of the calls' edge; nothing else of a site has it. */
export const HISTORY_NODE = 'istoric';
export const HISTORY_EDGE = { node: HISTORY_NODE, epoch: 1 };

/** What is not written but decides how calls go. */
interface ContactMemory {
  placedByStatus: Record<string, number>;
  notPlaced: number;
  /** How often this person answers, against others. */
  reach: number;
  /** Id, status, commit of the last call. */
  last?: Pick<HistoryCall, 'id' | 'status' | 'committedAt' | 'kind'>;
}

export interface CampaignWorld {
  def: (typeof HISTORY_CAMPAIGNS)[number];
  line: DialLine;
}

export interface World {
  random: Random;
  history: HistoryEnd;
  /** What nobody has taken yet. */
  part: HistoryPart;
  /** Shifts of the parts before. */
  shiftsBefore: number;
  campaigns: ReadonlyMap<string, CampaignWorld>;
  memory: ContactMemory[];
  /** By place of the number: it exists, and until when a call to it goes on. */
  exists: boolean[];
  liveUntil: number[];
  /** `<campaign> <number>`: people on lists of several campaigns. */
  sharedBy: Set<string>;
}

export function createWorld(random: Random, history: HistoryEnd): World {
  const campaigns = HISTORY_CAMPAIGNS.map((def) => [def.name, { def, line: createDialLine() }] as const);
  return {
    random,
    history,
    part: { calls: [], shifts: [], trail: [] },
    shiftsBefore: 0,
    campaigns: new Map(campaigns),
    memory: [],
    exists: [],
    liveUntil: [],
    sharedBy: new Set(),
  };
}

export function campaignOf(world: World, name: string): CampaignWorld {
  const campaign = world.campaigns.get(name);
  if (!campaign) throw new Error(`no campaign ${name}`);
  return campaign;
}

export function at<T>(values: readonly T[], place: number): T {
  const value = values[place];
  if (value === undefined) throw new RangeError(`nothing at ${place}`);
  return value;
}

/** A contact that may be called, and the number that is next. */
export interface Claim {
  contact: number;
  number: number;
  entry: Waiting;
}

/** Enough to pass over everybody who has to wait for another call to end. */
const MOST_LOOKS = 50;
const BUSY_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The next of a campaign by all gates: queue, do-not-call, `Nu mai suna`, caps, one call to a number at a time. */
export function claimNext(
  world: World,
  name: string,
  day: WorkDay,
  now: number,
  agent?: number,
): Claim | undefined {
  const { line } = campaignOf(world, name);
  for (let look = 0; look < MOST_LOOKS; look++) {
    const entry = line.next(now, agent);
    if (!entry) return undefined;
    const contact = at(world.history.contacts, entry.contact);
    const number = numberToCall(world, name, contact);
    if (number === undefined) {
      const dead = contact.numbers.every((one) => at(world.history.numbers, one).doNotCall);
      close(contact, dead ? 'do-not-call' : 'stopped', now);
      continue;
    }
    const caps = at(world.history.numbers, number);
    if (caps.capTotal >= HISTORY_CAPS.perNumberTotal) close(contact, 'cap-total', now);
    else if (caps.capDay === day.date && caps.capDayCount >= HISTORY_CAPS.perNumberPerDay) {
      putOff(world, name, entry, { dueAt: day.closesAt + HOUR_MS, waitReason: 'cap-day' });
    } else if ((world.liveUntil[number] ?? 0) >= now) {
      putOff(world, name, entry, { dueAt: now + BUSY_MS, waitReason: 'number-busy' });
    } else return { contact: entry.contact, number, entry };
  }
  return undefined;
}

function numberToCall(world: World, name: string, contact: HistoryContact): number | undefined {
  const usable = contact.numbers.filter((place, index) => {
    const number = at(world.history.numbers, place);
    return (
      contact.active[index] === true && !number.doNotCall && number.runs?.get(name)?.stoppedAt === undefined
    );
  });
  const wanted = contact.numbers[(contact.queue?.position ?? 1) - 1];
  return wanted !== undefined && usable.includes(wanted) ? wanted : usable[0];
}

function close(
  contact: HistoryContact,
  reason: NonNullable<HistoryContact['closed']>['reason'],
  now: number,
): void {
  contact.closed = { reason, at: now };
  delete contact.queue;
}

function putOff(
  world: World,
  name: string,
  entry: Waiting,
  to: { dueAt: number; waitReason: 'cap-day' | 'number-busy' },
): void {
  const { queue } = at(world.history.contacts, entry.contact);
  if (!queue) return;
  Object.assign(queue, to);
  campaignOf(world, name).line.add({ ...entry, dueAt: to.dueAt, rank: entry.rank === 2 ? 1 : entry.rank });
}

/** `countsTowardsCaps` is looked up here: the day is known, and to find it from an instant is slow. */
const FLAGS: readonly StatusFlags[] = SEEDED_STATUSES.map((status, id) => ({
  ...status,
  id,
  countsTowardsCaps: false,
}));
const COUNTED = new Set(SEEDED_STATUSES.filter((one) => one.countsTowardsCaps).map(({ code }) => code));

export interface Finished {
  call: HistoryCall;
  placed: PlacedCall;
  wrapUp?: SavedWrapUp;
  day: WorkDay;
  rank: number;
}

/** The commit: the outcome, and what follows for contact, queue, numbers. To be run at `committedAt`. */
export function commit(world: World, { call, placed, wrapUp, day, rank }: Finished): void {
  const campaign = campaignOf(world, call.campaign);
  const contact = at(world.history.contacts, call.contact);
  const memory = at(world.memory, call.contact);
  const number = at(world.history.numbers, call.number);
  const decision = decideCommit({
    facts: {
      call: {
        id: call.id,
        kind: call.kind,
        campaignId: 0,
        contactId: call.contact,
        numberId: call.number,
        claimedAt: new Date(call.claimedAt),
        ...(call.agent !== undefined && { agentId: call.agent }),
      },
      zone: HISTORY_CALENDAR.zone,
      retryRules: HISTORY_RETRIES,
      stopAfterUnanswered: campaign.def.stopAfterUnanswered,
      unanswered: number.runs?.get(call.campaign)?.unanswered ?? 0,
      contact: {
        numbers: contact.numbers.map((place, index) =>
          numberFact(world, call.campaign, contact, place, index),
        ),
        placedByStatus: memory.placedByStatus,
        notPlaced: memory.notPlaced,
      },
      statuses: FLAGS,
    },
    placed,
    ...(wrapUp && { wrapUp }),
    now: new Date(call.committedAt),
  });
  call.status = decision.status.code;
  world.part.calls.push(call);
  remember(memory, decision, call);
  if (call.invitedAt !== undefined && COUNTED.has(call.status)) countCap(number, day.date);
  if (decision.unanswered) {
    const run = { ...number.runs?.get(call.campaign), unanswered: decision.unanswered.count };
    if (decision.unanswered.stop) run.stoppedAt = call.committedAt;
    (number.runs ??= new Map()).set(call.campaign, run);
  }
  if (decision.numberInactive) contact.active[contact.numbers.indexOf(call.number)] = false;
  if (decision.doNotCall) optOut(world, contact, call, decision.agent?.doNotCallReason);
  next(campaign, contact, call, decision, rank);
}

function numberFact(world: World, campaign: string, contact: HistoryContact, place: number, index: number) {
  const number = at(world.history.numbers, place);
  return {
    numberId: place,
    position: index + 1,
    active: contact.active[index] === true,
    doNotCall: number.doNotCall !== undefined,
    stopped: number.runs?.get(campaign)?.stoppedAt !== undefined,
  };
}

function remember(memory: ContactMemory, { status, placed }: CommitDecision, call: HistoryCall): void {
  const { invitedAt, id, committedAt, kind } = call;
  memory.last = { id, status: status.code, committedAt, kind };
  if (invitedAt !== undefined) {
    memory.placedByStatus[status.code] = (memory.placedByStatus[status.code] ?? 0) + 1;
  } else if (placed.end.reason !== 'skipped') memory.notPlaced += 1;
}

function countCap(number: HistoryNumber, date: string): void {
  number.capDayCount = number.capDay === date ? number.capDayCount + 1 : 1;
  number.capDay = date;
  number.capTotal += 1;
}

function optOut(world: World, contact: HistoryContact, call: HistoryCall, reason = 'opted-out'): void {
  for (const place of contact.numbers) {
    at(world.history.numbers, place).doNotCall ??= { at: call.committedAt, by: `call:${call.id}`, reason };
  }
}

function next(
  { line }: CampaignWorld,
  contact: HistoryContact,
  call: HistoryCall,
  decision: CommitDecision,
  rank: number,
): void {
  const to = decision.contact;
  if (!to || to.next === 'close') {
    if (to) close(contact, to.reason, call.committedAt);
    return;
  }
  const agent = typeof to.queue?.agent === 'number' ? to.queue.agent : undefined;
  const queue = {
    rank: to.keepRank ? rank : (to.queue?.rank ?? 1),
    dueAt: to.dueAt.getTime(),
    position: to.position,
    waitReason: to.waitReason,
    ...(agent !== undefined && { agent }),
  };
  contact.queue = queue;
  line.add({
    contact: call.contact,
    rank: queue.rank,
    dueAt: queue.dueAt,
    ...(agent !== undefined && { agent }),
  });
}
