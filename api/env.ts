/**
 * What travels with a request.
 * @module
 */
import type { HttpBindings } from '@hono/node-server';
import type { WebSocket } from 'ws';
import type { SessionUser } from './auth/session-user.ts';

/**
 * Ends the handshake of a WebSocket; the open socket is given to `accept`. See `http/upgrades.ts`.
 * @param use how big its messages may be: small JSON of a page, or SIP with its SDP
 */
export type TakeSocket = (accept: (ws: WebSocket) => void, use?: SocketUse) => void;
export type SocketUse = 'page' | 'sip';

export interface ApiEnv {
  Bindings: Partial<HttpBindings> & {
    /** Of a request for a WebSocket, on a real server. */
    takeSocket?: TakeSocket | undefined;
  };
  Variables: {
    requestId: string;
    /** Set by the gate of the route; absent on open ones. */
    session?: SessionUser;
  };
}
