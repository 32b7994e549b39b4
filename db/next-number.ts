/**
 * The agents' claim: the next contact to be called now, for one agent (docs/desk.md, "A call", 1).
 *
 * ```
 *  campaigns of the shift ── paused, closed ──> wait
 *        │ open
 *        v                     ┌────────── nobody of it can be called: look again ──────────┐
 *  agent available? ──> peek: campaign and class ──> lock campaign, trunk, edge ──> claim one ──> calling
 * ```
 * Each try is one transaction with the locks of one campaign, taken in the order of the robot's claim; the agent's row comes
 * before them all.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
import type { AgentState } from '../contracts/model/agent.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import { localDay, nextLocalDay, nextOpening, openIntervalAt } from '../domain/calendar.ts';
import { PREVIEW_GRACE_SECONDS, deskRules, wrapUpBounds } from '../domain/desk-rules.ts';
import { CONFIG_WAIT_SECONDS, NUMBER_BUSY_SECONDS } from '../domain/dial-wait.ts';
import { changeAgent } from './agents.ts';
import { listCampaigns, type CampaignSetup } from './campaigns.ts';
import { later, lockGates, type ClaimWait, type TrunkAllowance } from './claim-gates.ts';
import type { Database } from './client.ts';
import { CLAIMS, NEXT_DUE, PEEK, type CLAIM_TYPES } from './next-number-statement.ts';
import { rowsOfNamed } from './numbered.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** What the starter of `outboundCall` must know, and whether it may start it now. */
export interface AgentCall {
  callId: string;
  kind: 'outbound';
  agentId: number;
  /** Absent: dialed by hand, belongs to nobody. */
  contactId?: number;
  attempt: number;
  listId?: number;
  priority: boolean;
  edge: EdgeRef;
  campaign: { name: string; label: string };
  wrapUp: ReturnType<typeof wrapUpBounds>;
  /** The contact is shown first; absent: start the call at once. */
  previewUntil?: Date;
}

export type AgentClaim =
  | { state: 'claimed'; call: AgentCall }
  | { state: 'wait'; wait: ClaimWait }
  | { state: 'refused'; reason: AgentClaimRefusal };

export const AGENT_CLAIM_REFUSALS = [
  'off-shift',
  'agent-busy',
  'not-available',
  /** No browser can be called: it has not registered, or its edge is gone. */
  'desk-unregistered',
] as const;
export type AgentClaimRefusal = (typeof AGENT_CLAIM_REFUSALS)[number];

export interface NextNumberParams {
  userId: number;
  /** User name, for the trail. */
  by: string;
  now: Date;
}

/** More tries than there are campaigns and kinds of contacts; each that claims nothing has put contacts off. */
const MOST_TRIES = 30;
/** As the robot's claim (`db/claim.ts`): planning takes several times as long as running. */
const ONE_PLAN = ['plan_cache_mode = force_generic_plan', 'enable_seqscan = off'];
/** Contacts that others hold locked right now. */
const AGAIN_MS = 500;
/** New contacts come without a word to the desk. */
const IDLE_LOOK_MS = 5_000;

/** Safe from any number of processes at once: each agent gets another contact. */
export async function nextNumber(db: Database, params: NextNumberParams): Promise<AgentClaim> {
  const { now } = params;
  const setups = await campaignsOf(db.pool, params.userId);
  const waits: ClaimWait[] = [];
  const open = new Map<number, OpenCampaign>();
  for (const setup of setups) {
    const interval = openIntervalAt(setup.calendar, now);
    if (interval) open.set(setup.id, { setup, closesAt: interval.closesAt });
    else
      waits.push({
        reason: 'closed',
        until: nextOpening(setup.calendar, now)?.opensAt ?? later(now, IDLE_LOOK_MS),
      });
  }
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const result = await tryOnce(db, params, open);
    if (result.state === 'wait') {
      // What waits in a campaign says more than that nobody else has anybody.
      const told = result.wait.reason === 'no-contacts' && waits.length > 0 ? waits : [...waits, result.wait];
      return { state: 'wait', wait: soonest(told) };
    }
    if (result.state !== 'campaign-waits') return result;
    if (result.wait) waits.push(result.wait);
    if (result.without !== undefined) open.delete(result.without);
  }
  return { state: 'wait', wait: soonest([...waits, { reason: 'nothing-due', until: later(now, AGAIN_MS) }]) };
}

/** Of the shift; none named: all agent campaigns. */
async function campaignsOf(on: Queryable, userId: number): Promise<CampaignSetup[]> {
  const [row] = await rowsOf<{ ids: number[] }>(
    on,
    `select campaign_ids as ids from agents where user_id = $1`,
    [userId],
  );
  const ids = row?.ids ?? [];
  const all = await listCampaigns(on);
  return all.filter(
    ({ id, campaign }) => campaign.mode === 'agent' && (ids.length === 0 || ids.includes(id)),
  );
}

interface OpenCampaign {
  setup: CampaignSetup;
  closesAt: Date;
}

type Try = AgentClaim | { state: 'campaign-waits'; wait?: ClaimWait; without?: number };

async function tryOnce(
  db: Database,
  params: NextNumberParams,
  open: ReadonlyMap<number, OpenCampaign>,
): Promise<Try> {
  return inTransaction(
    db,
    async (client): Promise<Try> => {
      const agent = await lockAgent(client, params);
      if ('reason' in agent) return { state: 'refused', reason: agent.reason };
      const [first] = open.size === 0 ? [] : await peek(client, params, open);
      if (!first) return { state: 'wait', wait: await nextLook(client, params, open) };
      const campaign = open.get(first.campaignId);
      if (!campaign) throw new Error(`campaign ${first.campaignId} was not asked for`);
      return claimOf(client, { params, campaign, edge: agent.edge, kind: first.kind });
    },
    ONE_PLAN,
  );
}

/** Locks the agent's row first of all: two desks, or a desk and a supervisor, take turns. */
export async function lockAgent(
  client: Queryable,
  { userId, now }: { userId: number; now: Date },
): Promise<{ reason: AgentClaimRefusal } | { edge: EdgeRef }> {
  const [row] = await rowsOf<{
    state: AgentState;
    node: string | null;
    epoch: number | null;
    onCall: boolean;
  }>(
    client,
    `select a.state, b.node, b.epoch, exists (select 1 from live_calls l where l.agent_id = a.user_id) as "onCall"
     from agents a
     left join desk_bindings b on b.user_id = a.user_id and b.desk_id = a.desk_id and b.expires_at > $2
     where a.user_id = $1
     for no key update of a`,
    [userId, now],
  );
  if (!row || row.state === 'logged-out') return { reason: 'off-shift' };
  if (row.onCall || ['calling', 'in-call', 'wrap-up'].includes(row.state)) return { reason: 'agent-busy' };
  if (row.state !== 'available') return { reason: 'not-available' };
  if (row.node === null || row.epoch === null) return { reason: 'desk-unregistered' };
  return { edge: { node: row.node, epoch: row.epoch } };
}

function peekParams({ userId, now }: NextNumberParams, open: ReadonlyMap<number, OpenCampaign>) {
  const rules = [...open.values()].map(({ setup }) => deskRules(setup.campaign));
  return {
    agent: userId,
    now,
    campaigns: [...open.keys()],
    daily: rules.map(({ assignment }) => assignment === 'daily-queue'),
    missedBefore: rules.map(({ callbackGraceMinutes }) => later(now, -callbackGraceMinutes * 60_000)),
  };
}

function peek(
  client: Queryable,
  params: NextNumberParams,
  open: ReadonlyMap<number, OpenCampaign>,
): Promise<{ campaignId: number; kind: number }[]> {
  return rowsOfNamed(client, PEEK, peekParams(params, open));
}

async function nextLook(
  client: Queryable,
  params: NextNumberParams,
  open: ReadonlyMap<number, OpenCampaign>,
): Promise<ClaimWait> {
  const [row] = await rowsOfNamed<{ dueAt: Date | null }, keyof ReturnType<typeof peekParams>>(
    client,
    NEXT_DUE,
    peekParams(params, open),
  );
  const idle = later(params.now, IDLE_LOOK_MS);
  if (!row?.dueAt) return { reason: 'no-contacts', until: idle };
  return { reason: 'nothing-due', until: row.dueAt < idle ? idle : row.dueAt };
}

interface ClaimRow {
  channels: number;
  concurrency: number;
  places: number;
  scanned: number;
  claimed: boolean;
  contactId: number | null;
  listId: number | null;
  attempt: number | null;
  priority: boolean;
}

interface ClaimInput {
  params: NextNumberParams;
  campaign: OpenCampaign;
  edge: EdgeRef;
  /** Index into `CLAIM_CLASSES`. */
  kind: number;
}

async function claimOf(client: Queryable, { params, campaign, edge, kind }: ClaimInput): Promise<Try> {
  const { setup } = campaign;
  const { now } = params;
  const without = setup.id;
  const gates = await lockGates(client, { setup, edges: [edge], now });
  if ('reason' in gates) return { state: 'campaign-waits', wait: gates, without };
  const rules = deskRules(setup.campaign);
  const preview = rules.dialing === 'preview';
  const callId = uuidv7();
  const previewUntil = preview ? later(now, rules.previewSeconds * 1_000) : undefined;
  const statement = CLAIMS[kind];
  if (!statement) throw new RangeError(`no class ${kind}`);
  const [row] = await rowsOfNamed<ClaimRow, keyof typeof CLAIM_TYPES>(client, statement, {
    ...claimValues({ setup, edge, allowance: gates.allowance, now, callId, agent: params.userId }),
    daily: rules.assignment === 'daily-queue',
    missedBefore: later(now, -rules.callbackGraceMinutes * 60_000),
    placeBefore: placeBefore(campaign.closesAt, previewUntil),
    previewUntil: previewUntil ?? null,
  });
  const full = !row ? { reason: 'no-edge' as const, until: later(now, AGAIN_MS) } : fullness(row, now);
  if (!row || full) return { state: 'campaign-waits', ...(full && { wait: full }), without };
  if (!row.claimed || row.contactId === null || row.attempt === null) {
    // Whoever could be seen was put off or closed, or is held by somebody else at this moment.
    return { state: 'campaign-waits', ...(row.scanned === 0 && heldByOthers(now, without)) };
  }
  await startCalling(client, params, callId);
  return {
    state: 'claimed',
    call: {
      callId,
      kind: 'outbound',
      agentId: params.userId,
      contactId: row.contactId,
      attempt: row.attempt,
      ...(row.listId !== null && { listId: row.listId }),
      priority: row.priority,
      edge,
      campaign: { name: setup.name, label: setup.campaign.label },
      wrapUp: wrapUpBounds(rules),
      ...(previewUntil && { previewUntil }),
    },
  };
}

function heldByOthers(now: Date, without: number): { wait: ClaimWait; without: number } {
  return { wait: { reason: 'nothing-due', until: later(now, AGAIN_MS) }, without };
}

interface ClaimValues {
  setup: CampaignSetup;
  edge: EdgeRef;
  allowance: TrunkAllowance;
  now: Date;
  callId: string;
  agent: number;
}

/** What every claim by an agent binds, also one by hand. */
export function claimValues({ setup, edge, allowance, now, callId, agent }: ClaimValues) {
  const { zone } = setup.calendar;
  return {
    campaign: setup.id,
    agent,
    now,
    callId,
    trunk: setup.trunkId,
    node: edge.node,
    epoch: edge.epoch,
    prefixes: setup.trunk.permittedPrefixes,
    day: localDay(zone, now),
    nextDay: nextLocalDay(zone, now),
    perDay: setup.caps.perNumberPerDay,
    perTotal: setup.caps.perNumberTotal,
    consent: setup.campaign.consentRequired,
    versions: JSON.stringify(setup.versions),
    channels: setup.trunk.maxChannels,
    concurrency: setup.campaign.concurrency,
    busyUntil: later(now, NUMBER_BUSY_SECONDS * 1_000),
    configUntil: later(now, CONFIG_WAIT_SECONDS * 1_000),
    bucketLevel: allowance.bucketLevel,
    probing: allowance.probing,
  };
}

function placeBefore(closesAt: Date, previewUntil: Date | undefined): Date {
  const looked = previewUntil && later(previewUntil, PREVIEW_GRACE_SECONDS * 1_000);
  return looked && looked < closesAt ? looked : closesAt;
}

/** Edge, trunk or campaign are full. */
export function fullness(
  row: Pick<ClaimRow, 'channels' | 'concurrency' | 'places'>,
  now: Date,
): ClaimWait | undefined {
  const until = later(now, AGAIN_MS);
  if (row.concurrency <= 0) return { reason: 'concurrency', until };
  if (row.channels <= 0) return { reason: 'trunk-channels', until };
  if (row.places <= 0) return { reason: 'edge-full', until };
  return undefined;
}

/** Available → calling, in the transaction of the claim. */
export async function startCalling(
  client: Queryable,
  { userId, by, now }: NextNumberParams,
  callId: string,
): Promise<void> {
  const change = await changeAgent(client, { userId, by, now, callId, event: { type: 'claim' } });
  if (change.state !== 'changed') throw new Error(`agent ${userId} was available, and then not`);
}

/** The campaign that is to be asked again first; what a person must change comes after what passes by itself. */
function soonest(waits: readonly ClaimWait[]): ClaimWait {
  return waits.reduce((best, wait) => (wait.until < best.until ? wait : best));
}
