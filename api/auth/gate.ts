/**
 * The gate of a route: every route has exactly one, made here, and `gates.test.ts` fails for one that has none.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { can, type Action } from '../../domain/permissions.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from '../env.ts';
import { isPostgresAway } from '../http/postgres-away.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { isDirectLoopback } from './client-address.ts';
import { readSessionToken } from './cookie.ts';
import { bearerMatches } from './service-token.ts';
import type { Sight } from './sight.ts';
import type { SessionUser } from './session-user.ts';
import { findSession, hashToken } from './sessions.ts';

export type Gate =
  | { kind: 'action'; action: Action }
  /** Also who may do it to their own only: the route looks whose the object is. */
  | { kind: 'own'; action: Action }
  | { kind: 'session' }
  /** Signed in or not: the route answers both. */
  | { kind: 'guest' }
  | { kind: 'open' }
  /** A machine's token, else the action of a signed-in person. */
  | { kind: 'codec'; action: Action }
  | { kind: 'metrics' };

type GateHandler = MiddlewareHandler<ApiEnv>;

const GATES = new WeakMap<object, Gate>();

/** The gate that a registered handler is, if it is one. For the matrix test. */
export function gateOf(handler: object): Gate | undefined {
  return GATES.get(handler);
}

/** @param deps gates read sessions from Postgres, by the injected clock */
export function createGates(deps: Pick<ApiDeps, 'db' | 'clock' | 'tokens'> & { sight: Sight }) {
  const lookUp = async (token: string): Promise<SessionUser | null> => {
    const session = await findSession(deps.db, { token, now: deps.clock.now() });
    if (session === null) deps.sight.forget(hashToken(token));
    else deps.sight.saw(session);
    return session;
  };
  const signInBy =
    (
      find: (token: string) => Promise<SessionUser | null>,
      screens: 'screens-too' | 'people' = 'people',
    ): GateHandler =>
    async (c, next) => {
      const token = readSessionToken(c);
      const session = token ? await find(token) : null;
      if (session === null) throw new ApiProblem('unauthenticated');
      if (session.screen && screens === 'people') throw new ApiProblem('forbidden');
      c.set('session', session);
      await next();
    };
  const signIn = signInBy(lookUp);
  const allowBy =
    (signIn: GateHandler) =>
    (action: Action, object?: { own: boolean }): GateHandler =>
    (c, next) =>
      signIn(c, async () => {
        if (!can(sessionOf(c), action, object)) throw new ApiProblem('forbidden');
        await next();
      });
  const allow = allowBy(signIn);
  const signInBySight = signInBy(async (token) => {
    try {
      return await lookUp(token);
    } catch (error) {
      const known = isPostgresAway(error) ? deps.sight.recall(hashToken(token)) : undefined;
      if (known === undefined) throw error;
      return known;
    }
  });

  return {
    /** Signed in, and the person may do it to everybody's. */
    allow: (action: Action) => gate({ kind: 'action', action }, allow(action)),
    /**
     * Signed in, and the person may do it at least to their own: the route must ask `can(person, action, { own })` for its
     * object, or answer with the person's own only.
     */
    allowOwn: (action: Action) => gate({ kind: 'own', action }, allow(action, { own: true })),
    /** As `allow`, and screens on a wall. */
    wall: () =>
      gate(
        { kind: 'action', action: 'report.read' },
        allowBy(signInBy(lookUp, 'screens-too'))('report.read'),
      ),
    /** An agent on a call: a log-in that was good within the last 15 minutes is believed while Postgres is away. */
    desk: () => gate({ kind: 'action', action: 'desk.use' }, allowBy(signInBySight)('desk.use')),
    /** Signed in, whatever the role. */
    session: () => gate({ kind: 'session' }, signIn),
    /** Signed in or nobody: `c.var.session` tells. */
    guest: () =>
      gate({ kind: 'guest' }, async (c, next) => {
        const token = readSessionToken(c);
        const session = token ? await lookUp(token) : null;
        if (session !== null) c.set('session', session);
        await next();
      }),
    /** Everybody: log-in, health, the page itself. */
    open: () => gate({ kind: 'open' }, async (_c, next) => next()),
    codec: () =>
      gate({ kind: 'codec', action: 'codec.use' }, async (c, next) =>
        bearerMatches(c.req.header('authorization'), deps.tokens.codec)
          ? next()
          : allow('codec.use')(c, next),
      ),
    metrics: () =>
      gate({ kind: 'metrics' }, async (c, next) => {
        if (!isDirectLoopback(c) && !bearerMatches(c.req.header('authorization'), deps.tokens.metrics)) {
          throw new ApiProblem('unauthenticated');
        }
        await next();
      }),
  };
}

export type Gates = ReturnType<typeof createGates>;

/** A fresh function each time, so that the mark belongs to one route. */
function gate(mark: Gate, handler: GateHandler): GateHandler {
  const marked: GateHandler = (c, next) => handler(c, next);
  GATES.set(marked, mark);
  return marked;
}
