/**
 * Statements on open calls that only activities need.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import { rowsOf, type Queryable } from '../db/queryable.ts';

/** What the open row knows of a call whose result was made without its edge. */
export interface OpenTimes {
  /** The edge opened the leg: an INVITE has left, or may have. */
  invitedAt: Date | null;
  answeredAt: Date | null;
}

export async function readOpenTimes(on: Queryable, callId: string): Promise<OpenTimes | undefined> {
  const [row] = await rowsOf<OpenTimes>(
    on,
    `select invited_at as "invitedAt", answered_at as "answeredAt" from live_calls where call_id = $1`,
    [callId],
  );
  return row;
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

/**
 * Those of the calls whose edge's epoch has ended. Calls that the database does not know are left out.
 * @returns newest first
 */
export function callsOfEndedEpochs(
  on: Queryable,
  callIds: readonly string[],
  limit: number,
): Promise<{ callId: string; isCommitted: boolean }[]> {
  return rowsOf(
    on,
    `select known.id as "callId", l.call_id is null as "isCommitted"
     from (select id, node, epoch from calls where id = any($1::uuid[])
           union all select id, node, epoch from trunk_tests where id = any($1::uuid[])) known
     left join live_calls l on l.call_id = known.id
     join edges e on e.node = coalesce(l.node, known.node) and e.epoch = coalesce(l.epoch, known.epoch)
     where e.ended_at is not null order by known.id desc limit $2`,
    [callIds, limit],
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

/** Calls of a campaign that were claimed since then and whose INVITE has not left. */
export async function countCallsOnTheirWay(
  on: Queryable,
  params: { campaignId: number; since: Date },
): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    on,
    `select count(*)::int as n from live_calls where campaign_id = $1 and stage = 'claimed' and claimed_at > $2`,
    [params.campaignId, params.since],
  );
  return row?.n ?? 0;
}
