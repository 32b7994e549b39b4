/**
 * Statements on open calls that only activities need.
 * @module
 */
import type { CallStage, EdgeRef } from '../contracts/model/call.ts';
import { rowsOf, type Queryable } from '../db/queryable.ts';

/** An open call: claimed and not committed. */
export interface OpenCall {
  callId: string;
  contactId: number | null;
  attempt: number;
  edge: EdgeRef;
  stage: CallStage;
  claimedAt: Date;
  startedAt: Date | null;
  /** The edge opened the leg: an INVITE has left, or may have. */
  invitedAt: Date | null;
  answeredAt: Date | null;
}

const OPEN_CALL = `
  l.call_id as "callId", l.contact_id as "contactId", l.attempt,
  json_build_object('node', l.node, 'epoch', l.epoch) as edge, l.stage, l.claimed_at as "claimedAt",
  l.started_at as "startedAt", l.invited_at as "invitedAt", l.answered_at as "answeredAt"`;

export async function readOpenCall(on: Queryable, callId: string): Promise<OpenCall | undefined> {
  const [row] = await rowsOf<OpenCall>(on, `select ${OPEN_CALL} from live_calls l where l.call_id = $1`, [
    callId,
  ]);
  return row;
}

/** What an edge's epoch still owes, oldest first. */
export function openCallsOfEpoch(on: Queryable, edge: EdgeRef, limit: number): Promise<OpenCall[]> {
  return rowsOf<OpenCall>(
    on,
    `select ${OPEN_CALL} from live_calls l where l.node = $1 and l.epoch = $2 order by l.claimed_at, l.call_id limit $3`,
    [edge.node, edge.epoch, limit],
  );
}

/** Candidates of the sweep: unstarted ones claimed before `unstartedBefore`, others before `startedBefore`. */
export function oldOpenCalls(
  on: Queryable,
  params: { unstartedBefore: Date; startedBefore: Date; exclude: readonly string[]; limit: number },
): Promise<OpenCall[]> {
  return rowsOf<OpenCall>(
    on,
    `select ${OPEN_CALL} from live_calls l
     where (l.claimed_at < $2 or (l.claimed_at < $1 and l.started_at is null)) and not (l.call_id = any($3::uuid[]))
     order by l.claimed_at limit $4`,
    [params.unstartedBefore, params.startedBefore, params.exclude, params.limit],
  );
}

/** A claimed call as its starter needs it. */
export interface UnstartedCall {
  callId: string;
  contactId: number;
  attempt: number;
  listId: number | null;
  priority: boolean;
  edge: EdgeRef;
}

/** Claimed calls of a campaign whose start nobody noted, oldest first; after a claim these are the new ones. */
export function unstartedCalls(on: Queryable, campaignId: number, limit: number): Promise<UnstartedCall[]> {
  return rowsOf<UnstartedCall>(
    on,
    `select l.call_id as "callId", l.contact_id as "contactId", l.attempt, c.list_id as "listId",
       coalesce(li.kind = 'priority', false) as priority,
       json_build_object('node', l.node, 'epoch', l.epoch) as edge
     from live_calls l join calls c on c.id = l.call_id left join lists li on li.id = c.list_id
     where l.campaign_id = $1 and l.started_at is null and l.contact_id is not null
     order by l.claimed_at, l.call_id limit $2`,
    [campaignId, limit],
  );
}

export async function markStarted(on: Queryable, callIds: readonly string[], now: Date): Promise<void> {
  if (callIds.length === 0) return;
  await rowsOf(
    on,
    `update live_calls set started_at = $2 where call_id = any($1::uuid[]) and started_at is null`,
    [callIds, now],
  );
}

export async function countOpenCalls(on: Queryable, of: { campaignId: number } | EdgeRef): Promise<number> {
  const [row] =
    'campaignId' in of
      ? await rowsOf<{ n: number }>(on, 'select count(*)::int as n from live_calls where campaign_id = $1', [
          of.campaignId,
        ])
      : await rowsOf<{ n: number }>(
          on,
          'select count(*)::int as n from live_calls where node = $1 and epoch = $2',
          [of.node, of.epoch],
        );
  return row?.n ?? 0;
}
