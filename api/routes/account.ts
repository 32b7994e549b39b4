/**
 * What everybody does to their own account.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { ownPasswordChangedSchema, ownPasswordSchema } from '../../contracts/http/users.ts';
import { findPasswordHash } from '../../db/users-list.ts';
import { setUserPassword } from '../../db/users.ts';
import { clientAddress, type IsTrustedProxy } from '../auth/client-address.ts';
import { readKnownBrowser } from '../auth/cookie.ts';
import type { Gates } from '../auth/gate.ts';
import type { KnownBrowsers } from '../auth/known-browser.ts';
import { hashNewPassword, overloaded } from '../auth/new-password.ts';
import type { Passwords } from '../auth/passwords.ts';
import { beginAttempt, forgiveAttempt } from '../auth/throttle.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

export interface AccountRouteDeps extends Pick<ApiDeps, 'db' | 'clock' | 'logger'> {
  passwords: Passwords;
  knownBrowsers: KnownBrowsers;
  isTrustedProxy: IsTrustedProxy;
  /** Closes the live sockets of a session. */
  endSession(tokenHash: Buffer): void;
}

export function accountRoutes(deps: AccountRouteDeps, gates: Gates) {
  const { db, clock, passwords } = deps;
  return createRouter().openapi(
    createRoute({
      method: 'put',
      path: '/api/account/password',
      tags: ['session'],
      summary: 'Change my password; my other log-ins end',
      middleware: [gates.allow('account.edit')],
      request: { body: jsonBody(ownPasswordSchema) },
      responses: { 200: json(ownPasswordChangedSchema, 'Changed; this log-in goes on') },
    }),
    async (c) => {
      const { userId, name, tokenHash } = sessionOf(c);
      const { oldPassword, newPassword } = c.req.valid('json');
      // Whoever finds an open page must not try passwords faster than at the log-in.
      const attempt = {
        name,
        address: clientAddress(c, deps.isTrustedProxy),
        browser: deps.knownBrowsers.idOf(readKnownBrowser(c), name),
        now: clock.now(),
      };
      const wait = await beginAttempt(db, attempt);
      if (wait > 0) {
        throw new ApiProblem('throttled', { retryAfterSeconds: wait }, { 'retry-after': String(wait) });
      }
      const right = await passwords.check(await findPasswordHash(db.pool, userId), oldPassword);
      if (right === 'overloaded') throw overloaded();
      if (!right) {
        deps.logger.warn({ pii: { address: attempt.address } }, 'old password refused');
        throw new ApiProblem('bad-credentials');
      }
      await forgiveAttempt(db, attempt);
      const passwordHash = await hashNewPassword(c, passwords, {
        password: newPassword,
        userName: name,
        field: 'newPassword',
      });
      const change = await setUserPassword(db, {
        id: userId,
        passwordHash,
        action: 'account.password',
        keep: tokenHash,
        by: name,
        byUserId: userId,
        now: attempt.now,
      });
      if (change.state !== 'changed') throw new ApiProblem('not-found');
      for (const hash of change.ended.sessions) deps.endSession(hash);
      return c.json({ sessionsEnded: change.ended.sessions.length }, 200);
    },
  );
}
