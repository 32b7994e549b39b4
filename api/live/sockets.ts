/**
 * All live sockets of this process: how many there may be, whether they live, whether their sessions still hold.
 * @module
 */
import type { WebSocket } from 'ws';
import { LIVE_CLOSE } from '../../contracts/http/live.ts';
import { can } from '../../domain/permissions.ts';
import { keepSessions, type SessionUser } from '../auth/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import { createLiveSocket, type LiveSocket } from './socket.ts';
import type { Watches } from './watches.ts';

const MAX_SOCKETS = 500;
const MAX_SOCKETS_PER_SESSION = 20;
const CHECK_MS = 2_000;
/** Shorter than the idle time-outs of common proxies (30 s and more). */
const PINGS_EVERY_CHECKS = 10;
/** RFC 6455 §7.4.1: going away. */
const GOING_AWAY = 1001;

export interface LiveSockets {
  /** Takes over an upgraded connection of a session that may `live.read`. */
  accept(ws: WebSocket, session: SessionUser): void;
  /** Logged out here: its sockets close at once (elsewhere within two seconds). */
  endSession(tokenHash: Buffer): void;
  close(): void;
}

export interface LiveSocketsDeps extends Pick<ApiDeps, 'db' | 'clock' | 'logger'> {
  watches: Watches;
  /** Default 2 s. */
  checkMs?: number;
}

export function createLiveSockets(deps: LiveSocketsDeps): LiveSockets {
  const sockets = new Set<LiveSocket>();
  let checks = 0;
  let checking = false;
  const timer = setInterval(() => void check(), deps.checkMs ?? CHECK_MS);
  timer.unref();

  async function check(): Promise<void> {
    checks += 1;
    for (const socket of sockets) {
      socket.flush();
      if (checks % PINGS_EVERY_CHECKS === 0) socket.ping();
    }
    if (checking || sockets.size === 0) return;
    checking = true;
    try {
      await checkSessions();
    } catch (error) {
      // Postgres away: nobody is thrown out for that, the page says `stale`.
      deps.logger.debug({ err: error }, 'sessions of live sockets could not be checked');
    } finally {
      checking = false;
    }
  }

  async function checkSessions(): Promise<void> {
    const asked = [...sockets];
    const hashes = new Map(asked.map((s) => [s.session.tokenHash.toString('hex'), s.session.tokenHash]));
    const living = await keepSessions(deps.db, {
      tokenHashes: [...hashes.values()],
      now: deps.clock.now(),
    });
    for (const socket of asked) {
      const role = living.get(socket.session.tokenHash.toString('hex'));
      if (role === undefined) end(socket, LIVE_CLOSE.sessionEnded, 'session ended');
      else if (!can(role, 'live.read')) end(socket, LIVE_CLOSE.forbidden, 'not allowed any more');
      else socket.role = role;
    }
  }

  function end(socket: LiveSocket, code: number, reason: string): void {
    sockets.delete(socket);
    socket.close(code, reason);
  }

  return {
    accept(ws, session) {
      const socket = createLiveSocket(ws, session, deps.watches);
      const own = [...sockets].filter((s) => s.session.tokenHash.equals(session.tokenHash)).length;
      if (sockets.size >= MAX_SOCKETS || own >= MAX_SOCKETS_PER_SESSION) {
        return socket.close(LIVE_CLOSE.tooMany, 'too many sockets');
      }
      sockets.add(socket);
      ws.on('close', () => sockets.delete(socket));
    },
    endSession(tokenHash) {
      for (const socket of sockets) {
        if (socket.session.tokenHash.equals(tokenHash)) end(socket, LIVE_CLOSE.sessionEnded, 'logged out');
      }
    },
    close() {
      clearInterval(timer);
      for (const socket of sockets) end(socket, GOING_AWAY, 'server stops');
    },
  };
}
