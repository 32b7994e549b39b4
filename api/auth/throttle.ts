/**
 * Throttle of log-ins, shared by all API processes through Postgres.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Database } from '../../db/client.ts';
import { inTransaction } from '../../db/transaction.ts';
import {
  ADDRESS_RULE,
  decideThrottle,
  networkOf,
  USER_RULE,
  type ThrottleRule,
  type ThrottleState,
} from './throttle-rule.ts';

export interface LoginAttempt {
  name: string;
  address: string;
  /** Id of the browser, when this name has logged in there before. */
  browser: string | null;
  now: Date;
}

/** Counts an attempt; 0 when it may go on, else the seconds to wait. */
export async function beginAttempt(db: Database, attempt: LoginAttempt): Promise<number> {
  const keys = keysOf(attempt);
  // Always in the same order, so that two attempts cannot wait for each other. A known browser waits for its own
  // failures only: not for those of strangers who try its name, nor of others behind its address.
  const bounds: Bound[] = [
    ...(attempt.browser === null ? [[keys.address, ADDRESS_RULE] as const] : []),
    [keys.user, USER_RULE],
  ];
  return count(db, bounds, attempt.now);
}

/**
 * As above, for the link of a screen, which names nobody: by address, apart from the log-ins of people behind the same one (a
 * television that begins with an old link each morning must not make them wait).
 */
export async function beginScreenAttempt(db: Database, attempt: ScreenAttempt): Promise<number> {
  return count(db, [[screenKey(attempt), ADDRESS_RULE]], attempt.now);
}

/** The link was good. */
export async function forgiveScreenAttempt(db: Database, attempt: ScreenAttempt): Promise<void> {
  await db.pool.query('delete from login_throttle where key = $1', [screenKey(attempt)]);
}

type ScreenAttempt = Pick<LoginAttempt, 'address' | 'now'>;
type Bound = readonly [key: string, rule: ThrottleRule];

function screenKey({ address }: ScreenAttempt): string {
  return `screen:${networkOf(address)}`;
}

async function count(db: Database, bounds: readonly Bound[], now: Date): Promise<number> {
  return inTransaction(db, async (client) => {
    const next: [string, ThrottleState][] = [];
    for (const [key, rule] of bounds) {
      await client.query(
        `insert into login_throttle (key, failures, updated_at) values ($1, 0, $2) on conflict (key) do nothing`,
        [key, now],
      );
      const found = await client.query<{ failures: number; blocked_until: Date | null; updated_at: Date }>(
        `select failures, blocked_until, updated_at from login_throttle where key = $1 for update`,
        [key],
      );
      const row = found.rows[0];
      const state = row
        ? { failures: row.failures, blockedUntil: row.blocked_until, updatedAt: row.updated_at }
        : null;
      const decision = decideThrottle(state, now, rule);
      if (!decision.allowed) return decision.retryAfterSeconds;
      next.push([key, decision.next]);
    }
    for (const [key, state] of next) {
      await client.query(
        `update login_throttle set failures = $2, blocked_until = $3, updated_at = $4 where key = $1`,
        [key, state.failures, state.blockedUntil, state.updatedAt],
      );
    }
    return 0;
  });
}

/** The password was right: the name (or the known browser) starts afresh, the address gets this one attempt back. */
export async function forgiveAttempt(db: Database, attempt: LoginAttempt): Promise<void> {
  const keys = keysOf(attempt);
  await db.pool.query(
    `with fresh as (delete from login_throttle where key = $1 or updated_at < $3::timestamptz - interval '1 day')
     update login_throttle set failures = greatest(failures - 1, 0), blocked_until = null where key = $2`,
    // An attempt from a known browser was not counted for its address.
    [keys.user, attempt.browser === null ? keys.address : null, attempt.now],
  );
}

/** Names are hashed: people type passwords into the wrong field. */
function keysOf(attempt: LoginAttempt): { user: string; address: string } {
  const address = `address:${networkOf(attempt.address)}`;
  if (attempt.browser !== null) return { user: `browser:${attempt.browser}`, address };
  const name = createHash('sha256').update(attempt.name.toLowerCase()).digest('hex');
  return { user: `user:${name}`, address };
}
