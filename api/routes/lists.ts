/**
 * Lists with their imports: table, detail, rejects, undo.
 * @module
 */
import { Readable } from 'node:stream';
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idSchema } from '../../contracts/http/common.ts';
import {
  listDetailSchema,
  listTableQuerySchema,
  listTableSchema,
  rejectsPageSchema,
  rejectsQuerySchema,
  undoPreviewSchema,
  undoSchema,
  type ImportView,
  type ListRow,
} from '../../contracts/http/lists.ts';
import { writeAudit } from '../../db/audit.ts';
import { countRejects, readImport, readRejects, type ImportRow } from '../../db/import-rows.ts';
import { previewUndo } from '../../db/import-undo.ts';
import { findListViews, readListView, type ImportView as Row, type ListView } from '../../db/lists-view.ts';
import { explainReject, rejectLine, rejectsHead } from '../../domain/import-reject-csv.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { orTemporalAway } from '../imports/temporal-away.ts';

type ListRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'importWorkflows'>;

const importParams = z.object({ id: z.uuid() });
/** A row of rejects may have 64 KiB. */
const CSV_PAGE_ROWS = 200;

export function listRoutes(deps: ListRouteDeps, gates: Gates) {
  const mustRead = async (id: string): Promise<ImportRow> => {
    const row = await readImport(deps.db.pool, { id });
    if (row === undefined) throw new ApiProblem('not-found');
    return row;
  };
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/list-table',
        tags: ['lists'],
        summary: 'Lists with their imports',
        middleware: [gates.allow('list.read')],
        request: { query: listTableQuerySchema },
        responses: { 200: json(listTableSchema, 'Newest first') },
      }),
      async (c) => {
        const query = c.req.valid('query');
        const rows = await findListViews(deps.db.pool, query);
        const page = rows.slice(0, query.limit);
        const last = rows.length > page.length ? page.at(-1) : undefined;
        return c.json({ lists: page.map(toList), nextBefore: last?.id ?? null }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/lists/{id}',
        tags: ['lists'],
        summary: 'One list: its contacts by state, its rejects by reason',
        middleware: [gates.allow('list.read')],
        request: { params: z.object({ id: idSchema }) },
        responses: { 200: json(listDetailSchema, 'The list') },
      }),
      async (c) => {
        const row = await readListView(deps.db.pool, c.req.valid('param'));
        if (row === undefined) throw new ApiProblem('not-found');
        const byReason = row.import ? await countRejects(deps.db.pool, { importId: row.import.id }) : {};
        return c.json({ ...toList(row), contacts: row.contacts, byReason }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/imports/{id}/rejects',
        tags: ['lists'],
        summary: 'Rows that were not accepted, with line and reason',
        middleware: [gates.allow('list.read')],
        request: { params: importParams, query: rejectsQuerySchema },
        responses: { 200: json(rejectsPageSchema, 'In the order of the file') },
      }),
      async (c) => {
        const row = await mustRead(c.req.valid('param').id);
        const { afterRow, limit } = c.req.valid('query');
        const found = await readRejects(deps.db.pool, { importId: row.id, afterRow, limit: limit + 1 });
        const page = found.slice(0, limit);
        return c.json(
          {
            header: row.layout.header,
            rejects: page.map((reject) => {
              const { header, words } = explainReject(row.layout, reject);
              const { rowNo, line, reason, list, cells } = reject;
              return { row: rowNo, line, reason, column: header, words, list, cells };
            }),
            nextRow: found.length > page.length ? (page.at(-1)?.rowNo ?? null) : null,
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/imports/{id}/rejects.csv',
        tags: ['lists'],
        summary: 'The rejects as a file that can be corrected and imported again',
        middleware: [gates.allow('list.read')],
        request: { params: importParams },
        responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } } },
      }),
      async (c): Promise<Response> => {
        const row = await mustRead(c.req.valid('param').id);
        await writeAudit(deps.db.pool, {
          actor: sessionOf(c).name,
          action: 'import.rejects-download',
          objectKind: 'import',
          objectId: row.id,
          at: deps.clock.now(),
        });
        return c.body(Readable.toWeb(Readable.from(rejectsCsv(deps, row))) as ReadableStream, 200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="respinse-${row.id.slice(0, 8)}.csv"`,
        });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/imports/{id}/undo',
        tags: ['lists'],
        summary: 'What taking the import back would do now',
        middleware: [gates.allow('list.import')],
        request: { params: importParams },
        responses: { 200: json(undoPreviewSchema, 'Contacts withdrawn and kept') },
      }),
      async (c) => {
        const row = await mustRead(c.req.valid('param').id);
        return c.json(await previewUndo(deps.db.pool, { importId: row.id }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/imports/{id}/undo',
        tags: ['lists'],
        summary: 'Take the import back; contacts that were called stay',
        middleware: [gates.allow('list.import')],
        request: { params: importParams, body: jsonBody(undoSchema) },
        responses: { 202: json(undoPreviewSchema, 'Under way; what it was going to do') },
      }),
      async (c) => {
        const row = await mustRead(c.req.valid('param').id);
        const preview = await previewUndo(deps.db.pool, { importId: row.id });
        await writeAudit(deps.db.pool, {
          actor: sessionOf(c).name,
          action: 'import.undo-ask',
          objectKind: 'import',
          objectId: row.id,
          before: { state: row.state },
          after: { reason: c.req.valid('json').reason, ...preview },
          at: deps.clock.now(),
        });
        await orTemporalAway(deps.logger, deps.importWorkflows.undo(row.id));
        return c.json(preview, 202);
      },
    );
}

/** Read as the browser takes it. */
async function* rejectsCsv(deps: ListRouteDeps, row: ImportRow): AsyncGenerator<Buffer> {
  yield Buffer.from(rejectsHead(row.layout));
  for (let afterRow = 0; ;) {
    const page = await readRejects(deps.db.pool, { importId: row.id, afterRow, limit: CSV_PAGE_ROWS });
    const last = page.at(-1);
    if (last === undefined) return;
    yield Buffer.from(page.map((reject) => rejectLine(row.layout, reject)).join(''));
    afterRow = last.rowNo;
  }
}

function toList({ id, name, kind, campaign, createdAt, contacts, ...row }: ListView): ListRow {
  return {
    id,
    name,
    kind,
    campaign,
    contacts,
    createdAt: createdAt.toISOString(),
    import: row.import && toImportView(row.import),
  };
}

export function toImportView({ input, startedAt, finishedAt, ...row }: Row): ImportView {
  return {
    ...row,
    file: input.file,
    kind: input.kind,
    dryRun: input.dryRun === true,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
