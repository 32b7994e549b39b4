/**
 * What the desk asks of Postgres beside its own picture.
 * @module
 */
import type { DeskHistory, DeskOptions } from '../../contracts/http/desk.ts';
import type { CallKind, CallStage, EdgeRef } from '../../contracts/model/call.ts';
import type { CampaignDef, PauseReasonDef } from '../../contracts/model/config.ts';
import { agentCallWorkflowId } from '../../contracts/temporal/ids.ts';
import type { Database } from '../../db/client.ts';

const MAX_HISTORY = 50;

/** Agent campaigns and reasons for pauses, as they are now. */
export async function findDeskOptions(db: Database): Promise<DeskOptions> {
  const { rows } = await db.pool.query<{
    kind: 'campaign' | 'pause-reason';
    body: CampaignDef & PauseReasonDef;
  }>(
    `select kind, body from config_objects
     where (kind = 'campaign' and body->>'mode' = 'agent') or kind = 'pause-reason'
     order by kind, (body->>'sort')::int nulls first, name`,
  );
  return {
    campaigns: rows
      .filter(({ kind }) => kind === 'campaign')
      .map(({ body }) => ({ name: body.name, label: body.label })),
    pauseReasons: rows
      .filter(({ kind }) => kind === 'pause-reason')
      .map(({ body }) => ({ name: body.name, labels: body.labels, maxMinutes: body.maxMinutes ?? null })),
  };
}

interface HistoryRow {
  id: string;
  at: Date;
  kind: CallKind;
  number: string;
  lastName: string | null;
  firstName: string | null;
  contactId: number | null;
  status: string | null;
  talkMs: number | null;
}

/** The agent's own last calls. */
export async function findAgentCalls(db: Database, userId: number): Promise<DeskHistory['calls']> {
  const { rows } = await db.pool.query<HistoryRow>(
    `select c.id, coalesce(c.invited_at, c.claimed_at) as at, c.kind, n.e164 as number, k.last_name as "lastName",
       k.first_name as "firstName", c.contact_id as "contactId", s.code as status, c.talk_ms as "talkMs"
     from calls c
     join numbers n on n.id = c.number_id
     left join contacts k on k.id = c.contact_id
     left join statuses s on s.id = c.status_id
     where c.agent_id = $1 and c.reason is distinct from 'skipped'
     order by c.claimed_at desc
     limit ${MAX_HISTORY}`,
    [userId],
  );
  return rows.map(({ at, lastName, firstName, talkMs, ...row }) => ({
    ...row,
    at: at.toISOString(),
    name: [lastName, firstName].filter(Boolean).join(' ') || null,
    talkMs: talkMs ?? 0,
  }));
}

/** A call of the agent's, whether open or committed. */
export interface OwnCall {
  workflowId: string;
  campaignId: number;
  /** Of the wrap-up that was committed. */
  wrapUpId: string | null;
  committed: boolean;
  stage: CallStage | null;
  edge: EdgeRef;
  /** Of the edge's control socket, while its epoch is open. */
  controlUrl: string | null;
}

/** Null when there is no such call, or it is somebody else's: which of both is nobody's business. */
export async function findOwnCall(
  db: Database,
  input: { callId: string; userId: number },
): Promise<OwnCall | null> {
  const { rows } = await db.pool.query<
    Omit<OwnCall, 'workflowId' | 'edge'> & {
      contactId: number | null;
      attempt: number;
      node: string;
      epoch: number;
    }
  >(
    `select c.contact_id as "contactId", c.attempt, c.campaign_id as "campaignId", c.wrap_up_id as "wrapUpId",
       c.committed_at is not null as committed, l.stage, c.node, c.epoch, e.control_url as "controlUrl"
     from calls c
     left join live_calls l on l.call_id = c.id
     left join edges e on e.node = c.node and e.epoch = c.epoch and e.ended_at is null
     where c.id = $1 and c.agent_id = $2`,
    [input.callId, input.userId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { contactId, attempt, node, epoch, ...rest } = row;
  const workflowId = agentCallWorkflowId({
    callId: input.callId,
    attempt,
    ...(contactId !== null && { contactId }),
  });
  return { ...rest, workflowId, edge: { node, epoch } };
}

/** The control socket of the edge where the user's desk is registered. */
export async function findDeskEdge(db: Database, userId: number): Promise<string | null> {
  const { rows } = await db.pool.query<{ controlUrl: string }>(
    `select e.control_url as "controlUrl" from desk_bindings b
     join edges e on e.node = b.node and e.epoch = b.epoch and e.ended_at is null
     where b.user_id = $1`,
    [userId],
  );
  return rows[0]?.controlUrl ?? null;
}

/** Whether the agent has, or had, a call of this contact. */
export async function hasCalled(
  db: Database,
  input: { userId: number; contactId: number },
): Promise<boolean> {
  const { rows } = await db.pool.query(
    'select 1 from calls where agent_id = $1 and contact_id = $2 limit 1',
    [input.userId, input.contactId],
  );
  return rows.length > 0;
}
