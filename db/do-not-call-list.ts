/**
 * The do-not-call list as people see it: pages, count, many numbers at once.
 * @module
 */
import type { DoNotCallSource } from '../contracts/model/do-not-call.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface DoNotCallRow {
  id: number;
  e164: string;
  at: Date;
  /** `at` with microseconds, for the next page. */
  atText: string;
  reason: string | null;
  by: string | null;
  source: DoNotCallSource | null;
  /** Contacts with this number, over all campaigns. */
  contacts: number;
}

/** A place in the list: newest first. */
export interface DoNotCallPlace {
  at: string;
  id: number;
}

const SELECT = `
  select n.id, n.e164, n.do_not_call_at as at, n.do_not_call_reason as reason, n.do_not_call_by as by,
    to_char(n.do_not_call_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "atText",
    n.do_not_call_source as source,
    (select count(*)::int from contact_numbers cn where cn.number_id = n.id) as contacts
  from numbers n where n.do_not_call_at is not null`;

export function listDoNotCall(
  on: Queryable,
  params: { after?: DoNotCallPlace | undefined; limit: number },
): Promise<DoNotCallRow[]> {
  return rowsOf<DoNotCallRow>(
    on,
    `${SELECT} and ($1::timestamptz is null or (n.do_not_call_at, n.id) < ($1::timestamptz, $2::bigint))
     order by n.do_not_call_at desc, n.id desc limit $3`,
    [params.after?.at ?? null, params.after?.id ?? null, params.limit],
  );
}

/** One number, when it is on the list. */
export async function findDoNotCall(
  on: Queryable,
  params: { e164: string } | { id: number },
): Promise<DoNotCallRow | undefined> {
  const [row] = await rowsOf<DoNotCallRow>(on, `${SELECT} and (n.e164 = $1 or n.id = $2)`, [
    'e164' in params ? params.e164 : null,
    'id' in params ? params.id : null,
  ]);
  return row;
}

export async function countDoNotCall(on: Queryable): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    on,
    'select count(*)::int as n from numbers where do_not_call_at is not null',
  );
  return row?.n ?? 0;
}

/** A bounded part of a file. */
export interface DoNotCallBatch {
  /** E.164, each once. */
  numbers: readonly string[];
  reason: string;
  source: DoNotCallSource;
  by: string;
  now: Date;
  /** Of the file, for the audit log. */
  upload: string;
}

/** Again and again changes nothing: the first reason of a number stays. @returns how many were not on the list before */
export async function addDoNotCallBatch(db: Database, batch: DoNotCallBatch): Promise<{ added: number }> {
  if (batch.numbers.length === 0) return { added: 0 };
  return inTransaction(db, async (client) => {
    // In order, as everybody locks numbers.
    await rowsOf(
      client,
      `insert into numbers (e164) select e from unnest($1::text[]) e order by e on conflict (e164) do nothing`,
      [batch.numbers],
    );
    const [row] = await rowsOf<{ added: number }>(
      client,
      `with locked as (
         select id from numbers where e164 = any($1::text[]) and do_not_call_at is null order by id for no key update),
       set_now as (
         update numbers n set do_not_call_at = $2, do_not_call_reason = $3, do_not_call_by = $4, do_not_call_source = $5
         from locked where n.id = locked.id returning 1)
       select count(*)::int as added from set_now`,
      [batch.numbers, batch.now, batch.reason, batch.by, batch.source],
    );
    const added = row?.added ?? 0;
    await writeAudit(client, {
      actor: batch.by,
      action: 'do-not-call.import',
      objectKind: 'upload',
      objectId: batch.upload,
      after: { numbers: batch.numbers.length, added, reason: batch.reason, source: batch.source },
      at: batch.now,
    });
    return { added };
  });
}
