/**
 * Brings a database to the schema of this build.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { Client } from 'pg';
import { seedStatuses } from './seed.ts';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
/** Any constant of ours: serialises processes that start together (drizzle's migrator does not). */
const MIGRATION_LOCK = 4_027_100_001;
const CONNECT_TIMEOUT_MS = 5_000;
/** An index on a big table takes minutes; a lock that never comes must not. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Applies missing migrations and the seeded statuses; safe to run at once from many processes.
 * @throws when the database holds other migrations than this build (newer build ran here, or an edited file).
 */
export async function migrateDatabase(url: string): Promise<{ applied: number }> {
  const client = new Client({
    connectionString: url,
    application_name: 'apel-migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
  });
  // The socket may break while no statement runs; the next statement reports it.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const before = await appliedHashes(client);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
    const after = await appliedHashes(client);
    checkApplied(after);
    await seedStatuses(client);
    return { applied: after.length - before.length };
  } finally {
    await client.end();
  }
}

/** drizzle skips a file that is older than the last applied one without a word; so both lists are compared. */
function checkApplied(applied: readonly string[]): void {
  const files = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).map((file) => file.hash);
  const unknown = applied.filter((hash) => !files.includes(hash)).length;
  const missing = files.filter((hash) => !applied.includes(hash)).length;
  if (unknown === 0 && missing === 0) return;
  throw new Error(
    `The database does not fit this build: ${missing} migration(s) of the build are not in it, ` +
      `${unknown} in it are not of the build. Was a newer version run here, or a migration file edited?`,
  );
}

async function appliedHashes(client: Client): Promise<string[]> {
  const table = await client.query<{ name: string | null }>(
    `select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (table.rows[0]?.name == null) return [];
  const { rows } = await client.query<{ hash: string }>(
    'select hash from drizzle.__drizzle_migrations order by created_at, id',
  );
  return rows.map((row) => row.hash);
}
