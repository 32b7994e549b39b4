/**
 * The site's database for a command that also works while nothing runs: the running site's, `DATABASE_URL`, or the
 * embedded server, started for the command and ended after it.
 * @module
 */
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../db/embedded-postgres.ts';
import { makeFolders, type Home } from '../shell/home.ts';
import { siteEnvironment } from '../shell/running-site.ts';
import { takeLock } from '../supervisor/lock.ts';
import { freePorts } from '../supervisor/ports.ts';

/** @throws UserError when another launcher starts on this folder just now */
export async function withSiteDatabaseUrl<T>(
  env: NodeJS.ProcessEnv,
  home: Home,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const given = siteEnvironment(env)['DATABASE_URL'];
  if (given) return work(given);
  makeFolders(home);
  const lock = takeLock(home.lock);
  try {
    const [port = 0] = await freePorts(1);
    const server = await startEmbeddedPostgres({
      dataDir: home.postgres,
      port,
      logFile: join(home.logs, 'postgres-server.log'),
    });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    lock.release();
  }
}
