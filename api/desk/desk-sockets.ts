/**
 * `/api/desk/live`: each open page of an agent is sent the whole desk on opening and after each change. Postgres notifies whose
 * desk changed; a page that missed a notice has the truth ten seconds later.
 * @module
 */
import type { WebSocket } from 'ws';
import { DESK_CLOSE, type Desk, type DeskMessage } from '../../contracts/http/desk.ts';
import { LIVE_CLOSE } from '../../contracts/http/live.ts';
import { deskSeen } from '../../db/agents.ts';
import { listen } from '../../db/listen.ts';
import type { SessionUser } from '../auth/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import type { SessionWatch } from '../live/session-watch.ts';
import type { ReadDesk } from './read-desk.ts';

const CHANNEL = 'apel_desk';
/** Several changes of one statement are one message. */
const GATHER_MS = 10;
const LOOK_MS = 2_000;
/** For a notice that was lost. */
const READ_EVERY_LOOKS = 5;
/** The proof that the desk is there. */
const SEEN_EVERY_LOOKS = 2;
const PING_EVERY_LOOKS = 5;
const MAX_SOCKETS = 2_000;
const MAX_SOCKETS_PER_SESSION = 10;
/** A page that takes nothing is gone or broken. */
const MAX_BUFFERED = 512 * 1024;
const CLOSE_GRACE_MS = 2_000;
/** RFC 6455 §7.4.1: the page says nothing on this socket. */
const POLICY_VIOLATION = 1008;

export interface DeskSockets {
  /** Takes over an upgraded connection of a session that may `desk.use`. */
  accept(ws: WebSocket, session: SessionUser, deskId: string): void;
  close(): Promise<void>;
}

export interface DeskSocketsDeps extends Pick<ApiDeps, 'db' | 'clock' | 'logger'> {
  readDesk: ReadDesk;
  /** The page of the shift's desk closed: its customer, if any, must not wait in silence. */
  onGone(userId: number): Promise<void>;
  sessions: SessionWatch;
}

interface DeskSocket {
  ws: WebSocket;
  session: SessionUser;
  deskId: string;
  /** It was the desk of the shift when it was last told. */
  current: boolean;
  alive: boolean;
  /** What it was sent last, without the time. */
  last: string;
}

export function createDeskSockets(deps: DeskSocketsDeps): DeskSockets {
  const sockets = new Set<DeskSocket>();
  const waiting = new Map<number, NodeJS.Timeout>();
  const stop = new AbortController();
  const listening = listen(deps.db, {
    channel: CHANNEL,
    onNotify: (payload) => changed(Number(payload)),
    onListening: () => everyone(),
    onInterrupted: (error) => deps.logger.warn({ err: error }, 'listening for desks was interrupted'),
    signal: stop.signal,
  });
  let looks = 0;
  const timer = setInterval(look, LOOK_MS);
  timer.unref();

  function everyone(): void {
    for (const userId of new Set([...sockets].map(({ session }) => session.userId))) changed(userId);
  }

  function changed(userId: number): void {
    if (waiting.has(userId) || stop.signal.aborted) return;
    if (![...sockets].some(({ session }) => session.userId === userId)) return;
    waiting.set(
      userId,
      setTimeout(() => {
        waiting.delete(userId);
        void tell(userId);
      }, GATHER_MS),
    );
  }

  async function tell(userId: number): Promise<void> {
    const of = [...sockets].find(({ session }) => session.userId === userId)?.session;
    if (of === undefined) return;
    let desk: Desk;
    try {
      desk = await deps.readDesk(of);
    } catch (error) {
      // Postgres away: the page goes on with what it has, and looks at its own connection.
      deps.logger.debug({ err: error }, 'desk could not be read');
      return;
    }
    for (const socket of sockets) if (socket.session.userId === userId) send(socket, desk);
  }

  function send(socket: DeskSocket, desk: Desk): void {
    const taken = socket.current && desk.deskId !== null && desk.deskId !== socket.deskId;
    socket.current = desk.deskId === socket.deskId;
    if (taken) return close(socket, DESK_CLOSE.takenOver, 'another desk has taken over');
    const { at: _, ...facts } = desk;
    const text = JSON.stringify(facts);
    if (text === socket.last || socket.ws.readyState !== socket.ws.OPEN) return;
    if (socket.ws.bufferedAmount > MAX_BUFFERED) return close(socket, LIVE_CLOSE.tooSlow, 'too slow');
    socket.last = text;
    const message: DeskMessage = { type: 'desk', desk };
    socket.ws.send(JSON.stringify(message));
  }

  function look(): void {
    looks += 1;
    if (looks % READ_EVERY_LOOKS === 0) everyone();
    if (looks % SEEN_EVERY_LOOKS === 0) void tellSeen();
    if (looks % PING_EVERY_LOOKS !== 0) return;
    for (const socket of sockets) {
      if (!socket.alive) socket.ws.terminate();
      else {
        socket.alive = false;
        socket.ws.ping();
      }
    }
  }

  async function tellSeen(): Promise<void> {
    const desks = [...sockets]
      .filter(({ current, ws }) => current && ws.readyState === ws.OPEN)
      .map(({ session, deskId }) => ({ userId: session.userId, deskId }));
    try {
      await deskSeen(deps.db.pool, { desks, now: deps.clock.now() });
    } catch (error) {
      deps.logger.debug({ err: error }, 'desks could not be marked as seen');
    }
  }

  function close(socket: DeskSocket, code: number, reason: string): void {
    socket.ws.close(code, reason);
    setTimeout(() => socket.ws.terminate(), CLOSE_GRACE_MS).unref();
  }

  function onClosed(socket: DeskSocket): void {
    sockets.delete(socket);
    const another = [...sockets].some(
      ({ deskId, session }) => deskId === socket.deskId && session.userId === socket.session.userId,
    );
    if (!socket.current || another || stop.signal.aborted) return;
    void deps
      .onGone(socket.session.userId)
      .catch((error: unknown) => deps.logger.debug({ err: error }, 'an edge was not told of a closed desk'));
  }

  return {
    accept(ws, session, deskId) {
      const socket: DeskSocket = { ws, session, deskId, current: false, alive: true, last: '' };
      ws.on('error', () => ws.terminate());
      const own = [...sockets].filter((s) => s.session.tokenHash.equals(session.tokenHash)).length;
      if (sockets.size >= MAX_SOCKETS || own >= MAX_SOCKETS_PER_SESSION) {
        return close(socket, LIVE_CLOSE.tooMany, 'too many sockets');
      }
      sockets.add(socket);
      const forget = deps.sessions.add({
        session,
        action: 'desk.use',
        end: (code, reason) => close(socket, code, reason),
      });
      ws.on('pong', () => {
        socket.alive = true;
      });
      ws.on('message', () => close(socket, POLICY_VIOLATION, 'nothing is expected here'));
      ws.on('close', () => {
        forget();
        onClosed(socket);
      });
      changed(session.userId);
    },
    async close() {
      clearInterval(timer);
      stop.abort();
      for (const wait of waiting.values()) clearTimeout(wait);
      await listening;
    },
  };
}
