/**
 * @module
 */
import type pg from 'pg';
import type { StatusDef } from '../contracts/model/status.ts';

/**
 * Writes a status into the lookup table that calls and rollups refer to. Never deletes: old calls keep their status.
 * `keep` leaves an existing row as it is.
 */
export async function writeStatusRow(
  client: Pick<pg.ClientBase, 'query'>,
  status: StatusDef,
  existing: 'update' | 'keep',
): Promise<void> {
  await client.query(WRITE, [
    status.code,
    status.labels.ro,
    status.labels.en,
    status.reachedPerson,
    status.countsAsNoAnswer,
    status.countsTowardsCaps,
    status.final,
    status.positive,
    status.system,
    status.allowedFor,
    status.sort,
    existing === 'update',
  ]);
}

/** Not `on conflict`: that takes a value of the smallint identity at every start, and there are only 32,767. */
const WRITE = `
  with updated as (
    update statuses set
      label_ro = $2, label_en = $3, reached_person = $4, counts_as_no_answer = $5, counts_towards_caps = $6,
      final = $7, positive = $8, system = $9, allowed_for = $10, sort = $11, retired_at = null
    where code = $1 and $12::boolean)
  insert into statuses (code, label_ro, label_en, reached_person, counts_as_no_answer, counts_towards_caps,
                        final, positive, system, allowed_for, sort)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
  where not exists (select 1 from statuses where code = $1)`;
