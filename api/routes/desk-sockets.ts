/**
 * The upgrades of a desk: its live socket and its SIP. Origin and permission are asked before.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { deskIdSchema } from '../../contracts/http/desk.ts';
import type { DeskSockets } from '../desk/desk-sockets.ts';
import type { ApiEnv } from '../env.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import type { SipPipes } from '../sip/pipe.ts';

/** `?desk=<deskId>`: which page it is. */
export function deskSocketHandler(sockets: DeskSockets): MiddlewareHandler<ApiEnv> {
  return async (c) => {
    const deskId = deskIdSchema.safeParse(c.req.query('desk'));
    if (!deskId.success) {
      throw new ApiProblem('invalid-request', { issues: [{ path: 'desk', message: 'must be a UUID' }] });
    }
    const session = sessionOf(c);
    c.env.takeSocket?.((ws) => sockets.accept(ws, session, deskId.data));
    return c.body(null, 204);
  };
}

export function sipSocketHandler(pipes: SipPipes): MiddlewareHandler<ApiEnv> {
  return async (c) => {
    const session = sessionOf(c);
    c.env.takeSocket?.((ws) => pipes.accept(ws, session), 'sip');
    return c.body(null, 204);
  };
}
