/**
 * One transaction for all agents who ask for a number of one campaign, on one edge, at the same moment.
 *
 * ```
 *  locks of campaign, trunk, edge ──> candidates with their verdicts ──> who gets which ──> lease: each agent, or not
 * ```
 * The locks are taken once for all of them, in the order of the robot's claim, and held for two statements. The agents' own
 * rows come last here and are never waited for, so that nobody who holds one (a desk, a commit) can wait for us in a circle.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
import type { EdgeRef } from '../contracts/model/call.ts';
import { isDeferral } from '../domain/deferral.ts';
import { PREVIEW_GRACE_SECONDS, deskRules } from '../domain/desk-rules.ts';
import { mayTake, seatContacts, type Seat, type WaitingContact } from '../domain/seat-contacts.ts';
import { AGAIN_MS, agentCall, gateValues, type AgentCall } from './agent-claim.ts';
import type { CampaignSetup } from './campaigns.ts';
import { fullness, later, lockGates, ONE_PLAN, type ClaimWait, type Room } from './claim-gates.ts';
import { edgeKey, type LiveBounds } from './claim-memory.ts';
import type { Database } from './client.ts';
import { CANDIDATES, LEASE, forSeats } from './next-number-statement.ts';
import { rowsOfNamed } from './numbered.ts';
import type { Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface OpenCampaign {
  setup: CampaignSetup;
  closesAt: Date;
}

/** An agent who asks for a number of this campaign. */
export interface AskingSeat {
  agentId: number;
  /** User name, for the trail. */
  by: string;
  /** Nothing of a later class: another campaign may have better. */
  upTo: number;
}

export type SeatResult =
  | { state: 'claimed'; call: AgentCall }
  /** The campaign has nothing for this agent now. */
  | { state: 'campaign-waits'; wait: ClaimWait }
  /** Something changed meanwhile, contacts were put off, or others were first: look again. */
  | { state: 'again' }
  /** Somebody else holds the agent's row, or the agent has moved on. */
  | { state: 'agent-held' }
  /** None of the contacts was for this agent: nothing is due, or all are held by others. */
  | { state: 'none-seen' };

/** Lower bounds of `seq` of the open calls, as in `claim-memory.ts`. Changed by a claim that was committed. */
export interface CampaignBounds {
  trunk: number;
  campaign: number;
  /** By `edgeKey`. */
  edges: Record<string, number>;
}

export interface ClaimTogether {
  campaign: OpenCampaign;
  edge: EdgeRef;
  /** In the order in which they asked; no agent twice, at most `MOST_SEATS`. */
  seats: readonly AskingSeat[];
  now: Date;
  bounds: CampaignBounds;
}

/** @returns of each seat its own; all of it is true or, when it throws, nothing */
export async function claimTogether(db: Database, input: ClaimTogether): Promise<SeatResult[]> {
  const { bounds, edge } = input;
  const done = await inTransaction(db, (client) => claim(client, input), ONE_PLAN);
  if (done.oldest) {
    // Only what was committed is over.
    bounds.trunk = done.oldest.trunk;
    bounds.campaign = done.oldest.campaign;
    bounds.edges[edgeKey(edge)] = done.oldest.edge;
  }
  return done.results;
}

interface Done {
  results: SeatResult[];
  oldest?: LiveBounds;
}

interface CandidatesRow extends Room {
  trunkOldest: number | null;
  campaignOldest: number | null;
  edgeOldest: number | null;
  candidates: Omit<Candidate, 'campaignId' | 'graceMs'>[];
}

interface Candidate extends WaitingContact {
  listId: number;
  attempt: number;
  priority: boolean;
  verdict: string;
  /** Of the one that may be called; null when none may. */
  position: number | null;
  numberId: number | null;
}

async function claim(client: Queryable, input: ClaimTogether): Promise<Done> {
  const { campaign, edge, seats, now, bounds } = input;
  const { setup } = campaign;
  const all = (wait: ClaimWait): Done => ({
    results: seats.map(() => ({ state: 'campaign-waits', wait })),
  });
  const gates = await lockGates(client, { setup, edges: [edge], now, bounds: bounds.edges });
  if ('reason' in gates) return all(gates);
  const { allowance } = gates;
  const rules = deskRules(setup.campaign);
  const graceMs = rules.callbackGraceMinutes * 60_000;
  const shared = gateValues({ setup, edge, allowance, now });
  const statement = forSeats(CANDIDATES, seats.length);
  const [row] = await rowsOfNamed<
    CandidatesRow & { [key: string]: unknown },
    (typeof statement.values)[number]
  >(client, statement, {
    ...shared,
    agents: seats.map(({ agentId }) => agentId),
    upTo: Math.max(...seats.map(({ upTo }) => upTo)),
    daily: rules.assignment === 'daily-queue',
    missedBefore: later(now, -graceMs),
    trunkFrom: bounds.trunk,
    campaignFrom: bounds.campaign,
    edgeFrom: bounds.edges[edgeKey(edge)] ?? 0,
  });
  if (!row) return all({ reason: 'no-edge', until: later(now, AGAIN_MS) });
  const full = fullness(row, now);
  if (full) return all(full);
  const candidates = row.candidates.map((one) => ({ ...one, campaignId: setup.id, graceMs }));
  const room = Math.min(row.concurrency, row.channels, row.places, allowance.allowed);
  const picks = picksOf(input, candidates, room);
  const calls = await lease(client, { ...input, candidates, picks, shared });
  const oldestNew = Math.min(...calls.flatMap(({ seq }) => seq ?? []));
  const from = (oldest: number | null, before: number) =>
    oldest ?? (Number.isFinite(oldestNew) ? oldestNew : before);
  return {
    results: seats.map((seat, at) => resultOf({ input, seat, pick: picks[at], candidates, calls })),
    oldest: {
      trunk: from(row.trunkOldest, bounds.trunk),
      campaign: from(row.campaignOldest, bounds.campaign),
      edge: from(row.edgeOldest, bounds.edges[edgeKey(edge)] ?? 0),
    },
  };
}

interface Pick {
  seat: AskingSeat;
  contact: Candidate;
  callId: string;
}

/** As many as there is room for, in the order in which they asked. */
function picksOf(
  { campaign, seats, now }: ClaimTogether,
  candidates: readonly Candidate[],
  room: number,
): (Pick | undefined)[] {
  const callable = candidates.filter(({ verdict }) => verdict === 'ok');
  const given = seatContacts(
    seats.map((seat) => asSeat(seat, campaign)),
    callable,
    now,
  );
  let left = room;
  return seats.map((seat, at) => {
    const contact = given[at];
    if (contact === undefined || left <= 0) return undefined;
    left -= 1;
    return { seat, contact, callId: uuidv7() };
  });
}

function asSeat({ agentId, upTo }: AskingSeat, { setup }: OpenCampaign): Seat {
  return { agentId, upTo, campaigns: new Set([setup.id]) };
}

interface LeasedRow {
  callId: string;
  /** The agent could have it. */
  seated: boolean;
  /** Null: not claimed, the number was on another call. */
  seq: number | null;
}

interface LeaseInput extends ClaimTogether {
  candidates: readonly Candidate[];
  picks: readonly (Pick | undefined)[];
  shared: ReturnType<typeof gateValues>;
}

async function lease(client: Queryable, input: LeaseInput): Promise<LeasedRow[]> {
  const { campaign, candidates, shared } = input;
  const picks = input.picks.filter((pick) => pick !== undefined);
  const waiting = candidates.filter(({ verdict }) => isDeferral(verdict));
  const closing = candidates.filter(({ verdict }) => verdict !== 'ok' && !isDeferral(verdict));
  if (picks.length + waiting.length + closing.length === 0) return [];
  const previewUntil = previewEnd(input);
  return rowsOfNamed<LeasedRow & { [key: string]: unknown }, (typeof LEASE.values)[number]>(client, LEASE, {
    ...shared,
    callIds: picks.map(({ callId }) => callId),
    agents: picks.map(({ seat }) => seat.agentId),
    by: picks.map(({ seat }) => seat.by),
    contacts: picks.map(({ contact }) => contact.contactId),
    lists: picks.map(({ contact }) => contact.listId),
    positions: picks.map(({ contact }) => contact.position),
    numbers: picks.map(({ contact }) => contact.numberId),
    attempts: picks.map(({ contact }) => contact.attempt),
    waiting: waiting.map(({ contactId }) => contactId),
    waitReasons: waiting.map(({ verdict }) => verdict),
    closing: closing.map(({ contactId }) => contactId),
    closeReasons: closing.map(({ verdict }) => verdict),
    placeBefore: placeBefore(campaign.closesAt, previewUntil),
    previewUntil: previewUntil ?? null,
  });
}

/** Undefined: called at once. */
function previewEnd({ campaign, now }: ClaimTogether): Date | undefined {
  const { dialing, previewSeconds } = deskRules(campaign.setup.campaign);
  return dialing === 'preview' ? later(now, previewSeconds * 1_000) : undefined;
}

function placeBefore(closesAt: Date, previewUntil: Date | undefined): Date {
  const looked = previewUntil && later(previewUntil, PREVIEW_GRACE_SECONDS * 1_000);
  return looked && looked < closesAt ? looked : closesAt;
}

interface ResultInput {
  input: ClaimTogether;
  seat: AskingSeat;
  pick: Pick | undefined;
  candidates: readonly Candidate[];
  calls: readonly LeasedRow[];
}

function resultOf({ input, seat, pick, candidates, calls }: ResultInput): SeatResult {
  if (!pick) {
    const asking = asSeat(seat, input.campaign);
    const seen = candidates.some((contact) => mayTake(asking, contact, input.now) !== undefined);
    return { state: seen ? 'again' : 'none-seen' };
  }
  const row = calls.find(({ callId }) => callId === pick.callId);
  if (row?.seated !== true) return { state: 'agent-held' };
  return row.seq === null ? { state: 'again' } : { state: 'claimed', call: callOf(input, pick) };
}

function callOf(input: ClaimTogether, { seat, contact, callId }: Pick): AgentCall {
  const { setup } = input.campaign;
  const previewUntil = previewEnd(input);
  return agentCall(setup, {
    callId,
    agentId: seat.agentId,
    contactId: contact.contactId,
    attempt: contact.attempt,
    listId: contact.listId,
    priority: contact.priority,
    edge: input.edge,
    ...(previewUntil && { previewUntil }),
  });
}
