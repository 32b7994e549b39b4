/**
 * The agent's own desk: shift, states, phone, next number. What is done to a call is in `desk-calls.ts`.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import {
  deskHistorySchema,
  deskOptionsSchema,
  deskSchema,
  echoTestSchema,
  logOnSchema,
  nextNumberSchema,
  setNextStateSchema,
  setStateSchema,
  sipAccessSchema,
  sipRequestSchema,
  speedDialsSchema,
  type NextNumber,
} from '../../contracts/http/desk.ts';
import { logOff, logOn, setNextState, setState } from '../../db/agents.ts';
import { createAgentClaims, type AgentClaim } from '../../db/next-number.ts';
import { clientAddress, type IsTrustedProxy } from '../auth/client-address.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import type { AgentCalls } from '../desk/agent-calls.ts';
import { makeSipAccess } from '../desk/credentials.ts';
import { createEcho } from '../desk/echo.ts';
import type { DeskReader } from '../desk/read-desk.ts';
import { agentRefused } from '../desk/refusals.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { findAgentCalls, findDeskOptions } from '../queries/desk.ts';
import { findSpeedDials, writeSpeedDials } from '../queries/speed-dials.ts';

export interface DeskRouteDeps extends Pick<
  ApiDeps,
  'db' | 'clock' | 'logger' | 'secretKey' | 'iceServers' | 'edgeControl'
> {
  desks: Pick<DeskReader, 'read' | 'readDone'>;
  agentCalls: AgentCalls;
  isTrustedProxy: IsTrustedProxy;
}

/** Of the browser's own name, for the question whether to take over. */
const MAX_PLACE = 200;

export function deskRoutes(deps: DeskRouteDeps, gates: Gates) {
  const { db, clock } = deps;
  const claims = createAgentClaims({
    db,
    onSplit: (error, agents) => deps.logger.warn({ err: error, agents }, 'a claim of several agents failed'),
  });
  const echo = createEcho(deps);
  const allowed = () => [gates.allow('desk.use')];
  const desk = (description: string) => ({ 200: json(deskSchema, description) });

  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/desk',
        tags: ['desk'],
        summary: 'My desk',
        middleware: allowed(),
        responses: desk('As it is now'),
      }),
      async (c) => c.json(await deps.desks.read(sessionOf(c)), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/desk/options',
        tags: ['desk'],
        summary: 'What can be chosen at log-on and in a pause',
        middleware: allowed(),
        responses: { 200: json(deskOptionsSchema, 'Agent campaigns, reasons for pauses') },
      }),
      async (c) => c.json(await findDeskOptions(db), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/desk/shift',
        tags: ['desk'],
        summary: 'Log on, or come back to the shift that is open',
        middleware: allowed(),
        request: { body: jsonBody(logOnSchema) },
        responses: desk('On shift'),
      }),
      async (c) => {
        const { userId, name } = sessionOf(c);
        const { takeOver, ...wanted } = c.req.valid('json');
        const browser = (c.req.header('user-agent') ?? '').slice(0, MAX_PLACE);
        const result = await logOn(db, {
          ...wanted,
          ...(takeOver !== undefined && { takeOver }),
          userId,
          by: name,
          now: clock.now(),
          place: `${browser} (${clientAddress(c, deps.isTrustedProxy)})`,
        });
        if (result.state === 'desk-elsewhere')
          throw new ApiProblem('desk-elsewhere', { place: result.place });
        if (result.state === 'no-such-campaign') throw agentRefused(result.state, 'campaigns');
        return c.json(await deps.desks.read(sessionOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/desk/shift',
        tags: ['desk'],
        summary: 'Log off; during a call it becomes what comes after it',
        middleware: allowed(),
        responses: desk('Logged off, or going to be'),
      }),
      async (c) => {
        const { userId, name } = sessionOf(c);
        await logOff(db, { userId, by: name, now: clock.now() });
        return c.json(await deps.desks.read(sessionOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/desk/state',
        tags: ['desk'],
        summary: 'Available, or a pause with its reason',
        middleware: allowed(),
        request: { body: jsonBody(setStateSchema) },
        responses: desk('In that state'),
      }),
      async (c) => {
        const { userId, name } = sessionOf(c);
        const change = await setState(db, { ...c.req.valid('json'), userId, by: name, now: clock.now() });
        if (change.state === 'refused') throw agentRefused(change.reason);
        return c.json(await deps.desks.read(sessionOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/desk/next-state',
        tags: ['desk'],
        summary: 'Where to go after the call',
        middleware: allowed(),
        request: { body: jsonBody(setNextStateSchema) },
        responses: desk('Chosen'),
      }),
      async (c) => {
        const { userId } = sessionOf(c);
        const change = await setNextState(db, { userId, next: c.req.valid('json').next });
        if (change.state === 'refused') throw agentRefused(change.reason, 'next.reason');
        return c.json(await deps.desks.read(sessionOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/desk/sip',
        tags: ['desk'],
        summary: 'Credentials for the phone of this desk, minutes long',
        middleware: allowed(),
        request: { body: jsonBody(sipRequestSchema) },
        responses: { 200: json(sipAccessSchema, 'Ask again before they end') },
      }),
      async (c) => {
        const access = await makeSipAccess(deps, { session: sessionOf(c), ...c.req.valid('json') });
        if (access === undefined) throw new ApiProblem('desk-elsewhere');
        return c.json(access, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/desk/echo',
        tags: ['desk'],
        summary: 'A test call that sends back what it hears',
        middleware: allowed(),
        responses: { 200: json(echoTestSchema, 'The desk is being called') },
      }),
      async (c) => c.json(await echo.start(sessionOf(c).userId), 200),
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/desk/echo',
        tags: ['desk'],
        summary: 'No more of the test call',
        middleware: allowed(),
        responses: { 204: { description: 'Ended' } },
      }),
      async (c) => {
        await echo.end(sessionOf(c).userId);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/desk/next',
        tags: ['desk'],
        summary: 'The next number that must be called now',
        middleware: allowed(),
        responses: { 200: json(nextNumberSchema, 'With its call, or why there is none') },
      }),
      async (c) => {
        const { userId, name } = sessionOf(c);
        const claim = await claims.next({ userId, by: name, now: clock.now() });
        if (claim.state === 'refused') throw agentRefused(claim.reason);
        if (claim.state === 'claimed') await deps.agentCalls.started(claim.call);
        return c.json({ desk: await deps.desks.readDone(sessionOf(c)), wait: waitOf(claim) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/desk/calls',
        tags: ['desk'],
        summary: 'My last calls',
        middleware: allowed(),
        responses: { 200: json(deskHistorySchema, 'Newest first, at most 50') },
      }),
      async (c) => c.json({ calls: await findAgentCalls(db, sessionOf(c).userId) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/desk/speed-dials',
        tags: ['desk'],
        summary: 'My speed dials',
        middleware: allowed(),
        responses: { 200: json(speedDialsSchema, 'In order') },
      }),
      async (c) => c.json({ speedDials: await findSpeedDials(db, sessionOf(c).userId) }, 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/desk/speed-dials',
        tags: ['desk'],
        summary: 'Replace my speed dials',
        middleware: allowed(),
        request: { body: jsonBody(speedDialsSchema) },
        responses: { 200: json(speedDialsSchema, 'As they are now, numbers in E.164') },
      }),
      async (c) => {
        const { userId } = sessionOf(c);
        const { speedDials } = c.req.valid('json');
        return c.json({ speedDials: await writeSpeedDials(db, { userId, speedDials }) }, 200);
      },
    );
}

function waitOf(claim: AgentClaim): NextNumber['wait'] {
  if (claim.state !== 'wait') return null;
  const { reason, until } = claim.wait;
  return { code: reason, params: {}, until: until.toISOString() };
}
