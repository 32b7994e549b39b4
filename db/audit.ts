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
  /** Shown name of the person; null of a program. */
  actorName: string | null;
  /** Shown name of the object, when it is a person. */
  objectName: string | null;
  /** `at` with microseconds, for the cursor. */
  atText: string;
}

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  objectKind?: string | undefined;
  objectId?: string | undefined;
  /** Included. */
  from?: Date | undefined;
  /** Not included. */
  to?: Date | undefined;
}

/** Of the last row of a page. */
export interface AuditCursor {
  at: string;
  id: number;
}

const MAX_PAGE = 500;

/** Newest first; `after` pages on. */
export async function listAudit(
  on: Queryable,
  params: AuditFilter & { after?: AuditCursor | undefined; limit: number },
): Promise<AuditRow[]> {
  const where: string[] = [];
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const is = (column: string, value: string | undefined): void => {
    if (value !== undefined) where.push(`l.${column} = ${bind(value)}`);
  };
  is('actor', params.actor);
  is('action', params.action);
  is('object_kind', params.objectKind);
  is('object_id', params.objectId);
  if (params.from) where.push(`l.at >= ${bind(params.from)}`);
  if (params.to) where.push(`l.at < ${bind(params.to)}`);
  if (params.after) {
    where.push(`(l.at, l.id) < (${bind(params.after.at)}::timestamptz, ${bind(params.after.id)}::bigint)`);
  }
  return rowsOf<AuditRow>(
    on,
    `select l.id, l.at, l.actor, l.action, l.object_kind as "objectKind", l.object_id as "objectId", l.before, l.after,
       to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "atText",
       a.display_name as "actorName", o.display_name as "objectName"
     from (
       select * from audit_log l ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
       order by l.at desc, l.id desc limit ${bind(Math.min(params.limit, MAX_PAGE))}) l
     left join users a on lower(a.name) = lower(l.actor)
     left join users o on l.object_kind = 'user' and l.object_id = o.id::text
     order by l.at desc, l.id desc`,
    values,
  );
}

const MAX_OPTIONS = 500;

/** The different values of a column, hopping along its index: a log of years is not read for them. */
export async function distinctInAudit(
  on: Queryable,
  column: 'actor' | 'action' | 'object_kind',
): Promise<string[]> {
  const rows = await rowsOf<{ value: string }>(
    on,
    `with recursive one as (
       (select ${column} as value from audit_log order by ${column} limit 1)
       union all
       select (select ${column} from audit_log where ${column} > one.value order by ${column} limit 1)
       from one where one.value is not null)
     select value from one where value is not null limit ${MAX_OPTIONS}`,
  );
  return rows.map(({ value }) => value);
}
