/**
 * The journal, and its export.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  auditExportQuerySchema,
  auditOptionsSchema,
  auditPageSchema,
  auditQuerySchema,
  type AuditEntryView,
  type AuditExportQuery,
} from '../../contracts/http/audit.ts';
import {
  distinctInAudit,
  listAudit,
  writeAudit,
  type AuditCursor,
  type AuditFilter,
  type AuditRow,
} from '../../db/audit.ts';
import { findShownNames } from '../../db/users-list.ts';
import { shownChange, shownObjectId } from '../../domain/audit-shown.ts';
import { localDayBounds } from '../../domain/calendar.ts';
import { configDifferences } from '../../domain/config-diff.ts';
import { BYTE_ORDER_MARK, csvLine } from '../../domain/csv.ts';
import type { Person } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

type AuditRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'siteZone'>;

/** Rows of one statement of the export. */
const EXPORT_PAGE = 500;
/** A spreadsheet that people still open; the interval is there to ask for less. */
const MAX_EXPORT = 100_000;

export function auditRoutes(deps: AuditRouteDeps, gates: Gates) {
  const { db, siteZone } = deps;
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audit',
        tags: ['audit'],
        summary: 'Who changed what, newest first',
        middleware: [gates.allow('audit.read')],
        request: { query: auditQuerySchema },
        responses: { 200: json(auditPageSchema, 'One page') },
      }),
      async (c) => {
        const { cursor, limit, ...query } = c.req.valid('query');
        const after = cursor === undefined ? undefined : decodeCursor(cursor);
        const rows = await listAudit(db.pool, { ...toFilter(query, siteZone), after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > page.length ? page.at(-1) : undefined;
        return c.json(
          {
            entries: page.map((row) => toEntry(row, sessionOf(c))),
            nextCursor: last ? encodeCursor(last) : null,
            zone: siteZone,
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audit/options',
        tags: ['audit'],
        summary: 'What the filters may be set to',
        middleware: [gates.allow('audit.read')],
        responses: { 200: json(auditOptionsSchema, 'What the log holds, in alphabetical order') },
      }),
      async (c) => {
        const actors = await distinctInAudit(db.pool, 'actor');
        const names = await findShownNames(db.pool, actors);
        return c.json(
          {
            actors: actors.map((actor) => ({ actor, actorName: names.get(actor.toLowerCase()) ?? null })),
            actions: await distinctInAudit(db.pool, 'action'),
            objectKinds: await distinctInAudit(db.pool, 'object_kind'),
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audit/export.csv',
        tags: ['audit'],
        summary: `The same as a spreadsheet: ';', with a byte order mark, at most ${MAX_EXPORT} rows`,
        middleware: [gates.allow('audit.read')],
        request: { query: auditExportQuerySchema },
        responses: {
          200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } },
        },
      }),
      async (c): Promise<Response> => {
        const session = sessionOf(c);
        const query = c.req.valid('query');
        await writeAudit(db.pool, {
          actor: session.name,
          action: 'audit.export',
          objectKind: 'audit',
          objectId: 'csv',
          after: query,
          at: deps.clock.now(),
        });
        return c.body(csvStream(deps, toFilter(query, siteZone), session), 200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="jurnal.csv"',
        });
      },
    );
}

function toFilter({ from, to, ...rest }: AuditExportQuery, zone: string): AuditFilter {
  return {
    ...rest,
    from: from === undefined ? undefined : localDayBounds(zone, from).from,
    to: to === undefined ? undefined : localDayBounds(zone, to).to,
  };
}

function toEntry(row: AuditRow, person: Person): AuditEntryView {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    actorName: row.actorName,
    action: row.action,
    objectKind: row.objectKind,
    objectId: shownObjectId(row.objectId, person),
    objectName: row.objectName,
    before: shownChange(row.before, person),
    after: shownChange(row.after, person),
  };
}

const HEADER = ['când (UTC)', 'cine', 'acțiune', 'fel de obiect', 'obiect', 'câmp', 'înainte', 'după'];

/** A line for each field that changed; a change without fields is one line. Read page by page, as the browser takes it. */
function csvStream(deps: AuditRouteDeps, filter: AuditFilter, person: Person): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after: AuditCursor | undefined;
  let sent = 0;
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine(HEADER))),
    async pull(controller) {
      try {
        const rows = await listAudit(deps.db.pool, { ...filter, after, limit: EXPORT_PAGE });
        for (const row of rows) controller.enqueue(encoder.encode(linesOf(toEntry(row, person))));
        sent += rows.length;
        const last = rows.at(-1);
        after = last && { at: last.atText, id: last.id };
        if (rows.length < EXPORT_PAGE || sent >= MAX_EXPORT) controller.close();
      } catch (error) {
        deps.logger.error({ err: error }, 'the export of the journal broke off');
        controller.error(error);
      }
    },
  });
}

function linesOf(entry: AuditEntryView): string {
  const object = entry.objectName ?? entry.objectId;
  const head = [entry.at, entry.actor, entry.action, entry.objectKind, object];
  const fields = configDifferences(entry.before ?? {}, entry.after ?? {});
  if (fields.length === 0) return csvLine([...head, '', '', '']);
  return fields
    .map(({ path, before, after }) => csvLine([...head, path, cell(before), cell(after)]))
    .join('');
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function encodeCursor({ atText, id }: AuditRow): string {
  return Buffer.from(`${atText} ${id}`).toString('base64url');
}

/** @throws ApiProblem when it was not made here */
function decodeCursor(text: string): AuditCursor {
  const plain = Buffer.from(text, 'base64url').toString('utf8');
  const [, at, id] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\d{1,15})$/.exec(plain) ?? [];
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) {
    throw new ApiProblem('invalid-request', {
      issues: [{ path: 'cursor', message: 'was not made by this server' }],
    });
  }
  return { at, id: Number(id) };
}
