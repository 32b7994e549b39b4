import type { AuditContext } from './audit-context.ts';

/** No agent on two calls at once. */
export async function auditAgents({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ first: string; second: string }>(
    `select a.id::text as first, b.id::text as second
     from calls a join calls b on a.agent_id = b.agent_id and a.id < b.id
      and tstzrange(a.answered_at, a.ended_at) && tstzrange(b.answered_at, b.ended_at)
     where a.answered_at is not null and b.answered_at is not null`,
  );
  return rows.map((row) => `calls ${row.first} and ${row.second}: one agent, at once`);
}
