/**
 * The calls list and one call.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  callDetailSchema,
  callsPageSchema,
  callsQuerySchema,
  type CallsQuery,
} from '../../contracts/http/calls.ts';
import { readScript } from '../../db/campaign-report.ts';
import { kindsOf } from '../../domain/call-kinds.ts';
import { can } from '../../domain/permissions.ts';
import { isFreeText } from '../../domain/script.ts';
import { hoursOfSlot } from '../../domain/report-slots.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { findCall } from '../queries/call-detail.ts';
import { decodeCursor, encodeCursor } from '../queries/calls-cursor.ts';
import { countCalls, findCalls, type CallsFilter } from '../queries/calls.ts';
import { findCampaign } from '../queries/campaigns.ts';
import { toE164 } from '../queries/number-filter.ts';
import { isOwn, toCallDetail, toCallRow } from './calls-view.ts';

type CallRouteDeps = Pick<ApiDeps, 'db' | 'siteZone'>;

export function callRoutes(deps: CallRouteDeps, gates: Gates) {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/calls',
        tags: ['calls'],
        summary: 'Calls, newest first',
        middleware: [gates.allowOwn('call.list')],
        request: { query: callsQuerySchema },
        responses: { 200: json(callsPageSchema, 'One page') },
      }),
      async (c) => {
        const session = sessionOf(c);
        const query = c.req.valid('query');
        const filter = await toFilter(deps, query, session);
        const rows = filter === null ? [] : await findCalls(deps.db, filter);
        // Only who comes from a figure wants to know how many there are: counting may be long.
        const counted = filter?.state === 'counted' && query.cursor === undefined;
        const page = rows.slice(0, filter?.limit);
        const last = rows.length > page.length ? page.at(-1) : undefined;
        return c.json(
          {
            calls: page.map((row) => toCallRow(row, session)),
            nextCursor: last ? encodeCursor({ claimedAt: last.claimed_text, id: last.id }) : null,
            total: counted ? await countCalls(deps.db, filter) : null,
            zone: filter?.zone ?? deps.siteZone,
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/calls/{id}',
        tags: ['calls'],
        summary: 'One call: facts, timeline, recording',
        middleware: [gates.allowOwn('call.read')],
        request: { params: z.object({ id: z.uuid() }) },
        responses: { 200: json(callDetailSchema, 'The call') },
      }),
      async (c) => {
        const row = await findCall(deps.db, c.req.valid('param').id);
        const session = sessionOf(c);
        // Somebody else's call is none at all to an agent.
        if (row === null || !can(session, 'call.read', isOwn(row, session)))
          throw new ApiProblem('not-found');
        return c.json(toCallDetail(row, session, deps.siteZone), 200);
      },
    );
}

/** Null when nothing can match: a campaign that does not exist. */
async function toFilter(
  deps: CallRouteDeps,
  query: CallsQuery,
  session: SessionUser,
): Promise<CallsFilter | null> {
  const { campaign, number, cursor, list, slot, kind, agent, ...rest } = query;
  const ownOnly = !can(session, 'call.list');
  if (agent !== undefined && !can(session, 'agent.read', { own: agent === session.userId }))
    throw new ApiProblem('forbidden');
  if (number !== undefined && !can(session, 'number.read', { own: ownOnly }))
    throw new ApiProblem('forbidden');
  const e164 = number === undefined ? undefined : toE164(number);
  if (e164 === null) throw invalid('number', 'is not a telephone number');
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  if (after === null) throw invalid('cursor', 'was not made by this server');
  if (rest.value !== undefined && rest.field === undefined) throw invalid('field', 'is missing');
  const found = campaign === undefined ? undefined : await findCampaign(deps.db, campaign);
  if (found === null) return null;
  if (rest.field !== undefined && !can(session, 'name.read', { own: ownOnly })) {
    // What somebody typed may name people, and asking for it tells whether it was said.
    const script = found && (await readScript(deps.db.pool, found.id));
    if (isFreeText(script ?? null, rest.field)) throw new ApiProblem('forbidden');
  }
  return {
    ...rest,
    listId: list,
    kinds: kind && kindsOf(kind),
    agentId: ownOnly ? session.userId : agent,
    hours: slot === undefined ? undefined : hoursOfSlot(slot),
    campaignId: found?.id,
    zone: found?.calendar?.zone ?? deps.siteZone,
    number: e164,
    after,
  };
}

function invalid(path: string, message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path, message }] });
}
