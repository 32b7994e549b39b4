/**
 * @module
 */
import type pg from 'pg';
import type { Database } from './client.ts';

/**
 * Runs `work` in one READ COMMITTED transaction on one connection. On any error the transaction is rolled back and the
 * connection thrown away: after a time-out nobody knows what is still in flight on it.
 * @param settings of this transaction, as `set local` takes them; sent with `begin`. Never anything from outside.
 */
export async function inTransaction<T>(
  db: Pick<Database, 'pool'>,
  work: (client: pg.PoolClient) => Promise<T>,
  settings: readonly string[] = [],
): Promise<T> {
  const client = await db.pool.connect();
  try {
    await client.query(beginWith(settings));
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}

/** Prepared under `name`: one name, one text. */
export interface PreparedStatement {
  name: string;
  text: string;
  values: readonly unknown[];
}

/** What the locks said, and the rows of the statement. */
export interface Locked<L, R extends pg.QueryResultRow> {
  locked: L;
  rows: R[];
}

/**
 * As `inTransaction`, for work of one prepared statement after some locks: `begin` leaves with the first of the locks and
 * `commit` with the statement, without waiting for the answer. On a pool with `pipeline` that saves two of four round trips.
 * A statement that fails turns its `commit` into a rollback.
 *
 * @param lock only takes locks: its first statement is on its way before `begin` is answered
 * @param statement none: only the locks are let go
 */
export async function inOneStatement<L, R extends pg.QueryResultRow>(
  db: Pick<Database, 'pool'>,
  lock: (client: pg.PoolClient) => Promise<L>,
  statement: (locked: L) => PreparedStatement | undefined,
  settings: readonly string[] = [],
): Promise<Locked<L, R>> {
  const client = await db.pool.connect();
  try {
    const [, locked] = await Promise.all([client.query(beginWith(settings)), lock(client)]);
    const last = statement(locked);
    const [result] = await Promise.all([
      last && client.query<R>({ ...last, values: [...last.values] }),
      client.query('commit'),
    ]);
    client.release();
    return { locked, rows: result?.rows ?? [] };
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}

function beginWith(settings: readonly string[]): string {
  return ['begin', ...settings.map((setting) => `set local ${setting}`)].join('; ');
}
