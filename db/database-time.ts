/**
 * @module
 */
import { rowsOf, type Queryable } from './queryable.ts';

/** The time on Postgres' machine: what all processes of a site agree on. */
export async function readDatabaseTime(on: Queryable): Promise<Date> {
  const [row] = await rowsOf<{ now: Date }>(on, 'select clock_timestamp() as now');
  if (!row) throw new Error('Postgres did not tell the time');
  return row.now;
}
