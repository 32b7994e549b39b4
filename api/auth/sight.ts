/**
 * Log-ins as they were last seen good. While Postgres is away, an agent on a call goes on by them for a while.
 * @module
 */
import type { SessionUser } from './session-user.ts';

/** How long a log-in is believed that cannot be looked up. */
const BELIEVED_MS = 15 * 60_000;
const MAX_SEEN = 5_000;

export interface Sight {
  /** Postgres said that it is good. */
  saw(session: SessionUser): void;
  /** It is over. */
  forget(tokenHash: Buffer): void;
  /** Undefined when it was not seen good within 15 minutes. */
  recall(tokenHash: Buffer): SessionUser | undefined;
}

/** @param steadyMs a clock that nobody sets */
export function createSight(steadyMs: () => number = () => performance.now()): Sight {
  /** Oldest first. */
  const seen = new Map<string, { session: SessionUser; at: number }>();
  return {
    saw(session) {
      const key = session.tokenHash.toString('hex');
      seen.delete(key);
      seen.set(key, { session, at: steadyMs() });
      const [oldest] = seen.keys();
      if (seen.size > MAX_SEEN && oldest !== undefined) seen.delete(oldest);
    },
    forget: (tokenHash) => void seen.delete(tokenHash.toString('hex')),
    recall(tokenHash) {
      const known = seen.get(tokenHash.toString('hex'));
      return known && steadyMs() - known.at <= BELIEVED_MS ? known.session : undefined;
    },
  };
}
