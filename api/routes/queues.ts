/**
 * Agents' queues: look, give, take back, put in order.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idSchema } from '../../contracts/http/common.ts';
import {
  assignSchema,
  changedSchema,
  freeSearchSchema,
  queueContactsSchema,
  queueQuerySchema,
  queueSchema,
  queuesSchema,
  type Assign,
  type Queued,
} from '../../contracts/http/queues.ts';
import { readCampaign, type CampaignSetup } from '../../db/campaigns.ts';
import {
  listFree,
  listQueue,
  listQueueAgents,
  MOST_QUEUED,
  type QueuedContact,
} from '../../db/daily-queue-view.ts';
import { assignContacts, orderQueue, pickFree } from '../../db/daily-queue.ts';
import { localDay, localDayBounds } from '../../domain/calendar.ts';
import { hasDailyQueues } from '../../domain/desk-rules.ts';
import { can } from '../../domain/permissions.ts';
import { shownPhone } from '../../domain/phone-shown.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

export type QueueRouteDeps = Pick<ApiDeps, 'db' | 'clock'>;

export function queueRoutes(deps: QueueRouteDeps, gates: Gates) {
  const { db } = deps;
  const params = z.object({ id: idSchema });
  const tags = ['queues'];
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/queues',
        tags,
        summary: 'Agents of a campaign, each with how much waits for them',
        middleware: [gates.allow('config.edit')],
        request: { query: queueQuerySchema },
        responses: { 200: json(queuesSchema, 'By name') },
      }),
      async (c) => {
        const at = await placeOf(deps, c.req.valid('query'));
        const agents = await listQueueAgents(db.pool, at);
        const { campaign, calendar } = at.setup;
        return c.json({ day: at.day, zone: calendar.zone, dealtOut: hasDailyQueues(campaign), agents }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/queues/{id}',
        tags,
        summary: 'What an agent will get, in order',
        middleware: [gates.allow('config.edit')],
        request: { params, query: queueQuerySchema },
        responses: { 200: json(queueSchema, `At most ${MOST_QUEUED}`) },
      }),
      async (c) => {
        const at = await placeOf(deps, c.req.valid('query'));
        const rows = await listQueue(db.pool, { ...at, agentId: c.req.valid('param').id });
        const contacts = rows.map((row) => shown(row, sessionOf(c)));
        return c.json({ contacts, more: rows.length === MOST_QUEUED }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/queues/free/search',
        tags,
        summary: 'Contacts that are nobody’s, to choose from',
        middleware: [gates.allow('config.edit')],
        request: { body: jsonBody(freeSearchSchema) },
        responses: { 200: json(queueSchema, 'The first 50, in the order of dialing') },
      }),
      async (c) => {
        const { list, name, ...query } = c.req.valid('json');
        const at = await placeOf(deps, query);
        const rows = await listFree(db.pool, { ...at, listId: list, name });
        return c.json(
          { contacts: rows.map((row) => shown(row, sessionOf(c))), more: rows.length === 50 },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/queues/{id}/assign',
        tags,
        summary: 'Give contacts to an agent: these, or the first of a filter',
        middleware: [gates.allow('config.edit')],
        request: { params, body: jsonBody(assignSchema) },
        responses: { 200: json(changedSchema, 'How many changed hands') },
      }),
      async (c) => {
        const changed = await assign(deps, c.req.valid('param').id, c.req.valid('json'), sessionOf(c));
        return c.json({ changed }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/queues/{id}/take',
        tags,
        summary: 'Give contacts back to everybody; those on a call stay',
        middleware: [gates.allow('config.edit')],
        request: { params, body: jsonBody(queueContactsSchema) },
        responses: { 200: json(changedSchema, 'How many changed hands') },
      }),
      async (c) => {
        const { campaign, contacts: contactIds } = c.req.valid('json');
        const { campaignId } = await placeOf(deps, { campaign });
        const by = sessionOf(c).name;
        const now = deps.clock.now();
        const fromAgentId = c.req.valid('param').id;
        const params = { campaignId, contactIds, fromAgentId, agentId: null, by, now };
        return c.json({ changed: await assignContacts(db, params) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/queues/{id}/order',
        tags,
        summary: 'Another order of due contacts of one kind',
        middleware: [gates.allow('config.edit')],
        request: { params, body: jsonBody(queueContactsSchema) },
        responses: { 204: { description: 'They come in this order' } },
      }),
      async (c): Promise<Response> => {
        const { campaign, contacts: contactIds } = c.req.valid('json');
        const { campaignId } = await placeOf(deps, { campaign });
        const agentId = c.req.valid('param').id;
        const result = await orderQueue(db, {
          campaignId,
          agentId,
          contactIds,
          by: sessionOf(c).name,
          now: deps.clock.now(),
        });
        if (result !== 'ordered') throw new ApiProblem('conflict', { reason: 'queue-changed' });
        return c.body(null, 204);
      },
    );
}

interface Place {
  setup: CampaignSetup;
  campaignId: number;
  /** Local date; its bounds. */
  day: string;
  dayBegins: Date;
  dayEnds: Date;
}

/** @throws ApiProblem not-found, or invalid-request for a campaign without agents */
async function placeOf(
  { db, clock }: QueueRouteDeps,
  { campaign, day }: { campaign: string; day?: string | undefined },
): Promise<Place> {
  const setup = await readCampaign(db.pool, { name: campaign });
  if (!setup) throw new ApiProblem('not-found');
  const { zone } = setup.calendar;
  const chosen = day ?? localDay(zone, clock.now());
  const { from, to } = localDayBounds(zone, chosen);
  return { setup, campaignId: setup.id, day: chosen, dayBegins: from, dayEnds: to };
}

async function assign(
  deps: QueueRouteDeps,
  agentId: number,
  { contacts, filter, ...query }: Assign,
  { name: by }: SessionUser,
): Promise<number> {
  const { db, clock } = deps;
  const at = await placeOf(deps, query);
  if (at.setup.campaign.mode !== 'agent') throw wrong('campaign', 'its calls have no agent');
  const agents = await listQueueAgents(db.pool, at);
  if (!agents.some(({ id }) => id === agentId)) throw new ApiProblem('not-found');
  const { list, name, count } = filter ?? { count: 0 };
  const contactIds =
    contacts ?? (filter ? await pickFree(db, { ...at, listId: list, name, count }) : undefined);
  if (contactIds === undefined) throw wrong('contacts', 'name contacts or a filter');
  const now = clock.now();
  const { campaignId, dayBegins } = at;
  return assignContacts(db, {
    campaignId,
    contactIds,
    agentId,
    by,
    now,
    ...(dayBegins > now && { notBefore: dayBegins }),
  });
}

function wrong(path: string, message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path, message }] });
}

const KINDS: Readonly<Record<number, Queued['kind']>> = { 0: 'priority', 1: 'retry', 2: 'new' };

function shown(row: QueuedContact, session: SessionUser): Queued {
  const { lastName, firstName, number, rank, dueAt, ...rest } = row;
  const name = [lastName, firstName].filter((part) => part !== null).join(' ');
  return {
    ...rest,
    name: can(session, 'name.read') && name !== '' ? name : null,
    number: number !== null && can(session, 'number.read') ? shownPhone(number) : null,
    kind: KINDS[rank] ?? 'callback',
    dueAt: dueAt.toISOString(),
  };
}
