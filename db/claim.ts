/**
 * Leases due contacts and writes the intents of their calls.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
import type { CallKind, EdgeRef } from '../contracts/model/call.ts';
import { localDay, nextLocalDay } from '../domain/calendar.ts';
import { CONFIG_WAIT_SECONDS, NUMBER_BUSY_SECONDS } from '../domain/dial-wait.ts';
import type { CampaignSetup } from './campaigns.ts';
import { later, lockCampaignAndTrunk, lockEdge, type ClaimWait, type TrunkAllowance } from './claim-gates.ts';
import { CLAIM_STATEMENT } from './claim-statement.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

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

/** More candidates than calls: some are deferred or closed. Bounded, so that one claim is some milliseconds. */
const CANDIDATES_PER_CALL = 3;
const MIN_CANDIDATES = 50;
const MAX_CANDIDATES = 500;

/**
 * Claims up to `maxCalls` contacts of a campaign: each gets its lease, a `calls` intent and a `live_calls` row in one
 * statement, or none of them. Safe to run from any number of processes at once.
 */
export async function claimCalls(db: Database, params: ClaimParams): Promise<ClaimResult> {
  const { setup, now } = params;
  if (now >= params.closesAt) return nothing({ reason: 'closed', until: params.closesAt });
  return inTransaction(db, async (client) => {
    const allowance = await lockCampaignAndTrunk(client, setup, now);
    if ('reason' in allowance) return nothing(allowance);
    const edge = await lockEdge(client, {
      ...(params.edges && { edges: params.edges }),
      recording: setup.campaign.recording,
      now,
    });
    if ('reason' in edge) return nothing(edge);
    return settle(client, params, allowance, edge);
  });
}

function nothing(wait: ClaimWait): ClaimResult {
  return { calls: [], deferred: 0, closed: 0, wait };
}

interface StatementRow {
  scanned: number;
  deferred: number;
  closed: number;
  channels: number;
  concurrency: number;
  places: number;
  calls: { callId: string; contactId: number; attempt: number; listId: number }[];
}

async function settle(
  client: Queryable,
  params: ClaimParams,
  allowance: TrunkAllowance,
  edge: EdgeRef,
): Promise<ClaimResult> {
  const wanted = Math.max(1, Math.min(params.maxCalls, allowance.allowed));
  const candidates = Math.min(MAX_CANDIDATES, Math.max(MIN_CANDIDATES, wanted * CANDIDATES_PER_CALL));
  const [row] = await rowsOf<StatementRow>(
    client,
    CLAIM_STATEMENT,
    statementValues({ params, allowance, edge, wanted, candidates }),
  );
  // The epoch was ended between the lock and here: impossible while we hold its lock.
  if (!row) return nothing({ reason: 'no-edge', until: later(params.now, 500) });
  const calls = row.calls.map((call) => ({ ...call, campaignId: params.setup.id, edge }));
  const result = { calls, deferred: row.deferred, closed: row.closed };
  const full = fullness(row, params.now);
  if (full) return { ...result, wait: full };
  if (row.scanned >= candidates || calls.length >= wanted) return result;
  return { ...result, wait: await nextLook(client, params) };
}

interface StatementInput {
  params: ClaimParams;
  allowance: TrunkAllowance;
  edge: EdgeRef;
  wanted: number;
  candidates: number;
}

function statementValues({ params, allowance, edge, wanted, candidates }: StatementInput): unknown[] {
  const { setup, now } = params;
  const { zone } = setup.calendar;
  const kind: CallKind = setup.campaign.mode === 'robot' ? 'robot' : 'outbound';
  // Commercial calls by automatic systems need prior consent (Law 506/2004, art. 12): not a setting for robots.
  const consentRequired = setup.campaign.consentRequired || kind === 'robot';
  return [
    setup.id,
    now,
    Array.from({ length: wanted }, () => uuidv7()),
    candidates,
    setup.trunkId,
    edge.node,
    edge.epoch,
    setup.trunk.permittedPrefixes,
    localDay(zone, now),
    nextLocalDay(zone, now),
    setup.caps.perNumberPerDay,
    setup.caps.perNumberTotal,
    consentRequired,
    JSON.stringify(setup.versions),
    wanted,
    setup.trunk.maxChannels,
    setup.campaign.concurrency,
    params.closesAt,
    kind,
    later(now, NUMBER_BUSY_SECONDS * 1000),
    later(now, CONFIG_WAIT_SECONDS * 1000),
    allowance.bucketLevel,
    allowance.probing,
  ];
}

/** A place is freed by the end of a call, which sends no word to the dial loop. */
const PLACE_LOOK_MS = 500;

function fullness(row: StatementRow, now: Date): ClaimWait | undefined {
  const until = later(now, PLACE_LOOK_MS);
  const taken = row.calls.length;
  if (row.concurrency - taken <= 0) return { reason: 'concurrency', until };
  if (row.channels - taken <= 0) return { reason: 'trunk-channels', until };
  if (row.places - taken <= 0) return { reason: 'edge-full', until };
  return undefined;
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
