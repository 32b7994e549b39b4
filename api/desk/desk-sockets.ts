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
import type { SessionUser } from '../auth/session-user.ts';
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
  /** Default 2 s. */
  lookMs?: number;
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

/** The open pages of one user. */
interface Room {
  sockets: Set<DeskSocket>;
  /** `waiting`: a change was heard of. `again`: another one, while the desk was being read for the last. */
  reading: 'no' | 'waiting' | 'yes' | 'again';
}

export function createDeskSockets(deps: DeskSocketsDeps): DeskSockets {
  const rooms = new Map<number, Room>();
  let size = 0;
  const stop = new AbortController();
  const listening = listen(deps.db, {
    channel: CHANNEL,
    onNotify: (payload) => changed(Number(payload)),
    // What was said meanwhile was missed, and nobody could be marked as seen.
    onListening: () => {
      everyone();
      void tellSeen();
    },
    onInterrupted: (error) => deps.logger.warn({ err: error }, 'listening for desks was interrupted'),
    signal: stop.signal,
  });
  let looks = 0;
  const timer = setInterval(look, deps.lookMs ?? LOOK_MS);
  timer.unref();

  const all = (): DeskSocket[] => [...rooms.values()].flatMap(({ sockets }) => [...sockets]);

  function everyone(): void {
    for (const userId of rooms.keys()) changed(userId);
  }

  function changed(userId: number): void {
    const room = rooms.get(userId);
    if (!room || stop.signal.aborted) return;
    if (room.reading === 'yes') room.reading = 'again';
    if (room.reading !== 'no') return;
    room.reading = 'waiting';
    setTimeout(() => void tell(userId, room), GATHER_MS);
  }

  /** One read at a time: of two, the older could come in last, and would stay. */
  async function tell(userId: number, room: Room): Promise<void> {
    Object.assign(room, { reading: 'yes' });
    const [first] = room.sockets;
    try {
      if (first !== undefined && !stop.signal.aborted) {
        const desk = await deps.readDesk(first.session);
        for (const socket of room.sockets) send(socket, desk);
      }
    } catch (error) {
      // Postgres away: the page goes on with what it has, and looks at its own connection.
      deps.logger.debug({ err: error }, 'desk could not be read');
    }
    const again = room.reading === 'again';
    room.reading = 'no';
    if (again) changed(userId);
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
    for (const socket of all()) {
      if (!socket.alive) socket.ws.terminate();
      else {
        socket.alive = false;
        socket.ws.ping();
      }
    }
  }

  async function tellSeen(): Promise<void> {
    const desks = all()
      .filter(({ current, ws }) => current && ws.readyState === ws.OPEN)
      .map(({ session, deskId }) => ({ userId: session.userId, deskId }));
    try {
      await deskSeen(deps.db.pool, { desks, now: deps.clock.now() });
    } catch (error) {
      deps.logger.debug({ err: error }, 'desks could not be marked as seen');
    }
  }

  function close({ ws }: Pick<DeskSocket, 'ws'>, code: number, reason: string): void {
    ws.close(code, reason);
    setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
  }

  function enter(socket: DeskSocket): Room {
    const { userId } = socket.session;
    const room = rooms.get(userId) ?? { sockets: new Set(), reading: 'no' };
    rooms.set(userId, room);
    room.sockets.add(socket);
    size += 1;
    return room;
  }

  function leave(socket: DeskSocket, room: Room): void {
    const { userId } = socket.session;
    room.sockets.delete(socket);
    size -= 1;
    if (room.sockets.size === 0) rooms.delete(userId);
    const another = [...room.sockets].some(({ deskId }) => deskId === socket.deskId);
    if (!socket.current || another || stop.signal.aborted) return;
    void deps
      .onGone(userId)
      .catch((error: unknown) => deps.logger.debug({ err: error }, 'an edge was not told of a closed desk'));
  }

  return {
    accept(ws, session, deskId) {
      const socket: DeskSocket = { ws, session, deskId, current: false, alive: true, last: '' };
      ws.on('error', () => ws.terminate());
      const own = [...(rooms.get(session.userId)?.sockets ?? [])].filter((s) =>
        s.session.tokenHash.equals(session.tokenHash),
      ).length;
      if (size >= MAX_SOCKETS || own >= MAX_SOCKETS_PER_SESSION) {
        return close(socket, LIVE_CLOSE.tooMany, 'too many sockets');
      }
      const room = enter(socket);
      const forget = deps.sessions.add({
        session,
        action: 'desk.use',
        end: (code, reason) => close(socket, code, reason),
        onPerson: (person) => {
          socket.session = { ...session, ...person };
        },
      });
      ws.on('pong', () => {
        socket.alive = true;
      });
      ws.once('message', () => close(socket, POLICY_VIOLATION, 'nothing is expected here'));
      ws.on('close', () => {
        forget();
        leave(socket, room);
      });
      changed(session.userId);
    },
    async close() {
      clearInterval(timer);
      stop.abort();
      await listening;
    },
  };
}
