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
    await client.query(['begin', ...settings.map((setting) => `set local ${setting}`)].join('; '));
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}
