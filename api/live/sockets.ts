/**
 * The live sockets of this process: how many there may be, and whether they live.
 * @module
 */
import type { WebSocket } from 'ws';
import { LIVE_CLOSE } from '../../contracts/http/live.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { SessionWatch } from './session-watch.ts';
import { createLiveSocket, type LiveSocket } from './socket.ts';
import type { Watches } from './watches.ts';

const MAX_SOCKETS = 500;
const MAX_SOCKETS_PER_SESSION = 20;
const CHECK_MS = 2_000;
/** Shorter than the idle time-outs of common proxies (30 s and more). */
const PINGS_EVERY_CHECKS = 10;

export interface LiveSockets {
  /** Takes over an upgraded connection of a session that may `live.read`. */
  accept(ws: WebSocket, session: SessionUser): void;
  close(): void;
}

export interface LiveSocketsDeps {
  watches: Watches;
  sessions: SessionWatch;
  /** Default 2 s. */
  checkMs?: number;
}

export function createLiveSockets(deps: LiveSocketsDeps): LiveSockets {
  const sockets = new Set<LiveSocket>();
  let checks = 0;
  const timer = setInterval(check, deps.checkMs ?? CHECK_MS);
  timer.unref();

  function check(): void {
    checks += 1;
    for (const socket of sockets) {
      socket.flush();
      if (checks % PINGS_EVERY_CHECKS === 0) socket.ping();
    }
  }

  return {
    accept(ws, session) {
      const socket = createLiveSocket(ws, session, deps.watches);
      const own = [...sockets].filter((s) => s.session.tokenHash.equals(session.tokenHash)).length;
      if (sockets.size >= MAX_SOCKETS || own >= MAX_SOCKETS_PER_SESSION) {
        return socket.close(LIVE_CLOSE.tooMany, 'too many sockets');
      }
      sockets.add(socket);
      const forget = deps.sessions.add({
        session,
        action: 'live.read',
        end: (code, reason) => socket.close(code, reason),
        onPerson: (person) => {
          socket.person = person;
        },
      });
      ws.on('close', () => {
        sockets.delete(socket);
        forget();
      });
    },
    close() {
      clearInterval(timer);
    },
  };
}
