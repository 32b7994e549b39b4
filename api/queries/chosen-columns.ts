/**
 * @module
 */
import type { ImportListInput } from '../../contracts/model/import.ts';
import type { Database } from '../../db/client.ts';

/**
 * What was chosen for the columns of the last import (or trial) with this very header: lists of one source look alike. Null:
 * there was none, or its columns were found by their headers.
 *
 * @param header trimmed cells, as imports keep them
 */
export async function findChosenColumns(
  db: Pick<Database, 'pool'>,
  header: readonly string[],
): Promise<NonNullable<ImportListInput['columns']> | null> {
  if (header.length === 0) return null;
  const { rows } = await db.pool.query<{ columns: ImportListInput['columns'] | null }>(
    `select input->'columns' as columns from imports where layout->'header' = $1::jsonb
     order by started_at desc, id desc limit 1`,
    [JSON.stringify(header)],
  );
  return rows[0]?.columns ?? null;
}
