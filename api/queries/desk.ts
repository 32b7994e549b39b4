/**
 * What the desk asks of Postgres beside its own picture.
 * @module
 */
import type { DeskHistory, DeskOptions } from '../../contracts/http/desk.ts';
import type { AgentState } from '../../contracts/model/agent.ts';
import type { CallKind } from '../../contracts/model/call.ts';
import type { CampaignDef, PauseReasonDef } from '../../contracts/model/config.ts';
import type { Database } from '../../db/client.ts';

const MAX_HISTORY = 50;

/** Agent campaigns and reasons for pauses, as they are now. */
export async function findDeskOptions(db: Database): Promise<DeskOptions> {
  const { rows } = await db.pool.query<{
    kind: 'campaign' | 'pause-reason';
    body: CampaignDef & PauseReasonDef;
  }>(
    `select kind, body from config_objects
     where (kind = 'campaign' and body->>'mode' = 'agent' and retired_at is null) or kind = 'pause-reason'
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

/** Control sockets of the edges that know the user's desk: where it is registered, and where its call is, which may be another. */
export async function findDeskEdges(db: Database, userId: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ controlUrl: string }>(
    `select distinct e.control_url as "controlUrl" from (
       select node, epoch from desk_bindings where user_id = $1
       union all select node, epoch from live_calls where agent_id = $1) d
     join edges e on e.node = d.node and e.epoch = d.epoch and e.ended_at is null`,
    [userId],
  );
  return rows.map(({ controlUrl }) => controlUrl);
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

/** The agent on shift, and the control socket of the edge where the one desk of the shift is registered, if it is. */
export async function findEchoDesk(
  db: Database,
  { userId, now }: { userId: number; now: Date },
): Promise<{ state: AgentState; isOnCall: boolean; controlUrl: string | null } | undefined> {
  const { rows } = await db.pool.query<{ state: AgentState; isOnCall: boolean; controlUrl: string | null }>(
    `select a.state, e.control_url as "controlUrl",
       exists (select 1 from live_calls l where l.agent_id = a.user_id) as "isOnCall"
     from agents a
     left join desk_bindings b on b.user_id = a.user_id and b.desk_id = a.desk_id and b.expires_at > $2
     left join edges e on e.node = b.node and e.epoch = b.epoch and e.ended_at is null
     where a.user_id = $1`,
    [userId, now],
  );
  return rows[0];
}
