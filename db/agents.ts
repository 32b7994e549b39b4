/**
 * The agents' rows: shifts, states with their trail, the one desk of a shift. What is allowed is decided by
 * `domain/agent-state.ts`; each change of a state is one row of `agent_states`. A trigger tells the desk.
 * @module
 */
import type { AgentState, NextState, WorkMode } from '../contracts/model/agent.ts';
import {
  agentTransition,
  type AgentEvent,
  type AgentPosition,
  type AgentRefusal,
} from '../domain/agent-state.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export { moveAgentOfCall } from './agent-move.ts';

/** Not seen for so long, a desk is lost. */
export const DESK_LOST_MS = 15_000;
/** Extensions count up from here. */
const FIRST_EXTENSION = 101;

/** Who asks: user name for the trail, or `system`. */
interface Actor {
  by: string;
  now: Date;
}

export type AgentChange =
  | { state: 'changed' | 'unchanged' }
  /** `no-such-agent`: never on shift. `no-such-reason`: no pause reason of that name. */
  | { state: 'refused'; reason: AgentRefusal | 'no-such-agent' | 'no-such-reason' };

interface AgentRow {
  state: AgentState;
  reason: string | null;
  returnTo: { state: AgentState; reason?: string } | null;
  nextState: NextState | null;
  shiftId: number | null;
}

/**
 * The one function that changes an agent's state: row locked, transition, trail. In a transaction of the caller's; the row
 * stays locked until its end.
 */
export async function changeAgent(
  client: Queryable,
  params: { userId: number; event: AgentEvent; callId?: string } & Actor,
): Promise<AgentChange> {
  const [row] = await rowsOf<AgentRow>(client, LOCK, [params.userId]);
  if (!row) return { state: 'refused', reason: 'no-such-agent' };
  const transition = agentTransition(positionOf(row), params.event);
  if (transition.outcome === 'refused') return { state: 'refused', reason: transition.reason };
  if (transition.outcome === 'stays') return { state: 'unchanged' };
  const { to } = transition;
  if (transition.outcome === 'chosen') {
    const nextState = json(to.nextState);
    await rowsOf(client, 'update agents set next_state = $2 where user_id = $1', [params.userId, nextState]);
  } else {
    await rowsOf(client, MOVE, [
      params.userId,
      params.now,
      to.state,
      to.reason ?? null,
      json(to.returnTo),
      json(to.nextState),
      row.state,
      transition.cause,
      params.by,
      params.callId ?? null,
      row.shiftId,
    ]);
  }
  return { state: 'changed' };
}

function positionOf(row: AgentRow): AgentPosition {
  return {
    state: row.state,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.returnTo && { returnTo: row.returnTo }),
    ...(row.nextState && { nextState: row.nextState }),
  };
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

const LOCK = `
  select state, reason, return_to as "returnTo", next_state as "nextState", shift_id as "shiftId"
  from agents where user_id = $1 for no key update`;

/** Whoever logs out has no shift, desk or phone any more. */
const MOVE = `
  with moved as (
    update agents set state = $3::text, state_since = $2, reason = $4::text, return_to = $5, next_state = $6,
      shift_id = case when $3::text = 'logged-out' then null else shift_id end,
      desk_id = case when $3::text = 'logged-out' then null else desk_id end
    where user_id = $1),
  trail as (
    insert into agent_states (user_id, shift_id, at, from_state, to_state, reason, cause, by, call_id)
    values ($1, $11::bigint, $2, $7, $3::text, $4::text, $8, $9::text, $10::uuid)),
  phone as (delete from desk_bindings where user_id = $1 and $3::text = 'logged-out'),
  access as (delete from desk_credentials where user_id = $1 and $3::text = 'logged-out')
  update shifts set ended_at = $2, ended_by = $9::text
  where id = $11::bigint and $3::text = 'logged-out' and ended_at is null`;

export interface LogOnParams extends Actor {
  userId: number;
  deskId: string;
  /** Browser and address in words, for the question whether to take over. */
  place: string;
  worksOn: WorkMode;
  /** Names of agent campaigns; empty: all that run. */
  campaigns: readonly string[];
  takeOver?: boolean;
}

export type LogOnResult =
  /** `replaced`: the desk that has to go. */
  | { state: 'on-shift'; replaced?: string }
  | { state: 'desk-elsewhere'; place: string; seenAt: Date }
  | { state: 'no-such-campaign'; names: string[] };

/**
 * Begins a shift, or comes back to the one that is open; states and calls go on. A desk that was seen within the last 15 s
 * is given up only with `takeOver`.
 */
export async function logOn(db: Database, params: LogOnParams): Promise<LogOnResult> {
  return inTransaction(db, async (client) => {
    const campaigns = await agentCampaignIds(client, params.campaigns);
    if ('missing' in campaigns) return { state: 'no-such-campaign', names: campaigns.missing };
    await ensureAgent(client, params);
    const [before] = await rowsOf<{
      deskId: string | null;
      place: string | null;
      seenAt: Date | null;
      shiftId: number | null;
    }>(
      client,
      `select desk_id as "deskId", desk_place as place, desk_seen_at as "seenAt", shift_id as "shiftId"
       from agents where user_id = $1 for no key update`,
      [params.userId],
    );
    const other = before && before.deskId !== null && before.deskId !== params.deskId ? before : undefined;
    if (other && params.takeOver !== true && isSeen(other.seenAt, params.now)) {
      return { state: 'desk-elsewhere', place: other.place ?? '', seenAt: other.seenAt ?? params.now };
    }
    await rowsOf(client, before?.shiftId == null ? BEGIN_SHIFT : SIT_DOWN, [
      params.userId,
      params.now,
      params.deskId,
      params.place,
      params.worksOn,
      campaigns.ids,
    ]);
    const common = { userId: params.userId, by: params.by, now: params.now };
    await changeAgent(client, { ...common, event: { type: 'log-on' } });
    await changeAgent(client, { ...common, event: { type: 'desk-back' } });
    if (!other?.deskId) return { state: 'on-shift' };
    await giveUpDesk(client, params, other.deskId);
    return { state: 'on-shift', replaced: other.deskId };
  });
}

function isSeen(seenAt: Date | null, now: Date): boolean {
  return seenAt !== null && now.getTime() - seenAt.getTime() < DESK_LOST_MS;
}

async function agentCampaignIds(
  client: Queryable,
  names: readonly string[],
): Promise<{ ids: number[] } | { missing: string[] }> {
  const rows = await rowsOf<{ id: number; name: string }>(
    client,
    `select c.id, c.name from campaigns c join config_objects o on o.id = c.id
     where c.name = any($1) and o.body->>'mode' = 'agent' and o.retired_at is null order by c.id`,
    [names],
  );
  const missing = names.filter((name) => rows.every((row) => row.name !== name));
  return missing.length > 0 ? { missing } : { ids: rows.map(({ id }) => id) };
}

/** The row of a user's first shift; its extension is kept for ever. */
async function ensureAgent(client: Queryable, { userId, now }: LogOnParams): Promise<void> {
  const rows = await rowsOf(client, 'select 1 from agents where user_id = $1', [userId]);
  if (rows.length > 0) return;
  // Two first shifts at once must not get one extension.
  await rowsOf(client, 'select pg_advisory_xact_lock($1)', [EXTENSION_LOCK]);
  await rowsOf(
    client,
    `insert into agents (user_id, extension, state_since)
     select $1, coalesce(max(extension::int), $3 - 1) + 1, $2 from agents where extension ~ '^[0-9]{1,9}$'
     on conflict (user_id) do nothing`,
    [userId, now, FIRST_EXTENSION],
  );
}

const EXTENSION_LOCK = 4_027_100_011;

const BEGIN_SHIFT = `
  with shift as (insert into shifts (user_id, started_at) values ($1, $2) returning id)
  update agents set shift_id = shift.id, desk_id = $3, desk_place = $4, desk_seen_at = $2, works_on = $5,
    campaign_ids = $6
  from shift where user_id = $1`;
const SIT_DOWN = `
  update agents set desk_id = $3, desk_place = $4, desk_seen_at = $2, works_on = $5, campaign_ids = $6
  where user_id = $1`;

/** Its phone is not called any more and its credentials end; a call goes on at the new desk. */
async function giveUpDesk(client: Queryable, params: LogOnParams, deskId: string): Promise<void> {
  await rowsOf(
    client,
    `with access as (delete from desk_credentials where user_id = $1 and desk_id = $2)
     delete from desk_bindings where user_id = $1 and desk_id = $2`,
    [params.userId, deskId],
  );
  await writeAudit(client, {
    actor: params.by,
    action: 'desk.take-over',
    objectKind: 'user',
    objectId: String(params.userId),
    before: { deskId },
    after: { deskId: params.deskId },
    at: params.now,
  });
}

/** Ends the shift; during a call it becomes the next state. */
export async function logOff(db: Database, params: { userId: number } & Actor): Promise<AgentChange> {
  return inTransaction(db, (client) => changeAgent(client, { ...params, event: { type: 'log-off' } }));
}

/** By the agent, or by a supervisor in their place. */
export async function setState(
  db: Database,
  params: { userId: number; as?: 'supervisor' } & Actor &
    ({ to: 'available' } | { to: 'paused'; reason: string }),
): Promise<AgentChange> {
  const by = params.as ?? 'agent';
  const event: AgentEvent =
    params.to === 'available' ? { type: 'make-available', by } : { type: 'pause', by, reason: params.reason };
  return inTransaction(db, async (client) => {
    if (params.to === 'paused' && !(await isPauseReason(client, params.reason))) {
      return { state: 'refused', reason: 'no-such-reason' };
    }
    return changeAgent(client, { userId: params.userId, by: params.by, now: params.now, event });
  });
}

/** Whether there is a pause reason of that name. */
export async function isPauseReason(on: Queryable, name: string): Promise<boolean> {
  const rows = await rowsOf(on, `select 1 from config_objects where kind = 'pause-reason' and name = $1`, [
    name,
  ]);
  return rows.length > 0;
}

/** Where to go after the call; null takes the choice back. Refused (`no-call`) when there is none. */
export async function setNextState(
  db: Database,
  params: { userId: number; next: NextState | null },
): Promise<AgentChange> {
  const { userId, next } = params;
  if (next?.to === 'paused' && !(await isPauseReason(db.pool, next.reason))) {
    return { state: 'refused', reason: 'no-such-reason' };
  }
  const rows = await rowsOf(
    db.pool,
    `update agents set next_state = $2 where user_id = $1 and state in ('calling', 'in-call', 'wrap-up') returning 1`,
    [userId, next && JSON.stringify(next)],
  );
  return rows.length > 0 ? { state: 'changed' } : { state: 'refused', reason: 'no-call' };
}

/** The desks' live sockets are open. Each few seconds; no news to anybody. */
export async function deskSeen(
  on: Queryable,
  params: { desks: readonly { userId: number; deskId: string }[]; now: Date },
): Promise<void> {
  if (params.desks.length === 0) return;
  await rowsOf(
    on,
    `update agents a set desk_seen_at = $3
     from (select a.user_id from agents a
           join unnest($1::int[], $2::uuid[]) as d (user_id, desk_id) using (user_id, desk_id)
           order by a.user_id for no key update of a) seen
     where a.user_id = seen.user_id`,
    [params.desks.map(({ userId }) => userId), params.desks.map(({ deskId }) => deskId), params.now],
  );
}

/**
 * Lost and returned desks, ended log-ins; one statement, from any number of workers each second.
 * @returns how many agents moved
 */
export async function keepAgents(on: Queryable, params: { now: Date }): Promise<number> {
  const [row] = await rowsOf<{ moved: number }>(on, KEEP, [params.now, DESK_LOST_MS]);
  return row?.moved ?? 0;
}

/** One verdict for each agent; a row that somebody else changes right now is looked at a second later. */
const KEEP = `
  with held as materialized (
    select a.user_id, a.shift_id, a.state, a.return_to, v.verdict
    from agents a
    join users u on u.id = a.user_id
    cross join lateral (select
      u.disabled_at is not null or not exists (
        select from sessions s where s.user_id = a.user_id and s.revoked_at is null and s.expires_at > $1) as session,
      coalesce(a.desk_seen_at, a.state_since) < $1::timestamptz - $2::int * interval '1 millisecond' as desk) gone
    cross join lateral (select
      case
        when gone.session and a.state in ('calling', 'in-call', 'wrap-up') then
          case when a.next_state->>'to' = 'logged-out' then null else 'choose' end
        when gone.session then 'session-ended'
        when gone.desk and a.state in ('available', 'logged-in', 'missed') then 'desk-lost'
        when not gone.desk and a.state = 'paused' and a.reason = 'connection' then 'desk-back'
      end as verdict) v
    where a.state <> 'logged-out' and v.verdict is not null
    order by a.user_id
    for no key update of a skip locked),
  turned as (
    select user_id, shift_id, state as from_state, verdict as cause,
      case verdict
        when 'session-ended' then 'logged-out'
        when 'desk-lost' then 'paused'
        else coalesce(return_to->>'state', 'logged-in') end as to_state,
      case verdict when 'desk-lost' then 'connection' when 'desk-back' then return_to->>'reason' end as reason
    from held where verdict <> 'choose'),
  moved as (
    update agents a set state = t.to_state, state_since = $1, reason = t.reason,
      return_to = case when t.cause = 'desk-lost' then jsonb_build_object('state', t.from_state) end,
      next_state = null,
      shift_id = case when t.to_state = 'logged-out' then null else a.shift_id end,
      desk_id = case when t.to_state = 'logged-out' then null else a.desk_id end
    from turned t where a.user_id = t.user_id),
  chosen as (
    update agents a set next_state = '{"to": "logged-out"}' from held h where a.user_id = h.user_id and h.verdict = 'choose'),
  trail as (
    insert into agent_states (user_id, shift_id, at, from_state, to_state, reason, cause, by)
    select user_id, shift_id, $1, from_state, to_state, reason, cause, 'system' from turned),
  shifts_over as (
    update shifts s set ended_at = $1, ended_by = 'system'
    from turned t where s.id = t.shift_id and t.to_state = 'logged-out' and s.ended_at is null),
  phones as (
    delete from desk_bindings b using turned t where b.user_id = t.user_id and t.to_state = 'logged-out'),
  access as (
    delete from desk_credentials c using turned t where c.user_id = t.user_id and t.to_state = 'logged-out')
  select count(*)::int as moved from held where verdict is not null`;
