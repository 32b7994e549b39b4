/**
 * People as administrators see them: rights, log-ins, desk.
 * @module
 */
import type { AgentState } from '../contracts/model/agent.ts';
import type { Grant, Role } from '../contracts/model/role.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface UserView {
  id: number;
  name: string;
  displayName: string;
  role: Role;
  grants: Grant[];
  version: number;
  disabledAt: Date | null;
  createdAt: Date;
  /** Of the last log-in that is still known (ended ones are forgotten after a month). */
  lastLogInAt: Date | null;
  /** Log-ins that hold now. */
  sessions: number;
  /** Null of whoever was never at a desk. */
  desk: { extension: string; state: AgentState } | null;
}

/** More people than this, and the site has another problem. */
const MAX_USERS = 5_000;

/** @param params.id of one person; left out: all of them, by name */
export async function listUsers(on: Queryable, params: { now: Date; id?: number }): Promise<UserView[]> {
  return rowsOf<UserView>(on, LIST, [params.now, params.id ?? null, MAX_USERS]);
}

const LIST = `
  select u.id, u.name, u.display_name as "displayName", u.role, u.grants, u.version, u.disabled_at as "disabledAt",
    u.created_at as "createdAt", s.last as "lastLogInAt", coalesce(s.open, 0)::int as sessions,
    case when a.user_id is not null then jsonb_build_object('extension', a.extension, 'state', a.state) end as desk
  from users u
  left join (
    select user_id, max(created_at) as last,
      count(*) filter (where revoked_at is null and expires_at > $1) as open
    from sessions where $2::int is null or user_id = $2 group by user_id) s on s.user_id = u.id
  left join agents a on a.user_id = u.id
  where $2::int is null or u.id = $2
  order by lower(u.name) limit $3`;

/** Null when there is no such user, or a disabled one. */
export async function findPasswordHash(on: Queryable, userId: number): Promise<string | null> {
  const [row] = await rowsOf<{ hash: string }>(
    on,
    'select password_hash as hash from users where id = $1 and disabled_at is null',
    [userId],
  );
  return row?.hash ?? null;
}

/** Shown names of people, by user name in lower case. */
export async function findShownNames(
  on: Queryable,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf<{ name: string; shown: string }>(
    on,
    'select lower(name) as name, display_name as shown from users where lower(name) = any($1)',
    [names.map((name) => name.toLowerCase())],
  );
  return new Map(rows.map(({ name, shown }) => [name, shown]));
}
