/**
 * Sessions: a random token of 256 bits in the cookie, its SHA-256 in Postgres.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Grant, Role } from '../../contracts/model/role.ts';
import type { Database } from '../../db/client.ts';
import { findScreens } from '../../db/screens.ts';
import type { Person } from '../../domain/permissions.ts';
import type { SessionUser } from './session-user.ts';
import { findScreenSession, isScreenToken, personOfScreen } from './screen-session.ts';

/** A shift with its breaks; use moves the end. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
/** Whatever the use: a week. */
const SESSION_MAX_MS = 7 * 24 * 3_600_000;
/** The end is moved when this much of the idle time has gone: not a write for each request. */
const SLIDE_AFTER_MS = 10 * 60_000;

interface SessionRow {
  token_hash: Buffer;
  user_id: number;
  name: string;
  display_name: string;
  role: Role;
  grants: Grant[];
  expires_at: Date;
  created_at: Date;
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export interface NewSession {
  token: string;
  tokenHash: Buffer;
  expiresAt: Date;
}

/** A session of a person whose password nobody asks for: of tests and benches. */
export async function createSession(db: Database, input: { userId: number; now: Date }): Promise<NewSession> {
  const made = await beginSession(db, input);
  if (!made) throw new Error(`user ${input.userId} may not log in`);
  return made;
}

/**
 * Makes a session; the token is told once and never stored.
 * @param input.passwordHash the one that was checked
 * @returns undefined when the person has another password by now, or is disabled: whoever changes that ends the log-ins that are
 *   there, and waits for this one or is waited for
 */
export async function beginSession(
  db: Database,
  input: { userId: number; passwordHash?: string; now: Date },
): Promise<NewSession | undefined> {
  const token = randomBytes(32).toString('base64url');
  const tokenHash = hashToken(token);
  const expiresAt = new Date(input.now.getTime() + SESSION_IDLE_MS);
  const { rowCount } = await db.pool.query(
    `with old as (delete from sessions where user_id = $2 and expires_at < $3::timestamptz - interval '30 days')
     insert into sessions (token_hash, user_id, created_at, expires_at)
     select $1, id, $3, $4 from users
     where id = $2 and disabled_at is null and ($5::text is null or password_hash = $5) for share`,
    [tokenHash, input.userId, input.now, expiresAt, input.passwordHash ?? null],
  );
  return rowCount === 0 ? undefined : { token, tokenHash, expiresAt };
}

/** The user of a token, or null when it is unknown, expired, revoked or its user disabled. Slides the end. */
export async function findSession(
  db: Database,
  input: { token: string; now: Date },
): Promise<SessionUser | null> {
  if (isScreenToken(input.token)) {
    return findScreenSession(db, { tokenHash: hashToken(input.token), now: input.now });
  }
  const found = await db.pool.query<SessionRow>(
    `select s.token_hash, s.user_id, s.created_at, s.expires_at, u.name, u.display_name, u.role, u.grants
     from sessions s join users u on u.id = s.user_id
     where s.token_hash = $1 and s.revoked_at is null and s.expires_at > $2 and u.disabled_at is null`,
    [hashToken(input.token), input.now],
  );
  const row = found.rows[0];
  if (row === undefined) return null;
  return {
    tokenHash: row.token_hash,
    userId: row.user_id,
    name: row.name,
    displayName: row.display_name,
    role: row.role,
    grants: row.grants,
    expiresAt: await slide(db, row, input.now),
  };
}

async function slide(db: Database, row: SessionRow, now: Date): Promise<Date> {
  const latest = row.created_at.getTime() + SESSION_MAX_MS;
  const expiresAt = new Date(Math.min(now.getTime() + SESSION_IDLE_MS, latest));
  if (expiresAt.getTime() - row.expires_at.getTime() < SLIDE_AFTER_MS) return row.expires_at;
  await db.pool.query(`update sessions set expires_at = $2 where token_hash = $1 and revoked_at is null`, [
    row.token_hash,
    expiresAt,
  ]);
  return expiresAt;
}

export async function revokeSession(db: Database, input: { tokenHash: Buffer; now: Date }): Promise<void> {
  await db.pool.query(`update sessions set revoked_at = $2 where token_hash = $1 and revoked_at is null`, [
    input.tokenHash,
    input.now,
  ]);
}

/**
 * Which of these sessions still hold, with their role and grants now; for the live sockets, one statement for all of them. An open
 * socket is use of its session: the end slides as with a request, so that a wall does not log itself out.
 */
export async function keepSessions(
  db: Database,
  input: { tokenHashes: readonly Buffer[]; now: Date },
): Promise<ReadonlyMap<string, Person>> {
  const found = await db.pool.query<{ hash: string } & Person>(
    `with living as (
       select s.token_hash, u.role, u.grants, s.expires_at,
              least($2::timestamptz + make_interval(secs => $3), s.created_at + make_interval(secs => $4)) as ends
       from sessions s join users u on u.id = s.user_id
       where s.token_hash = any($1::bytea[]) and s.revoked_at is null and s.expires_at > $2 and u.disabled_at is null),
     kept as (
       update sessions s set expires_at = l.ends from living l
       where s.token_hash = l.token_hash and s.revoked_at is null
         and l.ends - l.expires_at >= make_interval(secs => $5))
     select encode(token_hash, 'hex') as hash, role, grants from living`,
    [input.tokenHashes, input.now, SESSION_IDLE_MS / 1_000, SESSION_MAX_MS / 1_000, SLIDE_AFTER_MS / 1_000],
  );
  const screens = await findScreens(db.pool, input);
  return new Map([
    ...found.rows.map(({ hash, ...person }) => [hash, person] as const),
    ...screens.map((screen) => [screen.tokenHash.toString('hex'), personOfScreen(screen)] as const),
  ]);
}
