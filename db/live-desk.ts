/**
 * What the edge reads and writes about desks: credentials and registrations, and the row of a call with an agent, together with
 * the agent's state.
 * @module
 */
import type { EdgeRef, EndReason } from '../contracts/model/call.ts';
import type { CampaignDef } from '../contracts/model/config.ts';
import { deskRules } from '../domain/desk-rules.ts';
import { agentMoveParts } from './agent-move.ts';
import { preparedRowsOf, rowsOf, type Queryable } from './queryable.ts';

export interface DeskCredential {
  userId: number;
  deskId: string;
  /** As stored: encrypted. */
  ha1: string;
}

/** Undefined when there is no such user name, it has run out, or the log-in that it was made for is over. */
export async function readDeskCredential(
  on: Queryable,
  params: { username: string; now: Date },
): Promise<DeskCredential | undefined> {
  const [row] = await preparedRowsOf<DeskCredential>(on, { name: 'desk-credential', text: CREDENTIAL }, [
    params.username,
    params.now,
  ]);
  return row;
}

const CREDENTIAL = `
select c.user_id as "userId", c.desk_id as "deskId", c.ha1
from desk_credentials c
join sessions s on s.token_hash = c.session_hash and s.revoked_at is null and s.expires_at > $2
join users u on u.id = c.user_id and u.disabled_at is null
where c.username = $1 and c.expires_at > $2`;

export interface DeskBinding {
  deskId: string;
  /** URI of the Contact. */
  contact: string;
}

/** A desk's browser can be called by this edge; the last REGISTER wins. */
export async function bindDesk(
  on: Queryable,
  params: DeskBinding & { userId: number; edge: EdgeRef; now: Date; expiresAt: Date },
): Promise<void> {
  const { userId, deskId, edge, contact, now, expiresAt } = params;
  await rowsOf(
    on,
    `insert into desk_bindings (user_id, desk_id, node, epoch, contact, registered_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (user_id) do update set desk_id = excluded.desk_id, node = excluded.node, epoch = excluded.epoch,
       contact = excluded.contact, registered_at = excluded.registered_at, expires_at = excluded.expires_at`,
    [userId, deskId, edge.node, edge.epoch, contact, now, expiresAt],
  );
}

/** The desk has un-registered: it, and not another one that came after it. */
export async function unbindDesk(
  on: Queryable,
  params: { userId: number; contact?: string; deskId: string },
): Promise<void> {
  await rowsOf(
    on,
    `with gone as (
       delete from desk_bindings
       where user_id = $1 and desk_id = $2 and ($3::text is null or contact = $3) returning user_id)
     select pg_notify('apel_desk', user_id::text) from gone`,
    [params.userId, params.deskId, params.contact ?? null],
  );
}

/**
 * Where this edge can call the agent now: registered through it, whatever the epoch (the SIP server outlives the edge), or
 * through another edge at the same SIP server, which hands each REGISTER to the next of its edges.
 */
export async function findDesk(
  on: Queryable,
  params: { userId: number; edge: EdgeRef; now: Date },
): Promise<DeskBinding | undefined> {
  const [row] = await preparedRowsOf<DeskBinding>(
    on,
    {
      name: 'find-desk',
      text: `select b.desk_id as "deskId", b.contact from desk_bindings b
        where b.user_id = $1 and b.expires_at > $3 and (b.node = $2 or exists (
          select 1 from edges own join edges its on its.sip_ws = own.sip_ws
          where own.node = $2 and own.epoch = $4 and its.node = b.node and its.epoch = b.epoch))`,
    },
    [params.userId, params.edge.node, params.now, params.edge.epoch],
  );
  return row;
}

/** The registrations of a node's earlier epochs are this one's: the browsers do not know that an edge was restarted. */
export async function takeOverDesks(on: Queryable, edge: EdgeRef): Promise<void> {
  await rowsOf(on, 'update desk_bindings set epoch = $2 where node = $1 and epoch < $2', [
    edge.node,
    edge.epoch,
  ]);
}

/** A call with an agent as it is now, whole: an earlier write that was lost does no harm. */
export interface LiveDeskState {
  callId: string;
  edge: EdgeRef;
  stage: 'inviting' | 'ringing' | 'talking';
  /** When the stage began. */
  stageAt: Date;
  answeredAt?: Date;
  heldAt?: Date;
  deskLostAt?: Date;
  recordingRefusedAt?: Date;
}

/** Once answered, the agent is `in-call` in the same statement. Changes nothing after the call's end. */
export async function saveLiveDesk(on: Queryable, state: LiveDeskState): Promise<void> {
  const answered = state.answeredAt !== undefined;
  const statement = answered ? TALKING : RINGING;
  await preparedRowsOf(on, statement, [
    state.callId,
    state.stageAt,
    state.edge.node,
    state.edge.epoch,
    state.stage,
    state.answeredAt ?? null,
    state.heldAt ?? null,
    state.deskLostAt ?? null,
    state.recordingRefusedAt ?? null,
  ]);
}

/** The row that may be written; the agent moves only with it. Not locked: the agent's row is always locked first. */
const own = (guard: string) => `
with own as materialized (select call_id from live_calls where call_id = $1::uuid and agent_id is not null and ${guard})`;
const LIVE = `node = $3 and epoch = $4 and stage in ('inviting', 'ringing', 'talking')`;
const SAVE = `
update live_calls l set stage = $5::text, stage_at = $2::timestamptz, answered_at = coalesce(answered_at, $6), held_at = $7,
  desk_lost_at = $8, recording_refused_at = coalesce(recording_refused_at, $9)
from own where l.call_id = own.call_id and ${LIVE}`;
const RINGING = { name: 'save-live-desk', text: own(LIVE) + SAVE };
const OWN_CALL = '(select call_id from own)';
const TALKING = {
  name: 'save-live-desk-answered',
  text: `${own(LIVE)}, ${agentMoveParts('answer', { call: OWN_CALL, at: '$6::timestamptz' })}${SAVE}`,
};

export interface EndOfAgentCall {
  callId: string;
  /** By the clock of the edge's machine, as all times inside a call. */
  endedAt: Date;
  answeredAt?: Date;
  reason: EndReason;
  now: Date;
}

/**
 * The customer's side is over: stage `wrap-up` with its deadline, agent → `wrap-up`, in one statement. For the edge, and for
 * the settlement of a dead one. Twice changes nothing.
 * @returns false when it was over before, or is no call with an agent
 */
export async function endAgentCall(on: Queryable, end: EndOfAgentCall): Promise<boolean> {
  const [row] = await rowsOf<{ campaign: CampaignDef }>(on, RULES, [end.callId]);
  if (!row) return false;
  const rules = deskRules(row.campaign);
  const seconds = end.answeredAt === undefined ? rules.confirmSeconds : rules.wrapUpSeconds;
  // 0: an answered call may be worked on without a limit; one that was not answered needs no time.
  const until =
    seconds === 0 && end.answeredAt !== undefined ? null : new Date(end.now.getTime() + seconds * 1_000);
  const rows = await preparedRowsOf(on, { name: 'end-agent-call', text: END }, [
    end.callId,
    end.now,
    end.endedAt,
    end.reason,
    until,
    end.answeredAt ?? null,
  ]);
  return rows.length > 0;
}

const RULES = `
select o.body as campaign
from live_calls l
join calls c on c.id = l.call_id
join campaigns camp on camp.id = l.campaign_id
join config_versions o on o.kind = 'campaign' and o.name = camp.name and o.version = (c.versions->>'campaign')::int
where l.call_id = $1 and l.agent_id is not null`;

const OPEN = `stage in ('inviting', 'ringing', 'talking', 'ending')`;
const END = `${own(OPEN)}, ${agentMoveParts('end', { call: OWN_CALL, at: '$2::timestamptz' })}
update live_calls l set stage = 'wrap-up', stage_at = $2::timestamptz, ended_at = $3, end_reason = $4, wrap_up_until = $5,
  answered_at = coalesce(answered_at, $6), held_at = null, desk_lost_at = null
from own where l.call_id = own.call_id and ${OPEN}
returning l.call_id`;
