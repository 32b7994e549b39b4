/**
 * Istoria interacțiunilor.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  historyFields,
  historyFoundSchema,
  historyQuerySchema,
  historySchema,
  historySearchSchema,
  oneOfThem,
  type FoundPerson,
  type History,
  type HistoryQuery,
} from '../../contracts/http/history.ts';
import { EXPORT_FORMATS, exportFields } from '../../contracts/http/reports.ts';
import { writeAudit } from '../../db/audit.ts';
import { findByName, findByNumber, readHistory, type FoundPerson as PersonRow } from '../../db/history.ts';
import { can } from '../../domain/permissions.ts';
import { normalisePhone } from '../../domain/phone.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { historyFile } from '../exports/history-file.ts';
import { sendFile } from '../exports/sheets.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { listStatuses } from '../queries/statuses.ts';

type Deps = Pick<ApiDeps, 'db' | 'siteZone' | 'clock'>;

export function historyRoutes(deps: Deps, gates: Gates) {
  const router = createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/history/search',
        tags: ['history'],
        summary: 'People by number or by name; a POST, so that neither stands in an address or a log',
        middleware: [gates.allow('history.read')],
        request: { body: jsonBody(historySearchSchema) },
        responses: { 200: json(historyFoundSchema, 'At most 50') },
      }),
      async (c) => {
        const { number, name = '' } = c.req.valid('json');
        if (number === undefined) {
          const { people, more } = await findByName(deps.db.pool, name);
          return c.json({ numberId: null, people: people.map(toPerson), more }, 200);
        }
        const phone = normalisePhone(number);
        if (!phone.ok) {
          throw new ApiProblem('invalid-request', { issues: [{ path: 'number', message: phone.problem }] });
        }
        const found = await findByNumber(deps.db.pool, phone.e164);
        const people = found?.people.map(toPerson) ?? [];
        return c.json({ numberId: found?.numberId ?? null, people, more: false }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/history',
        tags: ['history'],
        summary: 'The calls of a person, oldest first',
        middleware: [gates.allow('history.read')],
        request: { query: historyQuerySchema },
        responses: { 200: json(historySchema, 'The newest 500') },
      }),
      async (c) => c.json(await historyOf(deps, c.req.valid('query'), sessionOf(c)), 200),
    );
  for (const format of EXPORT_FORMATS) {
    router.openapi(
      createRoute({
        method: 'get',
        path: `/api/history.${format}`,
        tags: ['history'],
        summary: `The history of a person, as ${format}; written down`,
        middleware: [gates.allow('history.read')],
        request: { query: z.strictObject({ ...historyFields, ...exportFields }).refine(...oneOfThem) },
        responses: { 200: json(z.string(), 'A line for each call') },
      }),
      async (c) => {
        const { lang, ...query } = c.req.valid('query');
        const history = await historyOf(deps, query, sessionOf(c));
        const statuses = await listStatuses(deps.db);
        const now = deps.clock.now();
        const id = query.contact ?? query.number ?? 0;
        // Names and numbers leave the house: who took whose stays known.
        await writeAudit(deps.db.pool, {
          actor: sessionOf(c).name,
          action: 'history.export',
          objectKind: query.contact === undefined ? 'number' : 'contact',
          objectId: String(id),
          after: { format, calls: history.calls.length },
          at: now,
        });
        const made = { generatedAt: now.toISOString(), zone: deps.siteZone, id };
        return sendFile(c, format, historyFile(history, statuses, made, lang)) as never;
      },
    );
  }
  return router;
}

async function historyOf(
  deps: Deps,
  { contact, number }: HistoryQuery,
  session: SessionUser,
): Promise<History> {
  const found = await readHistory(
    deps.db.pool,
    contact === undefined ? { numberId: number ?? 0 } : { contactId: contact },
  );
  if (!found) throw new ApiProblem('not-found');
  return {
    people: found.people.map(toPerson),
    number: found.number,
    calls: found.calls.map(({ agentId, ...call }) => ({
      ...call,
      at: call.at.toISOString(),
      zone: call.zone ?? deps.siteZone,
      agent: can(session, 'agent.read', { own: agentId === session.userId }) ? call.agent : null,
    })),
    more: found.more,
  };
}

function toPerson({ lastName, firstName, lastCallAt, ...row }: PersonRow): FoundPerson {
  const name = [lastName, firstName].filter(Boolean).join(' ');
  return { ...row, name: name === '' ? null : name, lastCallAt: lastCallAt?.toISOString() ?? null };
}
