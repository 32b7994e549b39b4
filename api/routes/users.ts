/**
 * People: who may log in and what they may do. For administrators; one's own password is in `account.ts`.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import { idSchema } from '../../contracts/http/common.ts';
import {
  editUserSchema,
  newUserSchema,
  resetPasswordSchema,
  userChangedSchema,
  userListSchema,
  userSchema,
  type User,
  type UserChanged,
} from '../../contracts/http/users.ts';
import {
  addUser,
  disableUser,
  editUser,
  enableUser,
  logOutEverywhere,
  setUserPassword,
} from '../../db/users.ts';
import type { UserActor, UserChange } from '../../db/users.ts';
import { listUsers, type UserView } from '../../db/users-list.ts';
import { randomPassword } from '../../platform/random-password.ts';
import type { Gates } from '../auth/gate.ts';
import { hashNewPassword } from '../auth/new-password.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from '../env.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

export interface UserRouteDeps extends Pick<ApiDeps, 'db' | 'clock'> {
  passwords: Passwords;
  /** Closes the live sockets of a session. */
  endSession(tokenHash: Buffer): void;
  /** Closes live sockets that a role may not have any more. */
  checkSessions(): Promise<void>;
}

const params = z.object({ id: idSchema });

export function userRoutes(deps: UserRouteDeps, gates: Gates) {
  const { db, clock } = deps;
  const actor = (c: Context<ApiEnv>): UserActor => {
    const { name, userId } = sessionOf(c);
    return { by: name, byUserId: userId, now: clock.now() };
  };

  async function find(id: number): Promise<User> {
    const [user] = await listUsers(db.pool, { id, now: clock.now() });
    if (user === undefined) throw new ApiProblem('not-found');
    return toUser(user);
  }

  async function changed(
    id: number,
    change: UserChange,
    password: string | null = null,
  ): Promise<UserChanged> {
    if (change.state === 'refused') {
      if (change.reason === 'no-such-user') throw new ApiProblem('not-found');
      throw new ApiProblem('conflict', { reason: change.reason });
    }
    const ended = change.state === 'changed' ? change.ended : undefined;
    for (const hash of ended?.sessions ?? []) deps.endSession(hash);
    void deps.checkSessions();
    return {
      user: await find(id),
      password,
      sessionsEnded: ended?.sessions.length ?? 0,
      desk: ended?.desk ?? 'none',
    };
  }

  const simple = <P extends string>(path: P, summary: string) =>
    createRoute({
      method: 'post',
      path,
      tags: ['users'],
      summary,
      middleware: [gates.allow('user.manage')],
      request: { params },
      responses: { 200: json(userChangedSchema, 'The person now, and what ended by it') },
    });

  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/users',
        tags: ['users'],
        summary: 'Everybody who may or might log in',
        middleware: [gates.allow('user.manage')],
        responses: { 200: json(userListSchema, 'By user name') },
      }),
      async (c) => {
        const users = await listUsers(db.pool, { now: clock.now() });
        return c.json({ users: users.map(toUser) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/users/{id}',
        tags: ['users'],
        summary: 'One person',
        middleware: [gates.allow('user.manage')],
        request: { params },
        responses: { 200: json(userSchema, 'The person') },
      }),
      async (c) => c.json(await find(c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/users',
        tags: ['users'],
        summary: 'Add a person; without a password one is made and told once',
        middleware: [gates.allow('user.manage')],
        request: { body: jsonBody(newUserSchema) },
        responses: { 201: json(userChangedSchema, 'Added') },
      }),
      async (c) => {
        const { password: typed, ...user } = c.req.valid('json');
        const password = typed ?? randomPassword();
        const passwordHash = await hashNewPassword(c, deps.passwords, { password, userName: user.name });
        const id = await addUser(db, { ...user, passwordHash, ...actor(c) });
        if (id === undefined) {
          throw new ApiProblem('invalid-request', { issues: [{ path: 'name', message: 'is taken' }] });
        }
        const made = typed === undefined ? password : null;
        return c.json({ user: await find(id), password: made, sessionsEnded: 0, desk: 'none' as const }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/users/{id}',
        tags: ['users'],
        summary: 'Change shown name, role and grants',
        middleware: [gates.allow('user.manage')],
        request: { params, body: jsonBody(editUserSchema) },
        responses: { 200: json(userChangedSchema, 'The person now, and what ended by it') },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const change = await editUser(db, { id, ...c.req.valid('json'), ...actor(c) });
        return c.json(await changed(id, change), 200);
      },
    )
    .openapi(
      simple('/api/users/{id}/disable', 'No log-in any more; those that hold end at once'),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(await changed(id, await disableUser(db, { id, ...actor(c) })), 200);
      },
    )
    .openapi(simple('/api/users/{id}/enable', 'May log in again, with the password as it was'), async (c) => {
      const { id } = c.req.valid('param');
      return c.json(await changed(id, await enableUser(db, { id, ...actor(c) })), 200);
    })
    .openapi(simple('/api/users/{id}/log-out', 'End all log-ins'), async (c) => {
      const { id } = c.req.valid('param');
      return c.json(await changed(id, await logOutEverywhere(db, { id, ...actor(c) })), 200);
    })
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/users/{id}/password',
        tags: ['users'],
        summary: 'A new password, which ends all log-ins; made here when none is given, and told once',
        middleware: [gates.allow('user.manage')],
        request: { params, body: jsonBody(resetPasswordSchema) },
        responses: { 200: json(userChangedSchema, 'The person, and the password if it was made here') },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { name: userName } = await find(id);
        const { password: typed } = c.req.valid('json');
        const password = typed ?? randomPassword();
        const passwordHash = await hashNewPassword(c, deps.passwords, { password, userName });
        const change = await setUserPassword(db, { id, passwordHash, ...actor(c) });
        return c.json(await changed(id, change, typed === undefined ? password : null), 200);
      },
    );
}

function toUser(user: UserView): User {
  return {
    ...user,
    disabledAt: user.disabledAt?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
    lastLogInAt: user.lastLogInAt?.toISOString() ?? null,
  };
}
