/**
 * The upgrades of `/api/live` and `/api/wall/live`: Origin and permission before, bounds after (`live/`).
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../env.ts';
import { ApiProblem } from '../http/problem.ts';
import { requireOwnOrigin } from '../http/security.ts';
import { sessionOf } from '../http/session-of.ts';
import type { LiveSockets } from '../live/sockets.ts';
import type { WallSockets } from '../live/wall-sockets.ts';

/** Browsers send cookies with any WebSocket, from any page: the Origin is what tells them apart. */
export const ownOriginUpgrade: MiddlewareHandler<ApiEnv> = async (c, next) => {
  requireOwnOrigin(c.req.header('origin'), c.req.header('host') ?? new URL(c.req.url).host);
  if (c.env?.takeSocket === undefined) {
    throw new ApiProblem('invalid-request', { issues: [{ path: 'upgrade', message: 'must be websocket' }] });
  }
  await next();
};

export function liveSocketHandler(sockets: LiveSockets): MiddlewareHandler<ApiEnv> {
  return async (c) => {
    const session = sessionOf(c);
    c.env.takeSocket?.((ws) => sockets.accept(ws, session));
    // Nobody reads it: the socket speaks another protocol by now.
    return c.body(null, 204);
  };
}

export function wallSocketHandler(sockets: WallSockets): MiddlewareHandler<ApiEnv> {
  return async (c) => {
    const session = sessionOf(c);
    const screen = c.req.query('screen') === '1';
    c.env.takeSocket?.((ws) => sockets.accept(ws, session, screen));
    return c.body(null, 204);
  };
}
