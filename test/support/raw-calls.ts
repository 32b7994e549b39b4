/**
 * Committed calls as rows, with the counts that their commits would have left: for tests of what reads them.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { CallKind, CallResult, EndReason } from '../../contracts/model/call.ts';
import type { Database } from '../../db/client.ts';
import { WAIT_SUMS, waitsOfRow } from '../../db/rollups.ts';

export interface RawCall {
  campaignId: number;
  /** Code. */
  status: string;
  invitedAt: Date;
  kind?: CallKind;
  listId?: number | null;
  contactId?: number | null;
  attempt?: number;
  numberId?: number;
  agentId?: number | null;
  /** Default, and null: not answered. */
  talkMs?: number | null;
  holdMs?: number;
  wrapUpMs?: number;
  recording?: 'ready' | 'none';
  /** Never sent: it counts in the hour of its claim, a second earlier. */
  unsent?: boolean;
  result?: CallResult;
  reason?: EndReason;
  sipStatus?: number | null;
  trunkId?: number | null;
}

/** @returns ids, in the order given */
export async function addRawCalls(db: Pick<Database, 'pool'>, calls: readonly RawCall[]): Promise<string[]> {
  const rows = calls.map((call) => ({ id: randomUUID(), attempt: 1, ...call }));
  await db.pool.query(INSERT, [JSON.stringify(rows)]);
  return rows.map(({ id }) => id);
}

const INSERT = `
  with given as (
    select * from jsonb_to_recordset($1::jsonb) as g(id uuid, "campaignId" int, status text, "invitedAt" timestamptz, kind text,
      "listId" int, "contactId" bigint, attempt int, "numberId" bigint, "agentId" int, "talkMs" int, "holdMs" int, "wrapUpMs" int,
      recording text, unsent boolean, result text, reason text, "sipStatus" int, "trunkId" int)),
  made as (
    insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, agent_id, node, epoch, versions, claimed_at,
      committed_at, status_id, result, reason, sip_status, trunk_id, invited_at, answered_at, ended_at, talk_ms, hold_ms, wrap_up_ms,
      recording_state)
    select g.id, coalesce(g.kind, 'outbound'), g."campaignId", g."listId", g."contactId", g.attempt, coalesce(g."numberId", 1),
      g."agentId", 'edge-1', 1, '{}', g."invitedAt" - interval '1 second',
      g."invitedAt" + interval '5 minutes', s.id, coalesce(g.result, 'success'), coalesce(g.reason, 'hang-up-by-customer'),
      g."sipStatus", g."trunkId", case when g.unsent then null else g."invitedAt" end,
      case when g."talkMs" is not null then g."invitedAt" + interval '5 seconds' end, g."invitedAt" + interval '1 minute',
      coalesce(g."talkMs", 0), g."holdMs", g."wrapUpMs", coalesce(g.recording, 'none')
    from given g join statuses s on s.code = g.status
    returning *)
  insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms,
    ${WAIT_SUMS})
  select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC'), campaign_id, coalesce(list_id, 0), coalesce(agent_id, 0), kind, status_id,
    1, case when answered_at is null then 0 else 1 end, talk_ms, coalesce(hold_ms, 0), coalesce(wrap_up_ms, 0),
    ${waitsOfRow()}
  from made where status_id <> (select id from statuses where code = 'skipped')`;
