/**
 * What an agent does to their call, and the card of a customer.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  customerIdSchema,
  customerSchema,
  deskCommandSchema,
  deskSchema,
  dialManuallySchema,
  dialPreviewedSchema,
  draftSchema,
  skipSchema,
  wrapUpReplySchema,
  wrapUpSchema,
} from '../../contracts/http/desk.ts';
import { readCustomer } from '../../db/customer.ts';
import { can } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import type { AgentCalls } from '../desk/agent-calls.ts';
import { toCustomer } from '../desk/desk-picture.ts';
import type { DeskReader } from '../desk/read-desk.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { hasCalled } from '../queries/desk.ts';

export interface DeskCallRouteDeps extends Pick<ApiDeps, 'db' | 'clock'> {
  desks: Pick<DeskReader, 'readDone'>;
  agentCalls: AgentCalls;
}

const params = z.object({ id: z.uuid() });

export function deskCallRoutes(deps: DeskCallRouteDeps, gates: Gates) {
  const { agentCalls, desks } = deps;
  const onCall = <P extends string>(path: P, summary: string) => ({
    method: 'post' as const,
    path,
    tags: ['desk'],
    summary,
    middleware: [gates.desk()],
    responses: { 200: json(deskSchema, 'The desk now') },
  });

  return createRouter()
    .openapi(
      createRoute({
        ...onCall('/api/desk/calls', 'Dial a number by hand'),
        request: { body: jsonBody(dialManuallySchema) },
      }),
      async (c) => {
        const session = sessionOf(c);
        await agentCalls.dialManually(session, c.req.valid('json'));
        return c.json(await desks.readDone(session), 200);
      },
    )
    .openapi(
      createRoute({
        ...onCall('/api/desk/calls/{id}/dial', 'The preview is over: call now'),
        request: { params, body: { ...jsonBody(dialPreviewedSchema), required: false } },
      }),
      async (c) => {
        const session = sessionOf(c);
        await agentCalls.dial(session, c.req.valid('param').id, c.req.valid('json'));
        return c.json(await desks.readDone(session), 200);
      },
    )
    .openapi(
      createRoute({
        ...onCall('/api/desk/calls/{id}/skip', 'Not this contact, not now'),
        request: { params, body: jsonBody(skipSchema) },
      }),
      async (c) => {
        const session = sessionOf(c);
        await agentCalls.skip(session, c.req.valid('param').id, c.req.valid('json').reason);
        return c.json(await desks.readDone(session), 200);
      },
    )
    .openapi(
      createRoute({
        ...onCall(
          '/api/desk/calls/{id}/command',
          'Hang up, hold, resume, digits, mute, refuse the recording',
        ),
        request: { params, body: jsonBody(deskCommandSchema) },
      }),
      async (c) => {
        const session = sessionOf(c);
        await agentCalls.command(session, c.req.valid('param').id, c.req.valid('json'));
        return c.json(await desks.readDone(session), 200);
      },
    )
    .openapi(
      createRoute({
        ...onCall('/api/desk/calls/{id}/another', 'Call the other number that the wrap-up named'),
        request: { params },
      }),
      async (c) => {
        const session = sessionOf(c);
        await agentCalls.another(session, c.req.valid('param').id);
        return c.json(await desks.readDone(session), 200);
      },
    )
    .openapi(
      createRoute({
        ...onCall('/api/desk/calls/{id}/extend', 'More time for the wrap-up, once'),
        request: { params },
      }),
      async (c) => {
        const session = sessionOf(c);
        await agentCalls.extend(session, c.req.valid('param').id);
        return c.json(await desks.readDone(session), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/desk/calls/{id}/draft',
        tags: ['desk'],
        summary: 'What is typed and not saved yet',
        middleware: [gates.desk()],
        request: { params, body: jsonBody(draftSchema) },
        responses: { 204: { description: 'Kept' } },
      }),
      async (c) => {
        await agentCalls.saveDraft(sessionOf(c), c.req.valid('param').id, c.req.valid('json'));
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/desk/calls/{id}/wrap-up',
        tags: ['desk'],
        summary: 'Save the call',
        middleware: [gates.desk()],
        request: { params, body: jsonBody(wrapUpSchema) },
        responses: {
          200: json(wrapUpReplySchema, 'Committed with this id, or corrected by it'),
          202: json(wrapUpReplySchema, 'Kept by its workflow, which commits it'),
        },
      }),
      async (c) => {
        const reply = await agentCalls.wrapUp(sessionOf(c), c.req.valid('param').id, c.req.valid('json'));
        return reply.state === 'stored' ? c.json(reply, 202) : c.json(reply, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/customer/{id}',
        tags: ['desk'],
        summary: 'The card of a contact',
        middleware: [gates.allowOwn('customer.read')],
        request: { params: z.object({ id: customerIdSchema }) },
        responses: { 200: json(customerSchema, 'With the history of its numbers') },
      }),
      async (c) => {
        const session = sessionOf(c);
        const contactId = c.req.valid('param').id;
        // An agent sees whom they talk or talked to, nobody else.
        const { userId } = session;
        if (!can(session, 'customer.read') && !(await hasCalled(deps.db, { userId, contactId }))) {
          throw new ApiProblem('not-found');
        }
        const customer = await readCustomer(deps.db.pool, { contactId });
        if (customer === undefined) throw new ApiProblem('not-found');
        return c.json(toCustomer(customer, session), 200);
      },
    );
}
