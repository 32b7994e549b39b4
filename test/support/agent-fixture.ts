/**
 * Agents at their desks in a test database.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { EdgeRef } from '../../contracts/model/call.ts';
import { logOn, setState } from '../../db/agents.ts';
import type { Database } from '../../db/client.ts';

export interface TestAgent {
  userId: number;
  name: string;
  deskId: string;
}

let last = 0;

/** A user of role `agent` with a log-in; not on shift. */
export async function addUser(db: Database, now: Date): Promise<TestAgent> {
  last += 1;
  const name = `agent-${last}`;
  const { rows } = await db.pool.query<{ id: number }>(
    `insert into users (name, display_name, role, password_hash) values ($1, $2, 'agent', 'x') returning id`,
    [name, `Agent ${last}`],
  );
  const userId = rows[0]?.id ?? 0;
  await db.pool.query(
    `insert into sessions (token_hash, user_id, expires_at)
     values (sha256(convert_to(gen_random_uuid()::text, 'UTF8')), $1, $2::timestamptz + interval '30 days')`,
    [userId, now],
  );
  return { userId, name, deskId: randomUUID() };
}

/** On shift and available, with a phone that is registered at the edge. */
export async function addAgent(
  db: Database,
  params: { now: Date; edge: EdgeRef; campaigns?: readonly string[] },
): Promise<TestAgent> {
  const { now, edge } = params;
  const agent = await addUser(db, now);
  const on = await logOn(db, {
    userId: agent.userId,
    by: agent.name,
    deskId: agent.deskId,
    place: 'Chromium, 127.0.0.1',
    worksOn: 'outbound',
    campaigns: params.campaigns ?? [],
    now,
  });
  if (on.state !== 'on-shift') throw new Error(on.state);
  await register(db, { agent, edge, now });
  const set = await setState(db, { userId: agent.userId, by: agent.name, to: 'available', now });
  if (set.state !== 'changed') throw new Error(set.state);
  return agent;
}

/** As the edge writes it on REGISTER. */
export async function register(
  db: Database,
  { agent, edge, now }: { agent: TestAgent; edge: EdgeRef; now: Date },
): Promise<void> {
  await db.pool.query(
    `insert into desk_bindings (user_id, desk_id, node, epoch, contact, registered_at, expires_at)
     values ($1, $2, $3, $4, 'sip:x@y.invalid;transport=ws', $5, $5::timestamptz + interval '1 hour')
     on conflict (user_id) do update set desk_id = excluded.desk_id, node = excluded.node, epoch = excluded.epoch,
       registered_at = excluded.registered_at, expires_at = excluded.expires_at`,
    [agent.userId, agent.deskId, edge.node, edge.epoch, now],
  );
}
