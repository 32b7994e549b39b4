/**
 * `/api/wall/live`: each open wall is sent what changed, as its person may see it. A wall that does not take its messages is
 * owed one whole snapshot instead of a queue of updates.
 * @module
 */
import type { WebSocket } from 'ws';
import { LIVE_CLOSE } from '../../contracts/http/live.ts';
import type { WallMessage } from '../../contracts/http/wall.ts';
import type { Person } from '../../domain/permissions.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { SessionWatch } from './session-watch.ts';
import { redactWall, wallViewOf, type WallView } from './wall-delta.ts';
import type { WallFeed } from './wall-feed.ts';

const MAX_SOCKETS = 200;
const MAX_SOCKETS_PER_SESSION = 10;
/** Bytes that may wait in a socket; one snapshot of a large site fits. */
const MAX_BUFFERED = 512 * 1024;
const CHECK_MS = 2_000;
/** Shorter than the idle time-outs of common proxies (30 s and more). */
const PINGS_EVERY_CHECKS = 10;
/** A browser that takes nothing for so many checks is gone or broken. */
const MAX_CHECKS_BEHIND = 10;
const CLOSE_GRACE_MS = 2_000;
/** RFC 6455 §7.4.1: the page says nothing on this socket. */
const POLICY_VIOLATION = 1008;

export interface WallSockets {
  /** Takes over an upgraded connection of a session that may `report.read`. */
  accept(ws: WebSocket, session: SessionUser, screen: boolean): void;
  close(): void;
}

interface WallSocket {
  ws: WebSocket;
  session: SessionUser;
  screen: boolean;
  view: WallView;
  alive: boolean;
  /** Something could not be sent: a snapshot is due. */
  owed: boolean;
  behind: number;
}

export function createWallSockets(deps: { feed: WallFeed; sessions: SessionWatch }): WallSockets {
  const sockets = new Set<WallSocket>();
  let checks = 0;
  const timer = setInterval(check, CHECK_MS);
  timer.unref();

  function check(): void {
    checks += 1;
    for (const socket of sockets) {
      if (socket.owed) payOff(socket);
      socket.behind = socket.owed ? socket.behind + 1 : 0;
      if (socket.behind > MAX_CHECKS_BEHIND) close(socket, LIVE_CLOSE.tooSlow, 'too slow');
      if (checks % PINGS_EVERY_CHECKS !== 0) continue;
      if (!socket.alive) socket.ws.terminate();
      socket.alive = false;
      socket.ws.ping();
    }
  }

  function payOff(socket: WallSocket): void {
    const snapshot = deps.feed.snapshot();
    if (snapshot) send(socket, { type: 'snapshot', snapshot });
  }

  function send(socket: WallSocket, message: WallMessage): void {
    const { ws } = socket;
    if (ws.readyState !== ws.OPEN) return;
    if (ws.bufferedAmount > MAX_BUFFERED) {
      socket.owed = true;
      return;
    }
    // After a gap only a whole snapshot is right.
    if (socket.owed && message.type === 'update') return payOffFirst(socket);
    socket.owed = false;
    ws.send(textFor(socket.view, message));
  }

  function payOffFirst(socket: WallSocket): void {
    socket.owed = false;
    payOff(socket);
  }

  function setPerson(socket: WallSocket, person: Person): void {
    const view = wallViewOf(person, socket.screen);
    if (JSON.stringify(view) === JSON.stringify(socket.view)) return;
    socket.view = view;
    // What may be seen now has to come, what may not has to go.
    payOff(socket);
  }

  return {
    accept(ws, session, screen) {
      const view = wallViewOf(session, screen);
      const socket: WallSocket = { ws, session, screen, view, alive: true, owed: false, behind: 0 };
      ws.on('error', () => ws.terminate());
      const own = [...sockets].filter((s) => s.session.tokenHash.equals(session.tokenHash)).length;
      if (sockets.size >= MAX_SOCKETS || own >= MAX_SOCKETS_PER_SESSION) {
        return close(socket, LIVE_CLOSE.tooMany, 'too many sockets');
      }
      sockets.add(socket);
      const forget = deps.sessions.add({
        session,
        action: 'report.read',
        end: (code, reason) => close(socket, code, reason),
        onPerson: (person) => setPerson(socket, person),
      });
      ws.on('message', () => close(socket, POLICY_VIOLATION, 'nothing is said here'));
      ws.on('pong', () => {
        socket.alive = true;
      });
      const unwatch = deps.feed.watch((message) => send(socket, message));
      ws.on('close', () => {
        sockets.delete(socket);
        unwatch();
        forget();
      });
    },
    close() {
      clearInterval(timer);
    },
  };
}

function close({ ws }: Pick<WallSocket, 'ws'>, code: number, reason: string): void {
  ws.close(code, reason);
  setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
}

/** One message is written once for all walls that may see the same. */
const TEXTS = new WeakMap<WallMessage, Map<string, string>>();

function textFor(view: WallView, message: WallMessage): string {
  const texts = TEXTS.get(message) ?? new Map<string, string>();
  TEXTS.set(message, texts);
  const key = JSON.stringify(view);
  const text = texts.get(key) ?? JSON.stringify(redactWall(view, message));
  texts.set(key, text);
  return text;
}
