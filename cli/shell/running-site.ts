/**
 * The site that a command talks to: the one that runs on this state folder, else the one that the environment names.
 * @module
 */
import { userInfo } from 'node:os';
import { openDatabase, type Database } from '../../db/client.ts';
import { readLiveRunState, type RunState } from '../supervisor/run-state.ts';
import { homeOf } from './home.ts';
import { UserError } from './user-error.ts';

export function liveSite(env: NodeJS.ProcessEnv): RunState | undefined {
  return readLiveRunState(homeOf(env).runState);
}

/** Environment of the running site's processes, laid under what the person set. */
export function siteEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, ...liveSite(env)?.env };
}

/** @throws UserError when neither a site runs here nor DATABASE_URL is set */
export async function withDatabase<T>(
  env: NodeJS.ProcessEnv,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const url = siteEnvironment(env)['DATABASE_URL'];
  if (!url) throw new UserError('no site runs here: start one with ./apel up, or set DATABASE_URL');
  const db = openDatabase({ url, applicationName: 'apel-cli', max: 2 });
  try {
    return await work(db);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
      throw new UserError(`Postgres does not answer (${code})`);
    }
    throw error;
  } finally {
    await db.close();
  }
}

/** Who did it, for the audit log: `cli:<os user>`. */
export function cliActor(): string {
  return `cli:${process.env['SUDO_USER'] || accountName()}`;
}

/** Of the process, not of the environment, in which anybody may write another name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account without an entry, as in containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
