/**
 * Who changed what. Written in the same transaction as the change.
 * @module
 */
import { rowsOf, type Queryable } from './queryable.ts';

export interface AuditEntry {
  /** User name, `cli:<os user>`, or `system`. */
  actor: string;
  /** Verb with its subject, such as `campaign.pause`. */
  action: string;
  objectKind: string;
  /** Never a phone number: an id or the name of a config object. */
  objectId: string;
  before?: unknown;
  after?: unknown;
  at: Date;
}

export async function writeAudit(on: Queryable, entry: AuditEntry): Promise<void> {
  await rowsOf(
    on,
    `insert into audit_log (at, actor, action, object_kind, object_id, before, after)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.at,
      entry.actor,
      entry.action,
      entry.objectKind,
      entry.objectId,
      entry.before === undefined ? null : JSON.stringify(entry.before),
      entry.after === undefined ? null : JSON.stringify(entry.after),
    ],
  );
}

export interface AuditRow extends AuditEntry {
  id: number;
}

const MAX_PAGE = 500;

/** Newest first; `beforeId` pages on. */
export async function listAudit(
  on: Queryable,
  params: { objectKind?: string; objectId?: string; beforeId?: number; limit: number },
): Promise<AuditRow[]> {
  return rowsOf<AuditRow>(
    on,
    `select id, at, actor, action, object_kind as "objectKind", object_id as "objectId", before, after
     from audit_log
     where ($1::text is null or object_kind = $1) and ($2::text is null or object_id = $2)
       and ($3::bigint is null or id < $3)
     order by id desc limit $4`,
    [
      params.objectKind ?? null,
      params.objectId ?? null,
      params.beforeId ?? null,
      Math.min(params.limit, MAX_PAGE),
    ],
  );
}
