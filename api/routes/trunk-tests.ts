/**
 * Test calls over a trunk: begin one, follow it, end it.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { objectNameSchema } from '../../contracts/http/common.ts';
import {
  startTrunkTestSchema,
  trunkTestSchema,
  trunkTestsSchema,
  type StartTrunkTest,
  type TrunkTest,
} from '../../contracts/http/trunk-tests.ts';
import { markStarted } from '../../db/open-calls.ts';
import { claimTrunkTest } from '../../db/trunk-test.ts';
import {
  listCallerIds,
  listTrunkTests,
  readTrunkTest,
  type TrunkTestRow,
} from '../../db/trunk-tests-view.ts';
import { can } from '../../domain/permissions.ts';
import { shownPhone } from '../../domain/phone-shown.ts';
import { normalisePhone } from '../../domain/phone.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

export type TrunkTestRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'callWorkflows' | 'edgeControl'>;

/** On one page. */
const SHOWN = 10;
const EDGE_MS = 2_000;

export function trunkTestRoutes(deps: TrunkTestRouteDeps, gates: Gates) {
  const { db } = deps;
  const name = z.object({ name: objectNameSchema });
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/trunks/{name}/tests',
        tags: ['configuration'],
        summary: 'The last test calls over a trunk, newest first',
        middleware: [gates.allow('trunk.edit')],
        request: { params: name },
        responses: { 200: json(trunkTestsSchema, `At most ${SHOWN}`) },
      }),
      async (c) => {
        const trunk = c.req.valid('param').name;
        const [rows, callerIds] = await Promise.all([
          listTrunkTests(db.pool, { trunk, limit: SHOWN }),
          listCallerIds(db.pool, trunk),
        ]);
        return c.json(
          { tests: rows.map((row) => shown(row, sessionOf(c))), callerIds: callerIds.map(shownPhone) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/trunks/{name}/tests',
        tags: ['configuration'],
        summary: 'Call a number over this trunk, play something, hang up',
        middleware: [gates.allow('trunk.edit')],
        request: { params: name, body: jsonBody(startTrunkTestSchema) },
        responses: { 202: json(trunkTestSchema, 'Begun') },
      }),
      async (c) =>
        c.json(await begin(deps, c.req.valid('param').name, c.req.valid('json'), sessionOf(c)), 202),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/trunks/{name}/tests/{id}/end',
        tags: ['configuration'],
        summary: 'Hang up a test call now',
        middleware: [gates.allow('trunk.edit')],
        request: { params: name.extend({ id: z.uuid() }) },
        responses: { 204: { description: 'Its edge was told, or it was over' } },
      }),
      async (c): Promise<Response> => {
        const { id, name: trunk } = c.req.valid('param');
        const test = await readTrunkTest(db.pool, id);
        if (!test || test.trunk !== trunk) throw new ApiProblem('not-found');
        if (test.endedAt === null && test.controlUrl !== null) {
          const told = await deps.edgeControl.command(
            test.controlUrl,
            { callId: id, command: { type: 'hang-up' } },
            EDGE_MS,
          );
          if (!told) throw new ApiProblem('unavailable', { part: 'edge' }, { 'retry-after': '1' });
        }
        return c.body(null, 204);
      },
    );
}

async function begin(
  { db, clock, logger, callWorkflows }: TrunkTestRouteDeps,
  trunk: string,
  typed: StartTrunkTest,
  session: SessionUser,
): Promise<TrunkTest> {
  const claim = await claimTrunkTest(db, {
    trunk,
    e164: numberOf('number', typed.number),
    callerId: numberOf('callerId', typed.callerId),
    ...(typed.prompt !== undefined && { prompt: typed.prompt }),
    by: session.name,
    now: clock.now(),
  });
  if (claim.state === 'refused') {
    if (claim.reason === 'no-such-trunk') throw new ApiProblem('not-found');
    throw new ApiProblem('conflict', { reason: claim.reason });
  }
  const { callId, edge } = claim;
  try {
    await callWorkflows.startTrunkTest({ callId, edge, trunk });
    await markStarted(db.pool, { callIds: [callId], now: clock.now() });
  } catch (error) {
    // Perhaps it was started all the same; what was not, the sweep ends within a minute as not placed.
    logger.warn({ err: error, callId }, 'test call was not started');
    throw new ApiProblem('unavailable', { part: 'temporal' }, { 'retry-after': '5' });
  }
  const row = await readTrunkTest(db.pool, callId);
  if (!row) throw new ApiProblem('internal');
  return shown(row, session);
}

function numberOf(path: 'number' | 'callerId', typed: string): string {
  const result = normalisePhone(typed);
  if (result.ok) return result.e164;
  throw new ApiProblem('invalid-request', { issues: [{ path, message: result.problem }] });
}

function shown(row: TrunkTestRow, session: SessionUser): TrunkTest {
  return {
    id: row.id,
    number: can(session, 'number.read') ? shownPhone(row.number) : null,
    callerId: shownPhone(row.callerId),
    prompt: row.prompt,
    at: row.requestedAt.toISOString(),
    by: row.requestedBy,
    stage: row.stage,
    stageAt: row.stageAt?.toISOString() ?? null,
    ringingAt: row.ringingAt?.toISOString() ?? null,
    answeredAt: row.answeredAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    result: row.result,
    reason: row.reason,
    sipStatus: row.sipStatus,
    talkMs: row.talkMs,
    heardMs: row.heardMs,
    promptMs: row.promptMs,
    timeline: row.timeline ?? [],
  };
}
