/**
 * People who may log in: every change, with its row in the audit log, in one transaction. The page and `apel user` call
 * these. Passwords come as Argon2id hashes, and no hash is ever written to the log.
 * @module
 */
import type { Grant, Role } from '../contracts/model/role.ts';
import type { DeskEnd } from '../contracts/model/user.ts';
import { can, grantsFor } from '../domain/permissions.ts';
import { changeAgent } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** Who changes: `userId` when it is a person of the site. */
export interface UserActor {
  by: string;
  byUserId?: number;
  now: Date;
}

/** Log-ins that ended (SHA-256 of their tokens) and the desk. */
export interface Ended {
  sessions: Buffer[];
  desk: DeskEnd;
}

export type UserRefusal =
  | 'no-such-user'
  /** Somebody else changed it since it was read. */
  | 'conflict'
  | 'last-administrator'
  /** Nobody changes their own role or grants, or disables themselves. */
  | 'oneself';

export type UserChange =
  { state: 'changed'; ended: Ended } | { state: 'unchanged' } | { state: 'refused'; reason: UserRefusal };

interface UserRow {
  id: number;
  name: string;
  displayName: string;
  role: Role;
  grants: Grant[];
  version: number;
  disabledAt: Date | null;
}

export interface NewUser {
  name: string;
  displayName: string;
  role: Role;
  grants: readonly Grant[];
  passwordHash: string;
}

/** @returns the id; undefined when the name is taken, upper and lower case being the same */
export async function addUser(db: Database, user: NewUser & UserActor): Promise<number | undefined> {
  return inTransaction(db, async (client) => {
    const grants = keptGrants(user.role, user.grants);
    const [added] = await rowsOf<{ id: number }>(
      client,
      `insert into users (name, display_name, role, grants, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing returning id`,
      [user.name, user.displayName, user.role, grants, user.passwordHash, user.now],
    );
    if (added === undefined) return undefined;
    const { name, displayName, role } = user;
    await audit(client, {
      ...user,
      action: 'user.add',
      id: added.id,
      after: { name, displayName, role, grants },
    });
    return added.id;
  });
}

/**
 * Display name, role and grants. Grants that the role may not have are dropped. Who may have no desk any more is logged off.
 * @param change.version as it was read; left out by programs that do not show it first
 */
export async function editUser(
  db: Database,
  change: {
    id: number;
    version?: number;
    displayName: string;
    role: Role;
    grants: readonly Grant[];
  } & UserActor,
): Promise<UserChange> {
  return changeUser(db, change, async (client, user) => {
    const { displayName, role } = change;
    const grants = keptGrants(role, change.grants);
    const before = { displayName: user.displayName, role: user.role, grants: user.grants };
    const after = { displayName, role, grants };
    if (JSON.stringify(before) === JSON.stringify(after)) return { state: 'unchanged' };
    const sameRights = role === user.role && JSON.stringify(grants) === JSON.stringify(user.grants);
    if (!sameRights && change.byUserId === user.id) return refused('oneself');
    if (change.version !== undefined && change.version !== user.version) return refused('conflict');
    if (role !== 'administrator' && (await isLastAdministrator(client, user))) {
      return refused('last-administrator');
    }
    await rowsOf(
      client,
      'update users set display_name = $2, role = $3, grants = $4, version = version + 1 where id = $1',
      [user.id, displayName, role, grants],
    );
    const desk = can({ role, grants }, 'desk.use') ? 'none' : await closeDesk(client, user.id, change);
    await audit(client, { ...change, action: 'user.edit', before, after: { ...after, ...deskNote(desk) } });
    return { state: 'changed', ended: { sessions: [], desk } };
  });
}

/** Ends the person's log-ins and closes the desk at once. */
export async function disableUser(db: Database, change: { id: number } & UserActor): Promise<UserChange> {
  return changeUser(db, change, async (client, user) => {
    if (user.disabledAt !== null) return { state: 'unchanged' };
    if (change.byUserId === user.id) return refused('oneself');
    if (await isLastAdministrator(client, user)) return refused('last-administrator');
    await rowsOf(client, 'update users set disabled_at = $2 where id = $1', [user.id, change.now]);
    const ended = await endLogIns(client, user.id, change);
    await audit(client, { ...change, action: 'user.disable', after: endedNote(ended) });
    return { state: 'changed', ended };
  });
}

export async function enableUser(db: Database, change: { id: number } & UserActor): Promise<UserChange> {
  return changeUser(db, change, async (client, user) => {
    if (user.disabledAt === null) return { state: 'unchanged' };
    await rowsOf(client, 'update users set disabled_at = null where id = $1', [user.id]);
    await audit(client, { ...change, action: 'user.enable' });
    return { state: 'changed', ended: { sessions: [], desk: 'none' } };
  });
}

/**
 * A new password ends the log-ins with the old one.
 * @param change.keep token hash of the log-in that goes on: of whoever changes their own
 * @param change.action `user.password` by an administrator, `account.password` by oneself
 */
export async function setUserPassword(
  db: Database,
  change: {
    id: number;
    passwordHash: string;
    action?: 'user.password' | 'account.password';
    keep?: Buffer;
  } & UserActor,
): Promise<UserChange> {
  return changeUser(db, change, async (client, user) => {
    await rowsOf(client, 'update users set password_hash = $2 where id = $1', [user.id, change.passwordHash]);
    const ended = await endLogIns(client, user.id, change, change.keep);
    await audit(client, { ...change, action: change.action ?? 'user.password', after: endedNote(ended) });
    return { state: 'changed', ended };
  });
}

/** Ends all log-ins of a person, or all but one. */
export async function logOutEverywhere(
  db: Database,
  change: { id: number; keep?: Buffer } & UserActor,
): Promise<UserChange> {
  return changeUser(db, change, async (client, user) => {
    const ended = await endLogIns(client, user.id, change, change.keep);
    if (ended.sessions.length === 0) return { state: 'unchanged' };
    await audit(client, { ...change, action: 'user.log-out', after: endedNote(ended) });
    return { state: 'changed', ended };
  });
}

/** @returns undefined when there is no such user; upper and lower case are the same */
export async function findUserId(on: Queryable, name: string): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(on, 'select id from users where lower(name) = lower($1)', [
    name,
  ]);
  return row?.id;
}

/** Changes of people wait for one another: else two administrators take the last right from each other. */
async function changeUser(
  db: Database,
  { id }: { id: number },
  work: (client: Queryable, user: UserRow) => Promise<UserChange>,
): Promise<UserChange> {
  return inTransaction(db, async (client) => {
    await rowsOf(client, 'select pg_advisory_xact_lock($1)', [USERS_LOCK]);
    const [user] = await rowsOf<UserRow>(
      client,
      `select id, name, display_name as "displayName", role, grants, version, disabled_at as "disabledAt"
       from users where id = $1 for no key update`,
      [id],
    );
    return user === undefined ? refused('no-such-user') : work(client, user);
  });
}

const USERS_LOCK = 4_027_100_012;

function refused(reason: UserRefusal): UserChange {
  return { state: 'refused', reason };
}

async function isLastAdministrator(client: Queryable, user: UserRow): Promise<boolean> {
  if (user.role !== 'administrator' || user.disabledAt !== null) return false;
  const others = await rowsOf(
    client,
    `select 1 from users where role = 'administrator' and disabled_at is null and id <> $1 limit 1`,
    [user.id],
  );
  return others.length === 0;
}

/** In the order of the table, so that equal sets are equal. */
function keptGrants(role: Role, grants: readonly Grant[]): Grant[] {
  return grantsFor(role).filter((grant) => grants.includes(grant));
}

async function endLogIns(client: Queryable, id: number, actor: UserActor, keep?: Buffer): Promise<Ended> {
  const rows = await rowsOf<{ hash: Buffer }>(
    client,
    `update sessions set revoked_at = $2
     where user_id = $1 and revoked_at is null and expires_at > $2 and token_hash is distinct from $3
     returning token_hash as hash`,
    [id, actor.now, keep ?? null],
  );
  const desk = keep === undefined ? await closeDesk(client, id, actor) : 'none';
  return { sessions: rows.map(({ hash }) => hash), desk };
}

async function closeDesk(client: Queryable, userId: number, { by, now }: UserActor): Promise<DeskEnd> {
  const change = await changeAgent(client, { userId, by, now, event: { type: 'session-end' } });
  if (change.state === 'refused') return 'none';
  const [agent] = await rowsOf<{ state: string }>(client, 'select state from agents where user_id = $1', [
    userId,
  ]);
  if (agent?.state !== 'logged-out') return 'after-call';
  return change.state === 'changed' ? 'logged-off' : 'none';
}

async function audit(
  client: Queryable,
  entry: UserActor & { id: number; action: string; before?: unknown; after?: unknown },
): Promise<void> {
  const { by, now, id, action, before, after } = entry;
  await writeAudit(client, {
    actor: by,
    action,
    objectKind: 'user',
    objectId: String(id),
    at: now,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  });
}

function endedNote({ sessions, desk }: Ended): object {
  return { sessionsEnded: sessions.length, ...deskNote(desk) };
}

function deskNote(desk: DeskEnd): object {
  return desk === 'none' ? {} : { desk };
}
