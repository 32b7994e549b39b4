/**
 * Screens on a wall, for administrators; and the one request that a screen's link makes.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import {
  newScreenSchema,
  openScreenSchema,
  screenAddedSchema,
  screenIdSchema,
  screenListSchema,
  screenSchema,
  type Screen,
} from '../../contracts/http/screens.ts';
import { sessionSchema } from '../../contracts/http/session.ts';
import {
  addScreen,
  listScreens,
  openScreen,
  revokeScreen,
  SCREEN_UNSEEN_MS,
  type ScreenView,
} from '../../db/screens.ts';
import { clientAddress, type IsTrustedProxy } from '../auth/client-address.ts';
import { isSafeForPasswords, writeScreenToken } from '../auth/cookie.ts';
import type { Gates } from '../auth/gate.ts';
import { newScreenToken, sessionOfScreen } from '../auth/screen-session.ts';
import { hashToken } from '../auth/sessions.ts';
import { beginScreenAttempt, forgiveScreenAttempt } from '../auth/throttle.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { toSession } from './session.ts';

export interface ScreenRouteDeps extends Pick<ApiDeps, 'db' | 'clock' | 'siteZone' | 'logger'> {
  isTrustedProxy: IsTrustedProxy;
  /** Closes live sockets of log-ins that are over. */
  checkSessions(): Promise<void>;
}

export function screenRoutes(deps: ScreenRouteDeps, gates: Gates) {
  const { db, clock } = deps;

  async function find(id: number): Promise<Screen> {
    const [screen] = await listScreens(db.pool, id);
    if (!screen) throw new ApiProblem('not-found');
    return toScreen(screen, clock.now());
  }

  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/screens',
        tags: ['wall'],
        summary: 'Screens on walls',
        middleware: [gates.allow('user.manage')],
        responses: { 200: json(screenListSchema, 'Those that show something first') },
      }),
      async (c) => {
        const screens = await listScreens(db.pool);
        return c.json({ screens: screens.map((screen) => toScreen(screen, clock.now())) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/screens',
        tags: ['wall'],
        summary: 'Make a screen; the code of its link is told once',
        middleware: [gates.allow('user.manage')],
        request: { body: jsonBody(newScreenSchema) },
        responses: { 201: json(screenAddedSchema, 'Its link is good once, for a day') },
      }),
      async (c) => {
        const code = randomBytes(32).toString('base64url');
        const by = { by: sessionOf(c).name, now: clock.now() };
        const id = await addScreen(db, { ...c.req.valid('json'), linkHash: hashToken(code), ...by });
        return c.json({ screen: await find(id), code }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/screens/{id}/revoke',
        tags: ['wall'],
        summary: 'The screen shows nothing any more, at once',
        middleware: [gates.allow('user.manage')],
        request: { params: screenIdSchema },
        responses: { 200: json(screenSchema, 'As it is now') },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const by = { by: sessionOf(c).name, now: clock.now() };
        if (!(await revokeScreen(db, { id, ...by }))) throw new ApiProblem('not-found');
        void deps.checkSessions();
        return c.json(await find(id), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/screen',
        tags: ['wall'],
        summary: 'Become the screen of a link',
        middleware: [gates.open()],
        request: { body: jsonBody(openScreenSchema) },
        responses: { 200: json(sessionSchema, 'The token is in the cookie; the link is worth nothing now') },
      }),
      async (c) => {
        if (!isSafeForPasswords(c)) throw new ApiProblem('https-needed');
        const token = newScreenToken();
        const tokenHash = hashToken(token);
        const now = clock.now();
        const attempt = { address: clientAddress(c, deps.isTrustedProxy), now };
        const wait = await beginScreenAttempt(db, attempt);
        if (wait > 0) {
          throw new ApiProblem('throttled', { retryAfterSeconds: wait }, { 'retry-after': String(wait) });
        }
        const linkHash = hashToken(c.req.valid('json').code);
        const screen = await openScreen(db, { linkHash, tokenHash, now });
        if (!screen) {
          // A link that somebody else was quicker with is worth a look.
          deps.logger.warn({ pii: { address: attempt.address } }, 'link of a screen refused');
          throw new ApiProblem('bad-credentials');
        }
        await forgiveScreenAttempt(db, attempt);
        writeScreenToken(c, token);
        return c.json(toSession(sessionOfScreen({ ...screen, tokenHash }, now), deps.siteZone), 200);
      },
    );
}

function toScreen({ opened, revokedAt, ...screen }: ScreenView, now: Date): Screen {
  const { createdAt, linkExpiresAt, seenAt } = screen;
  const unseen = opened && now.getTime() - (seenAt?.getTime() ?? 0) > SCREEN_UNSEEN_MS;
  const over = unseen || (!opened && linkExpiresAt <= now);
  return {
    ...screen,
    createdAt: createdAt.toISOString(),
    linkExpiresAt: linkExpiresAt.toISOString(),
    seenAt: seenAt?.toISOString() ?? null,
    state: revokedAt !== null ? 'revoked' : over ? 'over' : opened ? 'open' : 'waiting',
  };
}
