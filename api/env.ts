/**
 * What travels with a request.
 * @module
 */
import type { HttpBindings } from '@hono/node-server';
import type { SessionUser } from './auth/sessions.ts';

export interface ApiEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Set by the gate of the route; absent on open ones. */
    session?: SessionUser;
  };
}
