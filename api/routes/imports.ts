/**
 * A list from the page: upload in parts, look at its first rows, dry run, import. The import is the operator's own workflow.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  importRunSchema,
  previewSchema,
  startedImportSchema,
  startImportSchema,
  uploadPartSchema,
  uploadPreviewSchema,
  uploadQuerySchema,
  type ImportRun,
} from '../../contracts/http/lists.ts';
import type { ImportListInput } from '../../contracts/model/import.ts';
import { writeAudit } from '../../db/audit.ts';
import { countRejects } from '../../db/import-rows.ts';
import { readImportView } from '../../db/lists-view.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import type { ImportRunLook } from '../imports/import-workflows.ts';
import { orTemporalAway } from '../imports/temporal-away.ts';
import { HEAD_BYTES, previewUpload } from '../imports/upload-preview.ts';
import type { Upload, UploadStore } from '../imports/upload-store.ts';
import { findChosenColumns } from '../queries/chosen-columns.ts';
import { findCampaign } from '../queries/campaigns.ts';
import { toImportView } from './lists.ts';

type ImportRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'importWorkflows'> & {
  uploads: UploadStore;
};

const uploadParams = z.object({ id: z.uuid() });
/** Ids of imports that operators typed may be of any form; ours begin so. */
const runParams = z.object({ id: z.string().regex(/^import:[^\p{Cc}]{1,200}$/u) });

export function importRoutes(deps: ImportRouteDeps, gates: Gates) {
  const { uploads } = deps;
  return createRouter()
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/uploads/{id}',
        tags: ['lists'],
        summary: 'A part of a file, at its offset',
        middleware: [gates.allow('list.import')],
        request: { params: uploadParams, query: uploadQuerySchema },
        responses: { 200: json(uploadPartSchema, 'How much is there') },
      }),
      async (c) => {
        const upload: Upload = { owner: sessionOf(c).userId, id: c.req.valid('param').id };
        const body = (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>;
        const bytes = await uploads.append(upload, c.req.valid('query').offset, body);
        return c.json({ bytes }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/uploads/{id}/preview',
        tags: ['lists'],
        summary: 'Columns and first rows',
        middleware: [gates.allow('list.import')],
        request: { params: uploadParams, body: jsonBody(previewSchema) },
        responses: { 200: json(uploadPreviewSchema, 'As the import will read it') },
      }),
      async (c) => {
        const upload: Upload = { owner: sessionOf(c).userId, id: c.req.valid('param').id };
        const { bytes, size } = await uploads.read(upload, { from: 0, bytes: HEAD_BYTES });
        const asked = c.req.valid('json').columns;
        const see = (columns: ImportListInput['columns']) =>
          previewUpload(bytes, bytes.length === size, columns);
        const seen = see(columnsOf(asked));
        const header = seen.columns.map((column) => column.header);
        const remembered = asked === undefined ? await findChosenColumns(deps.db, header) : null;
        const preview = remembered === null ? seen : see(remembered);
        return c.json({ bytes: size, ...preview, remembered }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/imports',
        tags: ['lists'],
        summary: 'Import an uploaded list, or try it',
        middleware: [gates.allow('list.import')],
        request: { body: jsonBody(startImportSchema) },
        responses: { 202: json(startedImportSchema, 'It runs') },
      }),
      async (c) => {
        const { upload: id, name, columns, dryRun, force, ...rest } = c.req.valid('json');
        const { userId: owner, name: actor } = sessionOf(c);
        const upload: Upload = { owner, id };
        await uploads.read(upload, { from: 0, bytes: 0 });
        const campaign = await findCampaign(deps.db, rest.campaign);
        if (campaign === null || campaign.retired) {
          const message = campaign ? 'the campaign is out of use' : 'there is no such campaign';
          const issue = { path: 'campaign', message };
          throw new ApiProblem('invalid-request', { issues: [issue] });
        }
        const named = columnsOf(columns);
        const input: ImportListInput = {
          ...rest,
          file: uploads.nameOf(upload),
          ...(named && { columns: named }),
          ...(dryRun && { dryRun: true }),
          ...(force && { force: true }),
        };
        if (!dryRun) {
          // Before it runs: an import that nobody asked for would be worse than a line for one that did not start.
          await writeAudit(deps.db.pool, {
            actor,
            action: 'import.start',
            objectKind: 'import',
            objectId: name,
            after: input,
            at: deps.clock.now(),
          });
        }
        const run = dryRun ? { trialOf: id, input } : { name, input };
        const started = await orTemporalAway(deps.logger, deps.importWorkflows.start(run));
        if (started === 'taken') throw new ApiProblem('conflict', { reason: 'name-taken' });
        return c.json(started, 202);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/import-runs/{id}',
        tags: ['lists'],
        summary: 'How far an import is',
        middleware: [gates.allow('list.read')],
        request: { params: runParams },
        responses: { 200: json(importRunSchema, 'By the workflow and by Postgres') },
      }),
      async (c) => c.json(await readRun(deps, c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/import-runs/{id}/cancel',
        tags: ['lists'],
        summary: 'End an import between two batches; what is committed stays',
        middleware: [gates.allow('list.import')],
        request: { params: runParams },
        responses: { 202: json(startedImportSchema, 'It will end') },
      }),
      async (c) => {
        const workflowId = c.req.valid('param').id;
        await writeAudit(deps.db.pool, {
          actor: sessionOf(c).name,
          action: 'import.cancel',
          objectKind: 'import',
          objectId: workflowId,
          at: deps.clock.now(),
        });
        const asked = await orTemporalAway(deps.logger, deps.importWorkflows.cancel(workflowId));
        if (asked === 'closed') throw new ApiProblem('conflict', { reason: 'not-running' });
        return c.json({ workflowId }, 202);
      },
    );
}

/** zod's record has values that may be undefined. */
function columnsOf(columns: Record<string, string | undefined> | undefined): ImportListInput['columns'] {
  const given = Object.entries(columns ?? {}).filter(([, header]) => header !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

async function readRun(deps: ImportRouteDeps, workflowId: string): Promise<ImportRun> {
  // Temporal away is no reason to hide what Postgres knows.
  const [look, row] = await Promise.all([
    deps.importWorkflows.look(workflowId).catch((): ImportRunLook => ({ state: 'unknown' })),
    readImportView(deps.db.pool, { workflowId }),
  ]);
  const { result } = look;
  const shown = result?.importId === undefined || result.importId === row?.id ? row : undefined;
  const earlier = result?.previousImport;
  const other = earlier === undefined ? undefined : await readImportView(deps.db.pool, { id: earlier });
  const counted = shown?.id ?? undefined;
  return {
    workflowId,
    state: look.state,
    stage: look.progress?.stage ?? null,
    failure: look.failure ?? null,
    outcome: result?.outcome ?? null,
    list: result?.list ?? null,
    listId: other?.listId ?? shown?.listId ?? null,
    import: shown ? toImportView(shown) : null,
    byReason: counted === undefined ? {} : await countRejects(deps.db.pool, { importId: counted }),
  };
}
