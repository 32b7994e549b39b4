import type pg from 'pg';

/** A pool (one statement on any connection) or a client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.ClientBase, 'query'>;

/** Runs one statement and returns its rows. */
export async function rowsOf<R extends pg.QueryResultRow>(
  on: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const result = await (on as Pick<pg.Pool, 'query'>).query<R>(text, [...values]);
  return result.rows;
}
