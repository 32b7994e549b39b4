/**
 * `/sip`: a desk's SIP over WebSocket (RFC 7118) on the page's own origin, passed on to the SIP server of an edge. Nothing is
 * read on the way: who may register is the edge's affair, who may connect at all is ours.
 * @module
 */
import { WebSocket, type RawData } from 'ws';
import { LIVE_CLOSE } from '../../contracts/http/live.ts';
import type { Logger } from '../../platform/logger.ts';
import type { SessionUser } from '../auth/sessions.ts';
import type { SessionWatch } from '../live/session-watch.ts';

/** One a tab; a reload may overlap with the old one. */
const MAX_PIPES_PER_SESSION = 8;
const MAX_PIPES = 2_000;
const CONNECT_MS = 3_000;
/** SIP messages that a browser may send before the server's side is open. */
const MAX_EARLY = 8;
/** A side that takes nothing is gone: SIP is small and never waits long. */
const MAX_BUFFERED = 512 * 1024;
/** RFC 6455 §7.4.1. */
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;
const CLOSE_GRACE_MS = 2_000;

export interface SipPipes {
  /** Takes over an upgraded connection of a session that may `desk.use`. */
  accept(ws: WebSocket, session: SessionUser): void;
  size(): number;
}

export interface SipPipesDeps {
  /** `ws://host:port` of the SIP server of an edge that takes desks now; null when there is none. */
  findServer(userId: number): Promise<string | null>;
  sessions: SessionWatch;
  logger: Logger;
}

export function createSipPipes(deps: SipPipesDeps): SipPipes {
  const open = new Map<WebSocket, SessionUser>();
  return {
    size: () => open.size,
    accept(browser, session) {
      browser.on('error', () => browser.terminate());
      const own = [...open.values()].filter((s) => s.tokenHash.equals(session.tokenHash)).length;
      if (open.size >= MAX_PIPES || own >= MAX_PIPES_PER_SESSION) {
        return browser.close(LIVE_CLOSE.tooMany, 'too many sockets');
      }
      open.set(browser, session);
      const forget = deps.sessions.add({
        session,
        action: 'desk.use',
        end: (code, reason) => closeSoon(browser, code, reason),
      });
      browser.on('close', () => {
        open.delete(browser);
        forget();
      });
      void connect(deps, browser, session.userId);
    },
  };
}

async function connect(deps: SipPipesDeps, browser: WebSocket, userId: number): Promise<void> {
  const early: RawData[] = [];
  const keep = (data: RawData): void => {
    if (early.length >= MAX_EARLY) closeSoon(browser, TRY_AGAIN_LATER, 'not connected yet');
    else early.push(data);
  };
  browser.on('message', keep);
  const url = await deps.findServer(userId).catch((error: unknown) => {
    deps.logger.warn({ err: error }, 'no SIP server could be looked up for a desk');
    return null;
  });
  if (url === null) return closeSoon(browser, TRY_AGAIN_LATER, 'no SIP server');
  if (browser.readyState !== WebSocket.OPEN) return;
  const server = new WebSocket(url, 'sip', { handshakeTimeout: CONNECT_MS, perMessageDeflate: false });
  server.on('error', (error) => {
    deps.logger.warn({ err: error }, 'SIP server refused a desk');
    closeSoon(browser, INTERNAL_ERROR, 'SIP server away');
  });
  server.on('open', () => {
    browser.off('message', keep);
    pass(browser, server);
    pass(server, browser);
    for (const data of early) send(server, data);
  });
  server.on('close', () => closeSoon(browser, INTERNAL_ERROR, 'SIP server closed'));
  browser.on('close', () => server.terminate());
}

function pass(from: WebSocket, to: WebSocket): void {
  from.on('message', (data) => send(to, data));
}

/** As text, as RFC 7118 §5.1 has it by default, and as our SIP server takes it. */
function send(to: WebSocket, data: RawData): void {
  if (to.readyState !== WebSocket.OPEN) return;
  if (to.bufferedAmount > MAX_BUFFERED) return to.terminate();
  to.send(data as Buffer, { binary: false });
}

function closeSoon(ws: WebSocket, code: number, reason: string): void {
  ws.close(code, reason);
  setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
}
