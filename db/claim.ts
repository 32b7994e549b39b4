/**
 * Leases due contacts and writes the intents of their calls.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
import type { CallKind, EdgeRef } from '../contracts/model/call.ts';
import { deferredUntil } from '../domain/deferral.ts';
import type { CampaignSetup } from './campaigns.ts';
import {
  fullness,
  later,
  lockGates,
  ONE_PLAN,
  PLACE_LOOK_MS,
  type ClaimWait,
  type Room,
  type TrunkAllowance,
} from './claim-gates.ts';
import {
  claimFrom,
  edgeKey,
  placeAt,
  type ClaimMemory,
  type LiveBounds,
  type QueuePlace,
} from './claim-memory.ts';
import { CANDIDATE_STEPS, claimStatement } from './claim-statement.ts';
import { verdictValues } from './claim-verdict.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inOneStatement } from './transaction.ts';

export interface ClaimParams {
  /** As `readCampaign` gave it a moment ago. */
  setup: CampaignSetup;
  now: Date;
  /** Nothing is claimed, and no INVITE leaves, at or after this instant. */
  closesAt: Date;
  /** Most calls to claim at once. */
  maxCalls: number;
  /** Only these edges; default: any that takes calls. The whole batch goes to one. */
  edges?: readonly EdgeRef[];
  /** Of a loop that claims for this campaign again and again; changed by a claim that was committed. */
  memory?: ClaimMemory;
}

export interface ClaimedCall {
  callId: string;
  contactId: number;
  attempt: number;
  campaignId: number;
  listId: number;
  edge: EdgeRef;
}

export interface ClaimResult {
  calls: ClaimedCall[];
  /** Contacts passed over for now. */
  deferred: number;
  /** Contacts that will not be called any more. */
  closed: number;
  /** Why no more was claimed, and when to look again. Absent: look again at once. */
  wait?: ClaimWait;
}

/**
 * More candidates than calls: some are deferred or closed. Each one is read and locked, so a claimer that remembers that
 * nearly all could be called looks at a few more than it needs; the others look at plenty.
 */
const CANDIDATES_PER_CALL = { few: 1.25, plenty: 3 };

/**
 * Claims up to `maxCalls` contacts of a campaign: each gets its lease, a `calls` intent and a `live_calls` row in one
 * statement, or none of them. Safe to run from any number of processes at once.
 */
export async function claimCalls(db: Database, params: ClaimParams): Promise<ClaimResult> {
  const { setup, now, memory } = params;
  if (now >= params.closesAt) return nothing({ reason: 'closed', until: params.closesAt });
  const from = claimFrom(memory);
  const { locked, rows } = await inOneStatement<Gates, StatementRow>(
    db,
    (client) =>
      lockGates(client, {
        setup,
        now,
        ...(params.edges && { edges: params.edges }),
        ...(memory && { bounds: memory.edges }),
      }),
    (gates) => {
      if ('reason' in gates) return undefined;
      const values = statementValues({
        params,
        ...gates,
        wanted: wantedOf(params, gates),
        from: from.places,
      });
      return { ...claimStatement(candidatesOf(params, gates)), values };
    },
    ONE_PLAN,
  );
  if ('reason' in locked) return nothing(locked);
  const [row] = rows;
  // The epoch was ended between the lock and the statement: impossible while we held its lock.
  if (!row) return nothing({ reason: 'no-edge', until: later(now, 500) });
  return settle(db.pool, params, { row, gates: locked, from });
}

function nothing(wait: ClaimWait): ClaimResult {
  return { calls: [], deferred: 0, closed: 0, wait };
}

type Gates = Awaited<ReturnType<typeof lockGates>>;
type OpenGates = Exclude<Gates, ClaimWait>;

function wantedOf(params: ClaimParams, { allowance }: OpenGates): number {
  return Math.max(1, Math.min(params.maxCalls, allowance.allowed));
}

function candidatesOf(params: ClaimParams, gates: OpenGates): number {
  const { memory } = params;
  const perCall = memory && !memory.picky ? CANDIDATES_PER_CALL.few : CANDIDATES_PER_CALL.plenty;
  const atLeast = wantedOf(params, gates) * perCall;
  return CANDIDATE_STEPS.find((step) => step >= atLeast) ?? 500;
}

interface StatementRow extends Room {
  scanned: number;
  deferred: number;
  closed: number;
  calls: { callId: string; contactId: number; attempt: number; listId: number }[];
  /** The last contact of each rank before which everything is leased, deferred or closed. */
  finished: (QueuePlace & { rank: number })[] | null;
  /** Of the first candidate that could be called and was not: there were enough. */
  openRank: number | null;
  bounds: { [K in keyof LiveBounds]: number | null };
}

interface Claimed {
  row: StatementRow;
  gates: OpenGates;
  from: ReturnType<typeof claimFrom>;
}

/** After the commit: what is remembered is so, and nothing that fails here may lose calls that were claimed. */
async function settle(
  on: Queryable,
  params: ClaimParams,
  { row, gates, from }: Claimed,
): Promise<ClaimResult> {
  const { memory, now } = params;
  const { edge } = gates;
  const calls = row.calls.map((call) => ({ ...call, campaignId: params.setup.id, edge }));
  const result = { calls, deferred: row.deferred, closed: row.closed };
  const short = calls.length < wantedOf(params, gates);
  // As the statement was asked: `keepInMind` changes what the next one asks.
  const candidates = candidatesOf(params, gates);
  if (memory) keepInMind(memory, { row, edge, from, short, candidates, now });
  const full = fullness(row, now, calls.length);
  if (full) return { ...result, wait: full };
  // Too few from a place on: something may have come in before it, so the next look begins at the top.
  if (row.scanned >= candidates || !short || !from.fromTop || calls.length > 0) return result;
  return { ...result, wait: await nextLook(on, params) };
}

interface KeepInput {
  row: StatementRow;
  edge: EdgeRef;
  from: ReturnType<typeof claimFrom>;
  short: boolean;
  candidates: number;
  now: Date;
}

function keepInMind(memory: ClaimMemory, input: KeepInput): void {
  const { row, edge, from, short, candidates } = input;
  memory.places = placesAfter(input);
  if (from.fromTop) memory.topAt = performance.now();
  // Nothing is left: whatever comes next may have come in anywhere.
  if (short && row.scanned < candidates) memory.topAt = -Infinity;
  memory.picky = short && row.scanned >= candidates;
  memory.trunk = row.bounds.trunk ?? memory.trunk;
  memory.campaign = row.bounds.campaign ?? memory.campaign;
  const key = edgeKey(edge);
  memory.edges = { ...memory.edges, [key]: row.bounds.edge ?? memory.edges[key] ?? 0 };
}

function placesAfter({ row, from, candidates, now }: KeepInput): QueuePlace[] {
  const finished = new Map(row.finished?.map((place) => [place.rank, place]));
  const last = row.scanned < candidates ? Infinity : Math.max(...finished.keys());
  // A rank is read only when those before it gave too few: they were read to their ends.
  const reached = fullness(row, now, 0) ? -1 : (row.openRank ?? last);
  return from.places.map((place, rank) => (rank < reached ? placeAt(now) : (finished.get(rank) ?? place)));
}

interface StatementInput {
  params: ClaimParams;
  allowance: TrunkAllowance;
  edge: EdgeRef;
  wanted: number;
  from: readonly QueuePlace[];
}

function statementValues({ params, allowance, edge, wanted, from }: StatementInput): unknown[] {
  const { setup, now, memory } = params;
  const kind: CallKind = setup.campaign.mode === 'robot' ? 'robot' : 'outbound';
  const rules = verdictValues(setup, now);
  const until = deferredUntil({ zone: setup.calendar.zone, now });
  return [
    setup.id,
    now,
    Array.from({ length: wanted }, () => uuidv7()),
    wanted,
    setup.trunkId,
    edge.node,
    edge.epoch,
    rules.prefixes,
    rules.day,
    until['cap-day'],
    rules.perDay,
    rules.perTotal,
    rules.consent,
    JSON.stringify(setup.versions),
    memory?.trunk ?? 0,
    setup.trunk.maxChannels,
    setup.campaign.concurrency,
    params.closesAt,
    kind,
    until['number-busy'],
    until['trunk-bound'],
    allowance.bucketLevel,
    allowance.probing,
    ...from.flatMap((place) => [place.dueAt, place.contactId]),
    memory?.campaign ?? 0,
    memory?.edges[edgeKey(edge)] ?? 0,
  ];
}

/** New contacts come with a NOTIFY; this is for those that come without. */
const IDLE_LOOK_MS = 5_000;

/** The earliest due time among the contacts that wait, through the index, rank by rank. */
async function nextLook(client: Queryable, { setup, now }: ClaimParams): Promise<ClaimWait> {
  const earliest = (rank: number) =>
    `(select due_at from dial_queue where campaign_id = $1 and rank = ${rank} and call_id is null
      order by due_at, contact_id limit 1)`;
  const [row] = await rowsOf<{ dueAt: Date | null; leased: boolean }>(
    client,
    `select least(${[0, 1, 2].map(earliest).join(', ')}) as "dueAt",
       exists (select 1 from live_calls where campaign_id = $1) as leased`,
    [setup.id],
  );
  const idle = later(now, IDLE_LOOK_MS);
  if (!row?.dueAt) return { reason: row?.leased ? 'nothing-due' : 'no-contacts', until: idle };
  // Rows that another claim holds locked are due in the past: not a reason to spin.
  const until = row.dueAt <= now ? later(now, PLACE_LOOK_MS) : row.dueAt;
  return { reason: 'nothing-due', until };
}
