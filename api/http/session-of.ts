/**
 * @module
 */
import type { Context } from 'hono';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiEnv } from '../env.ts';
import { ApiProblem } from './problem.ts';

/** The session that the route's gate has set. */
export function sessionOf(c: Context<ApiEnv>): SessionUser {
  const session = c.var.session;
  if (session === undefined) throw new ApiProblem('unauthenticated');
  return session;
}
