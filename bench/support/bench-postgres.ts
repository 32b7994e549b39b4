/**
 * A Postgres of the benchmark's own: in a temporary folder, on a free port, with the product's settings.
 * @module
 */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDatabase, type Database } from '../../db/client.ts';
import { startEmbeddedPostgres } from '../../db/embedded-postgres.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { freePort } from '../../test/support/free-port.ts';
import type { Bench } from './run-bench.ts';

export interface BenchPostgres {
  /** Of the migrated database `apel`. */
  url: string;
  /** Of the postmaster, for `process-cpu.ts`. */
  pid: number;
}

/** Started, migrated, and ended with the benchmark. Durable, as a site's is. */
export async function startBenchPostgres(bench: Bench): Promise<BenchPostgres> {
  const folder = join(bench.folder, 'postgres');
  await mkdir(folder);
  // The unprivileged account that the server runs as under root must get in.
  await chmod(bench.folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
  });
  bench.onEnd(() => server.stop());
  await migrateDatabase(server.url);
  return { url: server.url, pid: server.pid };
}

/** A pool without the time limits of a running site: loading millions of rows takes longer than any call. */
export function openBenchDatabase(
  bench: Bench,
  url: string,
  options: { max: number; pipeline?: boolean },
): Database {
  const db = openDatabase({ url, applicationName: 'apel-bench', statementTimeoutMs: 280_000, ...options });
  // Not waited for: a statement that loads millions of rows would outlive the benchmark, and its server with it.
  bench.onEnd(() => void db.close().catch(() => undefined));
  return db;
}

/** One connection outside any pool. */
export async function connectBench(bench: Bench, url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  bench.onEnd(() => client.end());
  return client;
}
