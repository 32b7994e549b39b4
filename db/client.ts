/**
 * The one way to Postgres. `pool` is for hot statements in plain SQL, `orm` for the ordinary ones.
 * @module
 */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool, types, type PoolConfig } from 'pg';
import * as callTables from './schema/calls.ts';
import * as configTables from './schema/config.ts';
import * as deskTables from './schema/desk.ts';
import * as listTables from './schema/lists.ts';
import * as numberTables from './schema/numbers.ts';
import * as peopleTables from './schema/people.ts';
import * as rollupTables from './schema/rollups.ts';

/** For `orm`, by subject. */
const schema = {
  ...peopleTables,
  ...configTables,
  ...numberTables,
  ...listTables,
  ...callTables,
  ...deskTables,
  ...rollupTables,
};

export interface Database {
  pool: Pool;
  orm: NodePgDatabase<typeof schema>;
  /** Waits for running statements, then closes all connections. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  url: string;
  /** Shown in `pg_stat_activity`: who holds a connection or a lock. */
  applicationName: string;
  /** Most connections of this process. Default 10. */
  max?: number;
  /** Default 15 s: longer than any statement of the running system; imports pass their own. */
  statementTimeoutMs?: number;
  /**
   * Statements leave without waiting for the answers of those before them (`inOneStatement` is made for it). Not for a pool
   * that copies or runs `runPipelined`. Default false.
   */
  pipeline?: boolean;
  /** Called for an idle connection that broke; the pool opens another. Never gets a statement or its values. */
  onIdleError?: (error: Error) => void;
}

const STATEMENT_TIMEOUT_MS = 15_000;
/** A server that is stopped (not gone) answers nothing at all: the client must give up by itself. */
const CLIENT_GRACE_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A claim or commit that waits this long for a lock is better tried again. */
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 30_000;

const INT8 = 20;
const DATE = 1082;

/** Opens no connection yet; the first statement does. */
export function openDatabase(options: OpenDatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + CLIENT_GRACE_MS,
    lock_timeout: Math.min(LOCK_TIMEOUT_MS, statementTimeoutMs),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    types: parsers,
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  // Nor may the loss of a connection that somebody holds between two statements: the next statement on it rejects.
  pool.on('connect', (client) => client.on('error', () => {}));
  return { pool, orm: drizzle(pool, { schema }), close: () => pool.end() };
}

/** Our bigints are ids and counts far below 2^53; a `date` is a local day and must not become an instant. */
const parsers: PoolConfig['types'] = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return Number;
    if (oid === DATE) return (text: string) => text;
    return types.getTypeParser(oid, format);
  }) as typeof types.getTypeParser,
};
