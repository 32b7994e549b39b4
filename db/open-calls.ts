/**
 * Calls from claim to commit: the rows of `live_calls`.
 * @module
 */
import type { CallKind, CallStage, EdgeRef } from '../contracts/model/call.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface OpenCall {
  callId: string;
  kind: CallKind;
  campaignId: number;
  /** With `attempt` it names the workflow. */
  contactId?: number;
  attempt: number;
  edge: EdgeRef;
  stage: CallStage;
  claimedAt: Date;
  /** Its workflow is known to have been started. */
  startedAt?: Date;
  /** The edge opened the leg: an INVITE has left, or may have. */
  invitedAt?: Date;
  /** Of a call with an agent. */
  agentId?: number;
  stageAt: Date;
  /** An agent looks at the contact; nothing is to be started. */
  isPreview: boolean;
}

/** A test call over a trunk is a robot's, of no campaign; it has its row in `trunk_tests`. */
const SELECT = `
  select l.call_id as "callId", coalesce(c.kind, 'robot') as kind, l.campaign_id as "campaignId", l.contact_id as "contactId", l.attempt,
    l.node, l.epoch, l.stage, l.claimed_at as "claimedAt", l.started_at as "startedAt", l.invited_at as "invitedAt",
    l.agent_id as "agentId", l.stage_at as "stageAt", l.preview_until is not null as "isPreview"
  from live_calls l left join calls c on c.id = l.call_id`;

interface OpenCallRow {
  callId: string;
  kind: CallKind;
  campaignId: number;
  contactId: number | null;
  attempt: number;
  node: string;
  epoch: number;
  stage: CallStage;
  claimedAt: Date;
  startedAt: Date | null;
  invitedAt: Date | null;
  agentId: number | null;
  stageAt: Date;
  isPreview: boolean;
}

function toOpenCall(row: OpenCallRow): OpenCall {
  const { node, epoch, contactId, startedAt, invitedAt, agentId, ...rest } = row;
  return {
    ...rest,
    edge: { node, epoch },
    ...(contactId !== null && { contactId }),
    ...(startedAt !== null && { startedAt }),
    ...(invitedAt !== null && { invitedAt }),
    ...(agentId !== null && { agentId }),
  };
}

/** Undefined when the call was committed or never was. */
export async function readOpenCall(on: Queryable, callId: string): Promise<OpenCall | undefined> {
  const rows = await rowsOf<OpenCallRow>(on, `${SELECT} where l.call_id = $1`, [callId]);
  return rows.map(toOpenCall)[0];
}

/** What an epoch owes: every call that its settlement must end, INVITE or not. */
export async function openCallsOfEdge(on: Queryable, edge: EdgeRef): Promise<OpenCall[]> {
  const rows = await rowsOf<OpenCallRow>(
    on,
    `${SELECT} where l.node = $1 and l.epoch = $2 order by l.claimed_at, l.call_id`,
    [edge.node, edge.epoch],
  );
  return rows.map(toOpenCall);
}

/** Calls claimed before `claimedBefore`, oldest first: for the sweep that looks for closed workflows. */
export async function openCallsOlderThan(
  on: Queryable,
  params: { claimedBefore: Date; limit: number },
): Promise<OpenCall[]> {
  const rows = await rowsOf<OpenCallRow>(
    on,
    `${SELECT} where l.claimed_at < $1 order by l.claimed_at, l.call_id limit $2`,
    [params.claimedBefore, params.limit],
  );
  return rows.map(toOpenCall);
}

/** Claims whose workflow is not known to have been started: the next leader starts them under the same id. */
export async function unstartedClaims(
  on: Queryable,
  params: { campaignId?: number; claimedBefore: Date; limit: number },
): Promise<OpenCall[]> {
  const rows = await rowsOf<OpenCallRow>(
    on,
    `${SELECT} where l.started_at is null and l.claimed_at < $1 and ($2::int is null or l.campaign_id = $2)
     order by l.claimed_at, l.call_id limit $3`,
    [params.claimedBefore, params.campaignId ?? null, params.limit],
  );
  return rows.map(toOpenCall);
}

/** The workflows of these calls exist. */
export async function markStarted(
  on: Queryable,
  params: { callIds: readonly string[]; now: Date },
): Promise<void> {
  if (params.callIds.length === 0) return;
  await rowsOf(
    on,
    // Locked in order: the edge writes stages into several of the same rows.
    `with held as (
       select call_id from live_calls where call_id = any($1::uuid[]) and started_at is null
       order by call_id for no key update)
     update live_calls l set started_at = $2 from held where l.call_id = held.call_id and l.started_at is null`,
    [params.callIds, params.now],
  );
}

/**
 * The stage for the page. Late and lost updates do no harm: an older one does not replace a newer, and what counts is in
 * the journal and in the result.
 */
export async function setStage(
  on: Queryable,
  params: { callId: string; stage: CallStage; at: Date },
): Promise<void> {
  await rowsOf(
    on,
    `update live_calls set stage = $2, stage_at = $3,
       answered_at = case when $2 = 'talking' then coalesce(answered_at, $3) else answered_at end
     where call_id = $1 and stage_at <= $3 and stage <> $2`,
    [params.callId, params.stage, params.at],
  );
}
