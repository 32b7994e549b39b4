/**
 * Open sockets outlive the request that opened them: whether the session behind each still holds, and its role may still do
 * what the socket does, is asked every two seconds, for all sockets of the process in one statement.
 * @module
 */
import { LIVE_CLOSE } from '../../contracts/http/live.ts';
import { can, type Action, type Person } from '../../domain/permissions.ts';
import type { SessionUser } from '../auth/session-user.ts';
import { keepSessions } from '../auth/sessions.ts';
import type { Sight } from '../auth/sight.ts';
import type { ApiDeps } from '../deps.ts';

const CHECK_MS = 2_000;
/** RFC 6455 §7.4.1: going away. */
const GOING_AWAY = 1001;

export interface Watched {
  session: SessionUser;
  /** What the socket is for. */
  action: Action;
  /** Called once; the socket is not watched any more then. */
  end(code: number, reason: string): void;
  /** Role and grants as they are now. */
  onPerson?(person: Person): void;
}

export interface SessionWatch {
  /** @returns how to stop, for sockets that close by themselves */
  add(watched: Watched): () => void;
  /** Logged out here: its sockets close at once (elsewhere within two seconds). */
  endSession(tokenHash: Buffer): void;
  /** Somebody's role or log-ins were changed here: looks at all sockets now. */
  check(): Promise<void>;
  /** Ends everything. */
  close(): void;
}

export interface SessionWatchDeps extends Pick<ApiDeps, 'db' | 'clock' | 'logger'> {
  sight: Sight;
  /** Default 2 s. */
  checkMs?: number;
}

export function createSessionWatch(deps: SessionWatchDeps): SessionWatch {
  const all = new Set<Watched>();
  let checking = false;
  let again = false;
  const timer = setInterval(() => void check(), deps.checkMs ?? CHECK_MS);
  timer.unref();

  async function check(): Promise<void> {
    // What is looked at may be older than what was changed: once more, then.
    again = checking;
    if (checking || all.size === 0) return;
    checking = true;
    try {
      do {
        again = false;
        await checkSessions();
      } while (again);
    } catch (error) {
      // Postgres away: nobody is thrown out for that.
      deps.logger.debug({ err: error }, 'sessions of sockets could not be checked');
    } finally {
      checking = false;
    }
  }

  async function checkSessions(): Promise<void> {
    const asked = [...all];
    const hashes = new Map(asked.map((s) => [s.session.tokenHash.toString('hex'), s.session.tokenHash]));
    const living = await keepSessions(deps.db, {
      tokenHashes: [...hashes.values()],
      now: deps.clock.now(),
    });
    for (const watched of asked) {
      if (!all.has(watched)) continue;
      const person = living.get(watched.session.tokenHash.toString('hex'));
      if (person === undefined) {
        deps.sight.forget(watched.session.tokenHash);
        end(watched, LIVE_CLOSE.sessionEnded, 'session ended');
        continue;
      }
      deps.sight.saw({ ...watched.session, ...person });
      if (!can(person, watched.action)) end(watched, LIVE_CLOSE.forbidden, 'not allowed any more');
      else watched.onPerson?.(person);
    }
  }

  function end(watched: Watched, code: number, reason: string): void {
    if (all.delete(watched)) watched.end(code, reason);
  }

  return {
    add(watched) {
      all.add(watched);
      return () => all.delete(watched);
    },
    endSession(tokenHash) {
      deps.sight.forget(tokenHash);
      for (const watched of all) {
        if (watched.session.tokenHash.equals(tokenHash)) end(watched, LIVE_CLOSE.sessionEnded, 'logged out');
      }
    },
    check,
    close() {
      clearInterval(timer);
      for (const watched of all) end(watched, GOING_AWAY, 'server stops');
    },
  };
}
