/**
 * One live socket: what it watches, what it is owed, and the bounds on both.
 * @module
 */
import type { RawData, WebSocket } from 'ws';
import {
  LIVE_CLOSE,
  liveClientMessageSchema,
  type LiveClientMessage,
  type LiveServerMessage,
} from '../../contracts/http/live.ts';
import type { Person } from '../../domain/permissions.ts';
import type { SessionUser } from '../auth/session-user.ts';
import { redactFor } from './redact.ts';
import type { WatchEvent, Watches } from './watches.ts';

/** Bytes that may wait in the socket; above it updates are folded into one snapshot. */
const MAX_BUFFERED = 256 * 1024;
/** A browser that takes nothing for so long is gone or broken. */
const MAX_BEHIND_MS = 20_000;
const MAX_MESSAGES = 30;
const MESSAGE_WINDOW_MS = 10_000;
/** For the close frame to get out; then the connection is cut. */
const CLOSE_GRACE_MS = 2_000;
/** RFC 6455 §7.4.1. */
const POLICY_VIOLATION = 1008;

export interface LiveSocket {
  readonly session: SessionUser;
  /** Who looks, as the role and the grants are now. */
  person: Person;
  /** Sends what waits, if there is room by now. */
  flush(): void;
  /** Pings; cuts the connection when the last ping was not answered. */
  ping(): void;
  close(code: number, reason: string): void;
}

export function createLiveSocket(ws: WebSocket, session: SessionUser, watches: Watches): LiveSocket {
  let campaign: string | null = null;
  let unwatch = (): void => {};
  let sequence = 0;
  /** What the client has not seen because its socket was full. */
  let owed: WatchEvent | null = null;
  let behindSince: number | null = null;
  let answered = true;
  let messages = 0;
  let windowEnds = 0;

  const socket: LiveSocket = { session, person: session, flush, ping, close };

  ws.on('message', onMessage);
  ws.on('pong', () => {
    answered = true;
  });
  ws.on('close', () => unwatch());
  // A broken connection also closes; without a listener it would end the process.
  ws.on('error', () => ws.terminate());
  return socket;

  function onMessage(data: RawData, isBinary: boolean): void {
    const message = isBinary || isFlooding() ? null : parseMessage(data);
    if (message === null) return close(POLICY_VIOLATION, 'bad message');
    unwatch();
    owed = null;
    behindSince = null;
    sequence = 0;
    campaign = message.type === 'subscribe' ? message.campaign : null;
    unwatch = campaign === null ? () => {} : watches.watch(campaign, deliver);
  }

  function isFlooding(): boolean {
    const now = performance.now();
    if (now > windowEnds) {
      windowEnds = now + MESSAGE_WINDOW_MS;
      messages = 0;
    }
    messages += 1;
    return messages > MAX_MESSAGES;
  }

  function deliver(event: WatchEvent): void {
    if (event.type === 'not-found') return close(LIVE_CLOSE.notFound, 'no such campaign');
    if (ws.bufferedAmount > MAX_BUFFERED) {
      owed = event.type === 'update' ? { type: 'snapshot', snapshot: event.snapshot } : event;
      return;
    }
    // After a gap only a whole snapshot is right.
    const whole = owed !== null && event.type === 'update';
    owed = null;
    behindSince = null;
    send(whole ? { type: 'snapshot', snapshot: event.snapshot } : event);
  }

  function send(event: Exclude<WatchEvent, { type: 'not-found' }>): void {
    if (campaign === null) return;
    sequence += 1;
    const head = { campaign, sequence };
    const message: LiveServerMessage =
      event.type === 'snapshot'
        ? { type: 'snapshot', ...head, snapshot: redactFor(socket.person, event.snapshot) }
        : event.type === 'update'
          ? { type: 'update', ...head, changes: redactFor(socket.person, event.changes) }
          : { type: 'stale', ...head, since: event.since };
    ws.send(JSON.stringify(message));
  }

  function flush(): void {
    if (ws.bufferedAmount <= MAX_BUFFERED) {
      behindSince = null;
      if (owed !== null) deliver(owed);
      return;
    }
    behindSince ??= performance.now();
    if (performance.now() - behindSince > MAX_BEHIND_MS) close(LIVE_CLOSE.tooSlow, 'too slow');
  }

  function ping(): void {
    if (!answered) return ws.terminate();
    answered = false;
    ws.ping();
  }

  function close(code: number, reason: string): void {
    unwatch();
    ws.close(code, reason);
    setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
  }
}

function parseMessage(data: RawData): LiveClientMessage | null {
  try {
    // The server's sockets deliver one Buffer a message (`ws` default).
    const parsed = liveClientMessageSchema.safeParse(JSON.parse((data as Buffer).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
