/**
 * SIP credentials of a desk: random, minutes long, bound to the log-in that asked for them. The page asks again before they
 * end; the edge checks them against `desk_credentials`.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import type { SipAccess } from '../../contracts/http/desk.ts';
import { encryptSecret } from '../../platform/secrets.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';

/** Realm and domain of all desks; names nothing. */
export const SIP_DOMAIN = 'apel';
const LIFE_MS = 10 * 60_000;
/** Of one user; a page asks every few minutes and after each reload. */
const MAX_LIVING = 8;

export interface CredentialsDeps extends Pick<ApiDeps, 'db' | 'clock' | 'secretKey' | 'iceServers'> {}

/**
 * Makes credentials for the desk of the user's shift; earlier ones live on until they end by themselves, so that renewing is
 * silent. @returns undefined when the shift is at another desk, or there is none
 */
export async function makeSipAccess(
  deps: CredentialsDeps,
  input: { session: SessionUser; deskId: string },
): Promise<SipAccess | undefined> {
  const { userId, tokenHash } = input.session;
  const username = `d${userId}-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(24).toString('base64url');
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + LIFE_MS);
  // RFC 2617 §3.2.2.2: all that checking needs, and worth nothing anywhere else.
  const ha1 = createHash('md5').update(`${username}:${SIP_DOMAIN}:${password}`).digest('hex');
  const { rowCount } = await deps.db.pool.query(
    // Locked against a take-over, which ends the credentials of the desk that goes: none must be made right after.
    // Credentials that a crash of Postgres takes with it are asked for again: nobody waits for its log.
    `with quick as materialized (select set_config('synchronous_commit', 'off', true)),
     desk as (
       select user_id from agents
       where user_id = $2 and desk_id = $3 and (select count(*) from quick) = 1 for share),
     old as (
       delete from desk_credentials where user_id = $2 and (expires_at < $6 or username in (
         select username from desk_credentials where user_id = $2 order by expires_at desc offset ${MAX_LIVING - 1})))
     insert into desk_credentials (username, user_id, desk_id, session_hash, ha1, expires_at)
     select $1, user_id, $3, $4, $5, $7 from desk`,
    [username, userId, input.deskId, tokenHash, encryptSecret(ha1, deps.secretKey), now, expiresAt],
  );
  if (rowCount === 0) return undefined;
  return {
    username,
    password,
    domain: SIP_DOMAIN,
    wsPath: '/sip',
    expiresAt: expiresAt.toISOString(),
    iceServers: [...deps.iceServers],
  };
}

const MAX_SERVERS = 3;

/**
 * WebSockets of the SIP servers where a desk may register, the best first: of the edge that has it already, then of those with
 * most room.
 */
export async function findSipServers({ db }: Pick<ApiDeps, 'db'>, userId: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ url: string }>(
    `select e.sip_ws as url
     from edges e left join desk_bindings b on b.user_id = $1 and b.node = e.node
     where e.ended_at is null and e.draining_at is null and e.sip_ws is not null
     order by (b.user_id is not null) desc, (e.refusing is null) desc,
       e.capacity - (select count(*) from desk_bindings d where d.node = e.node) desc, e.node, e.epoch desc
     limit ${MAX_SERVERS}`,
    [userId],
  );
  return [...new Set(rows.map(({ url }) => url))];
}
