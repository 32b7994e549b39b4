/**
 * What the two ways to an agent's call share, the next number and one dialed by hand: who may claim, what is claimed, what
 * holds it back.
 * @module
 */
import type { AgentState } from '../contracts/model/agent.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import { deferredUntil } from '../domain/deferral.ts';
import { deskRules, wrapUpBounds } from '../domain/desk-rules.ts';
import { changeAgent } from './agents.ts';
import type { CampaignSetup } from './campaigns.ts';
import type { TrunkAllowance } from './claim-gates.ts';
import { verdictValues } from './claim-verdict.ts';
import { rowsOf, type Queryable } from './queryable.ts';

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

export const AGENT_CLAIM_REFUSALS = [
  'off-shift',
  'agent-busy',
  'not-available',
  /** No browser can be called: it has not registered, or its edge is gone. */
  'desk-unregistered',
] as const;
export type AgentClaimRefusal = (typeof AGENT_CLAIM_REFUSALS)[number];

/** Contacts that others hold locked right now, places that a call will free. */
export const AGAIN_MS = 500;

/** Of an agent who asks. */
export interface SeatRow {
  agentId: number;
  state: AgentState;
  /** Of the shift; empty: all. */
  campaignIds: number[];
  node: string | null;
  epoch: number | null;
  onCall: boolean;
}

/** $1 user ids, $2 now. */
const SEATS = `
  select a.user_id as "agentId", a.state, a.campaign_ids as "campaignIds", b.node, b.epoch,
    exists (select 1 from live_calls l where l.agent_id = a.user_id) as "onCall"
  from agents a
  left join desk_bindings b on b.user_id = a.user_id and b.desk_id = a.desk_id and b.expires_at > $2
  where a.user_id = any($1::int[])`;

/** As they are, locking nothing. */
export function readSeats(
  on: Queryable,
  { userIds, now }: { userIds: readonly number[]; now: Date },
): Promise<SeatRow[]> {
  return rowsOf(on, SEATS, [userIds, now]);
}

/** Locks the agent's row first of all: two desks, or a desk and a supervisor, take turns. */
export async function lockAgent(
  client: Queryable,
  { userId, now }: { userId: number; now: Date },
): Promise<{ reason: AgentClaimRefusal } | { edge: EdgeRef }> {
  const [row] = await rowsOf<SeatRow>(client, `${SEATS} for no key update of a`, [[userId], now]);
  return seatOf(row);
}

/** Whether this agent may have a call, and on which edge: where the desk is registered. */
export function seatOf(row: SeatRow | undefined): { reason: AgentClaimRefusal } | { edge: EdgeRef } {
  if (!row || row.state === 'logged-out') return { reason: 'off-shift' };
  if (row.onCall || ['calling', 'in-call', 'wrap-up'].includes(row.state)) return { reason: 'agent-busy' };
  if (row.state !== 'available') return { reason: 'not-available' };
  if (row.node === null || row.epoch === null) return { reason: 'desk-unregistered' };
  return { edge: { node: row.node, epoch: row.epoch } };
}

interface GateValues {
  setup: CampaignSetup;
  edge: EdgeRef;
  allowance: TrunkAllowance;
  now: Date;
}

/** What a claim of one agent alone binds. */
export function claimValues({ callId, agent, ...gates }: GateValues & { callId: string; agent: number }) {
  return { ...gateValues(gates), callId, agent };
}

/** What every claim for a campaign and an edge binds. */
export function gateValues({ setup, edge, allowance, now }: GateValues) {
  const until = deferredUntil({ zone: setup.calendar.zone, now });
  return {
    ...verdictValues(setup, now),
    now,
    node: edge.node,
    epoch: edge.epoch,
    nextDay: until['cap-day'],
    versions: JSON.stringify(setup.versions),
    channels: setup.trunk.maxChannels,
    concurrency: setup.campaign.concurrency,
    busyUntil: until['number-busy'],
    configUntil: until['trunk-bound'],
    bucketLevel: allowance.bucketLevel,
    probing: allowance.probing,
  };
}

/** Types of what every claim of one agent alone binds; each adds its own. */
export const CLAIM_TYPES = {
  campaign: 'int',
  agent: 'int',
  now: 'timestamptz',
  callId: 'uuid',
  trunk: 'int',
  node: 'text',
  epoch: 'int',
  prefixes: 'text[]',
  day: 'date',
  perDay: 'int',
  perTotal: 'int',
  versions: 'jsonb',
  channels: 'int',
  concurrency: 'int',
  placeBefore: 'timestamptz',
  bucketLevel: 'float8',
  probing: 'boolean',
} as const;

/** Free places now; what waits for its wrap-up holds no channel. Runs after the locks of campaign, trunk and edge. */
export const ROOM = `room as materialized (
  select p.channels - (select count(*) from live_calls where trunk_id = p.trunk and ended_at is null)::int as channels,
    p.concurrency - (select count(*) from live_calls where campaign_id = p.campaign and ended_at is null)::int as concurrency,
    e.capacity - (select count(*) from live_calls l where l.node = e.node and l.epoch = e.epoch and ended_at is null)::int
      as places
  from edges e where e.node = p.node and e.epoch = p.epoch and e.ended_at is null)`;

export const HAS_ROOM = `exists (select 1 from room where channels > 0 and concurrency > 0 and places > 0)`;

/** Open call and lease of the one contact in `pick` (number_id, contact_id, attempt); no row when its number is on another call. */
export const LIVE = `live as (
  insert into live_calls (call_id, number_id, campaign_id, contact_id, attempt, trunk_id, node, epoch, stage, stage_at,
                          claimed_at, place_before, agent_id)
  select p.callId, number_id, p.campaign, contact_id, attempt, p.trunk, p.node, p.epoch, 'claimed', p.now, p.now,
    p.placeBefore, p.agent
  from pick
  on conflict (number_id) do nothing
  returning call_id)`;

export const LEASED = `leased as (
  update dial_queue q set call_id = p.callId, attempts = pick.attempt, wait_reason = null
  from pick where q.contact_id = pick.contact_id and exists (select 1 from live))`;

/** Of a claim that got its call: the trunk's bucket and its probe. */
export const PACED = `paced as (
  update trunk_health set bucket_level = p.bucketLevel + 1, bucket_at = p.now,
    last_probe_at = case when p.probing then p.now else last_probe_at end
  where id = p.trunk and exists (select 1 from live))`;

/** What an agent's call has of its campaign, and what the claim knows of it. */
export function agentCall(
  setup: CampaignSetup,
  claimed: Omit<AgentCall, 'kind' | 'campaign' | 'wrapUp'>,
): AgentCall {
  return {
    ...claimed,
    kind: 'outbound',
    campaign: { name: setup.name, label: setup.campaign.label },
    wrapUp: wrapUpBounds(deskRules(setup.campaign)),
  };
}

/** Available → calling, in the transaction of the claim. */
export async function startCalling(
  client: Queryable,
  { userId, by, now }: { userId: number; by: string; now: Date },
  callId: string,
): Promise<void> {
  const change = await changeAgent(client, { userId, by, now, callId, event: { type: 'claim' } });
  if (change.state !== 'changed') throw new Error(`agent ${userId} was available, and then not`);
}
