/**
 * @module
 */
import type pg from 'pg';
import { SEEDED_STATUSES } from '../domain/seeded-statuses.ts';
import { writeStatusRow } from './status-row.ts';

/** The statuses that code refers to, as rows and as config objects. What a site changed is left as it is. */
export async function seedStatuses(client: Pick<pg.ClientBase, 'query'>): Promise<void> {
  await client.query('begin');
  try {
    for (const status of SEEDED_STATUSES) {
      await writeStatusRow(client, status, 'keep');
      await client.query(SEED_OBJECT, [status.code, status]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Looks before it inserts: a conflict would use up an id at every start. */
const SEED_OBJECT = `
  with added as (
    insert into config_objects (kind, name, version, body, origin, updated_by)
    select 'status', $1::text, 1, $2::jsonb, 'seed', 'system'
    where not exists (select 1 from config_objects where kind = 'status' and name = $1::text)
    returning kind, name, version, body, origin, updated_by)
  insert into config_versions (kind, name, version, body, origin, created_by)
  select kind, name, version, body, origin, updated_by from added`;
