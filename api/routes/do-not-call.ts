/**
 * The do-not-call list: search, add, lift, import, export.
 * @module
 */
import { Readable } from 'node:stream';
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { localDateSchema } from '../../contracts/http/common.ts';
import {
  DO_NOT_CALL_FILE_BYTES,
  doNotCallAddedSchema,
  doNotCallAddSchema,
  doNotCallIdSchema,
  doNotCallImportedSchema,
  doNotCallImportSchema,
  doNotCallLiftedSchema,
  doNotCallLiftSchema,
  doNotCallPageSchema,
  doNotCallSearchSchema,
  type DoNotCallEntry,
} from '../../contracts/http/do-not-call.ts';
import { writeAudit } from '../../db/audit.ts';
import {
  addDoNotCallBatch,
  countDoNotCall,
  findDoNotCall,
  listDoNotCall,
  type DoNotCallPlace,
  type DoNotCallRow,
} from '../../db/do-not-call-list.ts';
import { liftDoNotCall, setDoNotCall } from '../../db/do-not-call.ts';
import { BYTE_ORDER_MARK, csvLine } from '../../domain/csv.ts';
import { normalisePhone } from '../../domain/phone.ts';
import { shownPhone } from '../../domain/phone-shown.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { PART_BYTES, readPart } from '../imports/do-not-call-file.ts';
import type { UploadStore } from '../imports/upload-store.ts';
import { toE164 } from '../queries/number-filter.ts';

type DoNotCallRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'siteZone'> & { uploads: UploadStore };

const EXPORT_PAGE = 1_000;
const EXPORT_TITLES = ['telefon', 'data', 'motiv', 'sursa', 'adăugat de'];

export function doNotCallRoutes(deps: DoNotCallRouteDeps, gates: Gates) {
  const { db, clock, uploads } = deps;
  return createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/do-not-call/search',
        tags: ['do-not-call'],
        summary: 'The list, or one number of it',
        middleware: [gates.allow('do-not-call.read')],
        request: { body: jsonBody(doNotCallSearchSchema) },
        responses: { 200: json(doNotCallPageSchema, 'Newest first') },
      }),
      async (c) => {
        const { number, cursor, limit } = c.req.valid('json');
        const count = await countDoNotCall(db.pool);
        if (number !== undefined) {
          const e164 = toE164(number);
          if (e164 === null) throw invalid('number', 'is not a telephone number');
          const row = await findDoNotCall(db.pool, { e164 });
          return c.json({ entries: row ? [toEntry(row)] : [], nextCursor: null, count }, 200);
        }
        const after = cursor === undefined ? undefined : decodeCursor(cursor);
        if (after === null) throw invalid('cursor', 'was not made by this server');
        const rows = await listDoNotCall(db.pool, { after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > page.length ? page.at(-1) : undefined;
        const nextCursor = last ? encodeCursor({ at: last.atText, id: last.id }) : null;
        return c.json({ entries: page.map(toEntry), nextCursor, count }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/do-not-call',
        tags: ['do-not-call'],
        summary: 'Add a number',
        middleware: [gates.allow('do-not-call.edit')],
        request: { body: jsonBody(doNotCallAddSchema) },
        responses: { 200: json(doNotCallAddedSchema, 'Done') },
      }),
      async (c) => {
        const { number, ...rest } = c.req.valid('json');
        const phone = normalisePhone(number);
        if (!phone.ok) throw invalid('number', phone.problem);
        const by = sessionOf(c).name;
        const added = await setDoNotCall(db, { e164: phone.e164, ...rest, by, now: clock.now() });
        return c.json({ changed: added }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/do-not-call/{id}/lift',
        tags: ['do-not-call'],
        summary: 'The person allows calls again',
        // As opening a contact: only who may do that.
        middleware: [gates.allow('contact.edit')],
        request: { params: doNotCallIdSchema, body: jsonBody(doNotCallLiftSchema) },
        responses: { 200: json(doNotCallLiftedSchema, 'Contacts that may be called again') },
      }),
      async (c) => {
        const row = await findDoNotCall(db.pool, c.req.valid('param'));
        if (row === undefined) throw new ApiProblem('not-found');
        const by = sessionOf(c).name;
        const lifted = await liftDoNotCall(db, {
          e164: row.e164,
          ...c.req.valid('json'),
          by,
          now: clock.now(),
        });
        return c.json({ reopened: lifted?.reopened ?? 0 }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/do-not-call/import',
        tags: ['do-not-call'],
        summary: 'Add a part of an uploaded list',
        middleware: [gates.allow('do-not-call.edit')],
        request: { body: jsonBody(doNotCallImportSchema) },
        responses: { 200: json(doNotCallImportedSchema, 'What became of the lines of this part') },
      }),
      async (c) => {
        const { upload: id, reason, source, from } = c.req.valid('json');
        const { userId: owner, name: by } = sessionOf(c);
        const upload = { owner, id };
        const place = from ?? { bytes: 0, lines: 0, column: 0 };
        const { bytes, size } = await uploads.read(upload, { from: place.bytes, bytes: PART_BYTES });
        if (size > DO_NOT_CALL_FILE_BYTES)
          throw new ApiProblem('too-large', { maxBytes: DO_NOT_CALL_FILE_BYTES });
        const part = readPart(bytes, place, place.bytes + bytes.length >= size);
        if (part === 'not-text') throw invalid('upload', 'is not a CSV file');
        const { numbers, repeated, ...told } = part;
        const batch = { numbers, reason, source, by, now: clock.now(), upload: id };
        const { added } = await addDoNotCallBatch(db, batch);
        if (part.next === null) await uploads.remove(upload);
        const known = numbers.length - added + repeated;
        return c.json({ ...told, added, known, bytesTotal: size }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/do-not-call/export.csv',
        tags: ['do-not-call'],
        summary: 'The whole list as CSV; written down',
        middleware: [gates.allow('do-not-call.edit')],
        responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } } },
      }),
      async (c): Promise<Response> => {
        await writeAudit(db.pool, {
          actor: sessionOf(c).name,
          action: 'do-not-call.export',
          objectKind: 'do-not-call',
          objectId: 'all',
          after: { numbers: await countDoNotCall(db.pool) },
          at: clock.now(),
        });
        return c.body(Readable.toWeb(Readable.from(exportCsv(deps))) as ReadableStream, 200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="nu-suna.csv"',
        });
      },
    );
}

/** Read as the browser takes it. National numbers with spaces stay text in a spreadsheet, and come back in unharmed. */
async function* exportCsv({ db, siteZone }: DoNotCallRouteDeps): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK + csvLine(EXPORT_TITLES));
  const day = new Intl.DateTimeFormat('ro-RO', {
    timeZone: siteZone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  });
  for (let after: DoNotCallPlace | undefined; ;) {
    const rows = await listDoNotCall(db.pool, { after, limit: EXPORT_PAGE });
    const last = rows.at(-1);
    if (last === undefined) return;
    const lines = rows.map((row) =>
      csvLine([shownPhone(row.e164), day.format(row.at), row.reason ?? '', row.source ?? '', row.by ?? '']),
    );
    yield Buffer.from(lines.join(''));
    after = { at: last.atText, id: last.id };
  }
}

function toEntry({ id, e164, at, reason, by, source, contacts }: DoNotCallRow): DoNotCallEntry {
  return { id, e164, at: at.toISOString(), reason, by, source, contacts };
}

function encodeCursor({ at, id }: DoNotCallPlace): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

const cursorSchema = z.tuple([
  z.iso.datetime({ precision: 6 }).refine((at) => localDateSchema.safeParse(at.slice(0, 10)).success),
  z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER),
]);

function decodeCursor(text: string): DoNotCallPlace | null {
  const parsed = cursorSchema.safeParse(Buffer.from(text, 'base64url').toString('latin1').split(' '));
  return parsed.success ? { at: parsed.data[0], id: parsed.data[1] } : null;
}

function invalid(path: string, message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path, message }] });
}
