/**
 * What foreign keys do not check where each claim and commit writes (ADR 11): rows refer to rows that are there.
 * @module
 */
import { rowsOf, type Queryable } from '../../db/queryable.ts';

/** Child, its column, parent. Ids of one table only: every parent's key is `id`. */
const REFERENCES = [
  ['calls', 'campaign_id', 'campaigns'],
  ['calls', 'list_id', 'lists'],
  ['calls', 'contact_id', 'contacts'],
  ['calls', 'number_id', 'numbers'],
  ['calls', 'trunk_id', 'config_objects'],
  ['calls', 'status_id', 'statuses'],
  ['campaign_numbers', 'campaign_id', 'campaigns'],
  ['campaign_numbers', 'number_id', 'numbers'],
] as const;

/** @returns one finding for each column that refers to rows which are not there */
export async function findDanglingReferences(db: Queryable): Promise<string[]> {
  const counts = REFERENCES.map(
    ([child, column, parent]) =>
      `select '${child}.${column}' as name, count(*)::int as n from ${child} c
       where c.${column} is not null and not exists (select 1 from ${parent} p where p.id = c.${column})`,
  );
  // An open call is one of a campaign or a test call over a trunk.
  counts.push(
    `select 'live_calls.call_id' as name, count(*)::int as n from live_calls c
     where not exists (select 1 from calls p where p.id = c.call_id)
       and not exists (select 1 from trunk_tests p where p.id = c.call_id)`,
  );
  const rows = await rowsOf<{ name: string; n: number }>(db, counts.join(' union all '));
  return rows
    .filter(({ n }) => n > 0)
    .map(({ name, n }) => `${n} rows of ${name} refer to a row that is not there`);
}
