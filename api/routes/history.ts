/**
 * Istoria interacțiunilor.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import {
  historyFoundSchema,
  historyQuerySchema,
  historySchema,
  historySearchSchema,
  type FoundPerson,
} from '../../contracts/http/history.ts';
import { findByName, findByNumber, readHistory, type FoundPerson as PersonRow } from '../../db/history.ts';
import { can } from '../../domain/permissions.ts';
import { normalisePhone } from '../../domain/phone.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

export function historyRoutes(deps: Pick<ApiDeps, 'db' | 'siteZone'>, gates: Gates) {
  return createRouter()
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
      async (c) => {
        const { contact, number } = c.req.valid('query');
        const found = await readHistory(
          deps.db.pool,
          contact === undefined ? { numberId: number ?? 0 } : { contactId: contact },
        );
        if (!found) throw new ApiProblem('not-found');
        const session = sessionOf(c);
        return c.json(
          {
            people: found.people.map(toPerson),
            number: found.number,
            calls: found.calls.map(({ agentId, ...call }) => ({
              ...call,
              at: call.at.toISOString(),
              zone: call.zone ?? deps.siteZone,
              agent: can(session, 'agent.read', { own: agentId === session.userId }) ? call.agent : null,
            })),
            more: found.more,
          },
          200,
        );
      },
    );
}

function toPerson({ lastName, firstName, lastCallAt, ...row }: PersonRow): FoundPerson {
  const name = [lastName, firstName].filter(Boolean).join(' ');
  return { ...row, name: name === '' ? null : name, lastCallAt: lastCallAt?.toISOString() ?? null };
}
