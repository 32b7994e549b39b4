/**
 * What travels with a request.
 * @module
 */
import type { HttpBindings } from '@hono/node-server';
import type { SessionUser } from './auth/sessions.ts';
import type { TakeSocket } from './http/upgrades.ts';

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
