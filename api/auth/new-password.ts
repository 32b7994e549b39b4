/**
 * @module
 */
import type { Context } from 'hono';
import { passwordFault } from '../../domain/user-rules.ts';
import type { ApiEnv } from '../env.ts';
import { ApiProblem } from '../http/problem.ts';
import { isSafeForPasswords } from './cookie.ts';
import type { Passwords } from './passwords.ts';

/**
 * The hash of a password that somebody gets.
 * @param of.field of the request, for the words about it
 * @throws ApiProblem when the connection would show it, it breaks the rule, or too many wait to be hashed
 */
export async function hashNewPassword(
  c: Context<ApiEnv>,
  passwords: Pick<Passwords, 'hash'>,
  of: { password: string; userName: string; field?: string },
): Promise<string> {
  if (!isSafeForPasswords(c)) throw new ApiProblem('https-needed');
  const fault = passwordFault(of.password, of.userName);
  if (fault !== undefined) {
    throw new ApiProblem('invalid-request', { issues: [{ path: of.field ?? 'password', message: fault }] });
  }
  const made = await passwords.hash(of.password);
  if (made === 'overloaded') throw overloaded();
  return made.hash;
}

/** Two seconds later there is room again. */
export function overloaded(): ApiProblem {
  return new ApiProblem('throttled', { retryAfterSeconds: 2 }, { 'retry-after': '2' });
}
