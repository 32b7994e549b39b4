/**
 * Log-in, log-out, who am I.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { eq, sql } from 'drizzle-orm';
import { logInSchema, sessionSchema, type Session } from '../../contracts/http/session.ts';
import { users } from '../../db/schema/people.ts';
import { ownPermissionsOf, permissionsOf, type Action } from '../../domain/permissions.ts';
import { clientAddress, type IsTrustedProxy } from '../auth/client-address.ts';
import {
  clearSessionToken,
  isSafeForPasswords,
  readKnownBrowser,
  writeKnownBrowser,
  writeSessionToken,
} from '../auth/cookie.ts';
import type { Gates } from '../auth/gate.ts';
import type { KnownBrowsers } from '../auth/known-browser.ts';
import { writeAudit } from '../../db/audit.ts';
import { overloaded } from '../auth/new-password.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { SessionUser } from '../auth/session-user.ts';
import { beginSession, revokeSession } from '../auth/sessions.ts';
import { beginAttempt, forgiveAttempt } from '../auth/throttle.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

export interface SessionRouteDeps extends Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'siteZone'> {
  passwords: Passwords;
  knownBrowsers: KnownBrowsers;
  isTrustedProxy: IsTrustedProxy;
  /** Closes the live sockets of a session. */
  endSession(tokenHash: Buffer): void;
}

export function sessionRoutes(deps: SessionRouteDeps, gates: Gates) {
  return createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/session',
        tags: ['session'],
        summary: 'Log in',
        middleware: [gates.open()],
        request: { body: jsonBody(logInSchema) },
        responses: { 200: json(sessionSchema, 'Logged in; the token is in the cookie') },
      }),
      async (c) => {
        if (!isSafeForPasswords(c)) throw new ApiProblem('https-needed');
        const { name, password } = c.req.valid('json');
        const browser = deps.knownBrowsers.idOf(readKnownBrowser(c), name);
        const address = clientAddress(c, deps.isTrustedProxy);
        const { session, token } = await logIn(deps, { name, password, address, browser });
        writeSessionToken(c, token);
        writeKnownBrowser(c, deps.knownBrowsers.cookieFor(browser, session.name));
        return c.json(toSession(session, deps.siteZone), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/session',
        tags: ['session'],
        summary: 'Who am I',
        // Nobody is an answer: a refusal would be a red line in the console of whoever opens the page.
        middleware: [gates.guest()],
        responses: { 200: json(sessionSchema.nullable(), 'The session; null without a log-in that holds') },
      }),
      (c) => c.json(c.var.session ? toSession(c.var.session, deps.siteZone) : null, 200),
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/session',
        tags: ['session'],
        summary: 'Log out',
        middleware: [gates.session()],
        responses: { 204: { description: 'Logged out; the token is worth nothing now' } },
      }),
      async (c) => {
        const { tokenHash } = sessionOf(c);
        await revokeSession(deps.db, { tokenHash, now: deps.clock.now() });
        deps.endSession(tokenHash);
        clearSessionToken(c);
        return c.body(null, 204);
      },
    );
}

async function logIn(
  deps: SessionRouteDeps,
  input: { name: string; password: string; address: string; browser: string | null },
): Promise<{ session: SessionUser; token: string }> {
  const { name: typed, address, browser } = input;
  const attempt = { name: typed, address, browser, now: deps.clock.now() };
  const wait = await beginAttempt(deps.db, attempt);
  if (wait > 0) {
    throw new ApiProblem('throttled', { retryAfterSeconds: wait }, { 'retry-after': String(wait) });
  }
  const [user] = await deps.db.orm
    .select()
    .from(users)
    .where(eq(sql`lower(${users.name})`, input.name.toLowerCase()))
    .limit(1);
  const usable = user?.disabledAt === null ? user : undefined;
  const checked = await deps.passwords.check(usable?.passwordHash ?? null, input.password);
  if (checked === 'overloaded') throw overloaded();
  if (!checked || usable === undefined) {
    deps.logger.warn({ pii: { address: input.address } }, 'log-in refused');
    throw new ApiProblem('bad-credentials');
  }
  const { id: userId, passwordHash } = usable;
  const made = await beginSession(deps.db, { userId, passwordHash, now: attempt.now });
  // Changed while it was being checked.
  if (!made) throw new ApiProblem('bad-credentials');
  await forgiveAttempt(deps.db, attempt);
  await writeAudit(deps.db.pool, {
    actor: usable.name,
    action: 'session.log-in',
    objectKind: 'user',
    objectId: String(usable.id),
    at: attempt.now,
  });
  const { name, displayName, role, grants } = usable;
  return {
    token: made.token,
    session: {
      tokenHash: made.tokenHash,
      userId: usable.id,
      name,
      displayName,
      role,
      grants,
      expiresAt: made.expiresAt,
    },
  };
}

/** A screen may read the wall and nothing else, whatever its role could. */
const OF_SCREENS: readonly Action[] = ['report.read', 'agent.read'];

export function toSession(user: SessionUser, zone: string): Session {
  const permissions = permissionsOf(user);
  return {
    user: { id: user.userId, name: user.name, displayName: user.displayName },
    role: user.role,
    permissions: user.screen ? permissions.filter((action) => OF_SCREENS.includes(action)) : permissions,
    ownPermissions: ownPermissionsOf(user),
    zone,
    expiresAt: user.expiresAt.toISOString(),
  };
}
