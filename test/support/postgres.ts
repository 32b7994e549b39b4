/**
 * A database of its own for each test file, copied from the migrated template in about 40 ms.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Server and migrated template; provided by `global-postgres.ts`. */
    testPostgres: { url: string; template: string };
  }
}

export interface TestDatabase {
  url: string;
  /** Ends its connections and drops it. */
  drop(): Promise<void>;
}

/** Call it in `beforeAll`, `drop()` in `afterAll`. Needs `test/support/global-postgres.ts` in vitest's `globalSetup`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('testPostgres');
  if (server === undefined) {
    throw new Error('No test Postgres: vitest must run with globalSetup test/support/global-postgres.ts.');
  }
  const name = `apel_test_${randomBytes(6).toString('hex')}`;
  await onServer(server.url, `create database ${name} template ${server.template}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server.url, `drop database if exists ${name} with (force)`) };
}

/** A template may be copied by one connection at a time; the others wait for this lock instead of failing. */
const COPY_LOCK = 4_027_100_002;

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [COPY_LOCK]);
    await client.query(statement);
  } finally {
    await client.end();
  }
}
