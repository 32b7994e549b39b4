/**
 * `/sip`: a desk's SIP over WebSocket (RFC 7118) on the page's own origin, passed on to the SIP server of an edge. Nothing is
 * read on the way: who may register is the edge's affair, who may connect at all is ours.
 * @module
 */
import { WebSocket, type RawData } from 'ws';
import { LIVE_CLOSE } from '../../contracts/http/live.ts';
import type { Logger } from '../../platform/logger.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { SessionWatch } from '../live/session-watch.ts';

/** One a tab; a reload may overlap with the old one. */
const MAX_PIPES_PER_SESSION = 8;
const MAX_PIPES = 2_000;
const CONNECT_MS = 3_000;
/** SIP messages that a browser may send before the server's side is open. */
const MAX_EARLY = 8;
/** A side that takes nothing is gone: SIP is small and never waits long. */
const MAX_BUFFERED = 512 * 1024;
/** A laptop that changed its network says no good-bye: without a question its pipe would stay for a quarter of an hour. */
const PING_MS = 10_000;
/** RFC 6455 §7.4.1. */
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;
const CLOSE_GRACE_MS = 2_000;

export interface SipPipes {
  /** Takes over an upgraded connection of a session that may `desk.use`. */
  accept(ws: WebSocket, session: SessionUser): void;
  close(): void;
}

export interface SipPipesDeps {
  /** `ws://host:port` of the SIP servers of edges that take desks now, the best first. */
  findServers(userId: number): Promise<readonly string[]>;
  sessions: SessionWatch;
  logger: Logger;
  /** Default 10 s. */
  pingMs?: number;
}

interface Pipe {
  session: SessionUser;
  alive: boolean;
}

export function createSipPipes(deps: SipPipesDeps): SipPipes {
  const open = new Map<WebSocket, Pipe>();
  const timer = setInterval(ping, deps.pingMs ?? PING_MS);
  timer.unref();

  function ping(): void {
    for (const [browser, pipe] of open) {
      if (!pipe.alive) browser.terminate();
      else {
        pipe.alive = false;
        browser.ping();
      }
    }
  }

  return {
    accept(browser, session) {
      browser.on('error', () => browser.terminate());
      const own = [...open.values()].filter((p) => p.session.tokenHash.equals(session.tokenHash)).length;
      if (open.size >= MAX_PIPES || own >= MAX_PIPES_PER_SESSION) {
        return closeSoon(browser, LIVE_CLOSE.tooMany, 'too many sockets');
      }
      const pipe: Pipe = { session, alive: true };
      open.set(browser, pipe);
      const forget = deps.sessions.add({
        session,
        action: 'desk.use',
        end: (code, reason) => closeSoon(browser, code, reason),
      });
      browser.on('pong', () => {
        pipe.alive = true;
      });
      browser.on('close', () => {
        open.delete(browser);
        forget();
      });
      void connect(deps, browser, session.userId);
    },
    close: () => clearInterval(timer),
  };
}

async function connect(deps: SipPipesDeps, browser: WebSocket, userId: number): Promise<void> {
  const early: [RawData, boolean][] = [];
  const keep = (data: RawData, isBinary: boolean): void => {
    if (early.push([data, isBinary]) <= MAX_EARLY) return;
    browser.off('message', keep);
    closeSoon(browser, TRY_AGAIN_LATER, 'not connected yet');
  };
  browser.on('message', keep);
  const server = await firstOpen(deps, browser, userId);
  if (server === undefined) return closeSoon(browser, TRY_AGAIN_LATER, 'no SIP server');
  browser.off('message', keep);
  if (browser.readyState !== WebSocket.OPEN) return server.terminate();
  server.on('error', () => server.terminate());
  server.on('close', () => closeSoon(browser, INTERNAL_ERROR, 'SIP server closed'));
  browser.on('close', () => server.terminate());
  pass(browser, server);
  pass(server, browser);
  for (const [data, isBinary] of early) send(server, data, isBinary);
}

/** Of the edges' SIP servers the first that answers; one whose edge died may still be listed. */
async function firstOpen(
  deps: SipPipesDeps,
  browser: WebSocket,
  userId: number,
): Promise<WebSocket | undefined> {
  let urls: readonly string[] = [];
  try {
    urls = await deps.findServers(userId);
  } catch (error) {
    deps.logger.warn({ err: error }, 'no SIP server could be looked up for a desk');
  }
  for (const url of urls) {
    if (browser.readyState !== WebSocket.OPEN) return undefined;
    try {
      return await openServer(url);
    } catch (error) {
      deps.logger.warn({ err: error }, 'SIP server refused a desk');
    }
  }
  return undefined;
}

function openServer(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const server = new WebSocket(url, 'sip', { handshakeTimeout: CONNECT_MS, perMessageDeflate: false });
    server.once('error', reject);
    server.once('open', () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function pass(from: WebSocket, to: WebSocket): void {
  from.on('message', (data, isBinary) => send(to, data, isBinary));
}

/** In the kind of frame in which it came: what is no UTF-8 may not be called text. */
function send(to: WebSocket, data: RawData, isBinary: boolean): void {
  if (to.readyState !== WebSocket.OPEN) return;
  if (to.bufferedAmount > MAX_BUFFERED) return to.terminate();
  to.send(data as Buffer, { binary: isBinary });
}

function closeSoon(ws: WebSocket, code: number, reason: string): void {
  ws.close(code, reason);
  setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
}
