import type { AuditContext } from './audit-context.ts';

/** Reality may be ahead of a row, and a row of a process that was stopped, by so much. */
const PATIENCE_MS = 5_000;

/**
 * No agent on two calls at once, none on a call for more than 5 s without one: neither an open call row, nor (talking) a
 * dialog at the carrier. The trail tells of every change, without a gap, up to the present state.
 */
export async function auditAgents(context: AuditContext): Promise<string[]> {
  return [
    ...(await onTwoCalls(context)),
    ...(await withoutCall(context)),
    ...(await withoutDialog(context)),
    ...(await gapsOfTrail(context)),
  ];
}

async function onTwoCalls({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ first: string; second: string }>(
    `select a.id::text as first, b.id::text as second
     from calls a join calls b on a.agent_id = b.agent_id and a.id < b.id
      and tstzrange(a.answered_at, a.ended_at) && tstzrange(b.answered_at, b.ended_at)
     where a.answered_at is not null and b.answered_at is not null`,
  );
  return rows.map((row) => `calls ${row.first} and ${row.second}: one agent, at once`);
}

async function withoutCall({ db, options }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ user_id: number; state: string; call_id: string | null }>(
    `select a.user_id, a.state, l.call_id::text
     from agents a left join live_calls l on l.agent_id = a.user_id
     where (a.state in ('calling', 'in-call', 'wrap-up')) <> (l.call_id is not null)
       and greatest(a.state_since, l.claimed_at) < $1`,
    [new Date(options.now.getTime() - PATIENCE_MS)],
  );
  return rows.map(({ user_id, state, call_id }) =>
    call_id === null
      ? `agent ${user_id}: ${state}, without an open call`
      : `agent ${user_id}: ${state}, but call ${call_id} is open`,
  );
}

async function withoutDialog({ db, carrier, options }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ user_id: number; id: string }>(
    `select a.user_id, l.call_id::text as id from agents a join live_calls l on l.agent_id = a.user_id
     where a.state = 'in-call' and a.state_since < $1`,
    [new Date(options.now.getTime() - PATIENCE_MS)],
  );
  return rows.flatMap(({ user_id, id }) => {
    const endedAt = carrier.get(id)?.endedAt;
    if (endedAt === undefined || options.now.getTime() - endedAt < PATIENCE_MS + (options.stalledMs ?? 0))
      return [];
    return [`agent ${user_id}: in-call, but the customer of call ${id} is gone`];
  });
}

async function gapsOfTrail({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ user_id: number; was: string; said: string }>(
    `with trail as (
       select user_id, id, from_state, to_state, lead(from_state) over w as next,
         lead(id) over w is null as last
       from agent_states window w as (partition by user_id order by id))
     select t.user_id, t.to_state as was, coalesce(t.next, a.state) as said
     from trail t join agents a using (user_id)
     where t.to_state <> case when t.last then a.state else t.next end`,
  );
  return rows.map(
    ({ user_id, was, said }) => `agent ${user_id}: the trail says ${was}, then ${said} without a change`,
  );
}
