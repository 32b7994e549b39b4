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

/**
 * As `rowsOf`, for the statements of every call: parsed and planned once for each connection, under `name` (one name, one
 * text). Planning a statement of a dozen CTEs takes several times as long as running it.
 */
export async function preparedRowsOf<R extends pg.QueryResultRow>(
  on: Queryable,
  statement: { name: string; text: string },
  values: readonly unknown[] = [],
): Promise<R[]> {
  const result = await (on as Pick<pg.Pool, 'query'>).query<R>({ ...statement, values: [...values] });
  return result.rows;
}
