/**
 * Taking an import back.
 * @module
 */
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/**
 * Withdraws up to `limit` contacts of an import that were never called: off the queue, their numbers free again. A
 * contact that a claim leases at the same moment stays: the claim and this statement lock the same queue row.
 * @returns how many were withdrawn; 0: none is left
 */
export async function withdrawContacts(
  db: Pick<Database, 'pool'>,
  params: { importId: string; limit: number; now: Date },
): Promise<number> {
  const [row] = await rowsOf<{ withdrawn: number }>(
    db.pool,
    `with picked as (
       select q.contact_id from ${NEVER_CALLED}
       order by q.contact_id limit $2
       for update of q
     ), unqueued as (
       delete from dial_queue q using picked p where q.contact_id = p.contact_id
     ), freed as (
       update contact_numbers cn set active = false from picked p where cn.contact_id = p.contact_id and cn.active
     ), withdrawn as (
       update contacts c set state = 'withdrawn', closed_reason = 'import-undone', closed_at = $3
       from picked p where c.id = p.contact_id
       returning 1
     )
     select count(*)::int as withdrawn from withdrawn`,
    [params.importId, params.limit, params.now],
  );
  return row?.withdrawn ?? 0;
}

/** Contacts of import $1 that an undo takes back. */
const NEVER_CALLED = `dial_queue q
  join contacts c on c.id = q.contact_id
  where c.import_id = $1 and c.state = 'open' and q.call_id is null and q.attempts = 0
    and not exists (select from calls where calls.contact_id = q.contact_id)`;

/** What an undo would do now: contacts that it would withdraw, and those that it would keep. */
export async function previewUndo(
  on: Queryable,
  params: { importId: string },
): Promise<{ withdrawn: number; kept: number }> {
  const [row] = await rowsOf<{ withdrawn: number; kept: number }>(
    on,
    `with w as (select count(*)::int as n from ${NEVER_CALLED})
     select w.n as withdrawn,
       (select count(*)::int from contacts where import_id = $1 and state <> 'withdrawn') - w.n as kept from w`,
    [params.importId],
  );
  return row ?? { withdrawn: 0, kept: 0 };
}

/** Contacts of the import by what became of them; true of the whole import, however often it was undone. */
export async function countUndone(
  on: Queryable,
  params: { importId: string },
): Promise<{ withdrawn: number; kept: number }> {
  const [row] = await rowsOf<{ withdrawn: number; kept: number }>(
    on,
    `select count(*) filter (where state = 'withdrawn')::int as withdrawn,
       count(*) filter (where state <> 'withdrawn')::int as kept
     from contacts where import_id = $1`,
    [params.importId],
  );
  return row ?? { withdrawn: 0, kept: 0 };
}

/** From here on the same file may be imported again without `force`. */
export async function markUndone(on: Queryable, params: { importId: string; now: Date }): Promise<boolean> {
  const rows = await rowsOf(
    on,
    `update imports set state = 'undone', finished_at = coalesce(finished_at, $2)
     where id = $1 and state in ('done', 'cancelled') returning id`,
    [params.importId, params.now],
  );
  return rows.length > 0;
}
