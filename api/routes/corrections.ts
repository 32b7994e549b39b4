/**
 * Another outcome or other answers for a committed call, with their trail.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  answersRequestSchema,
  correctionRequestSchema,
  correctionsSchema,
  type Corrections,
} from '../../contracts/http/corrections.ts';
import type { Answers } from '../../contracts/model/script.ts';
import { correctCall, readCorrections, type Corrections as Read } from '../../db/corrections.ts';
import { correctAnswers } from '../../db/correct-answers.ts';
import { can } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

const params = z.object({ id: z.uuid() });

export function correctionRoutes(deps: Pick<ApiDeps, 'db' | 'clock'>, gates: Gates) {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/calls/{id}/corrections',
        tags: ['calls'],
        summary: 'What the outcome was before, and what it may become',
        middleware: [gates.allowOwn('call.read')],
        request: { params },
        responses: { 200: json(correctionsSchema, 'Oldest first') },
      }),
      async (c) => {
        const session = sessionOf(c);
        const found = await readCorrections(deps.db.pool, c.req.valid('param').id);
        const own = found?.agentId === session.userId;
        if (!found || !can(session, 'call.read', { own })) throw new ApiProblem('not-found');
        return c.json(toCorrections(found, session), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/calls/{id}/corrections',
        tags: ['calls'],
        summary: 'Correct the outcome, with a reason',
        middleware: [gates.allow('call.correct')],
        request: { params, body: jsonBody(correctionRequestSchema) },
        responses: { 200: json(correctionsSchema, 'As it is now') },
      }),
      async (c) => {
        const session = sessionOf(c);
        const { id } = c.req.valid('param');
        const { expected, status, reason } = c.req.valid('json');
        const result = await correctCall(deps.db, {
          callId: id,
          expected,
          status,
          reason: reason.trim(),
          by: session.name,
          now: deps.clock.now(),
        });
        if (result.state === 'unknown') throw new ApiProblem('not-found');
        if (result.state === 'changed') throw new ApiProblem('conflict', { status: result.status });
        if (result.state === 'not-allowed') {
          const issue = { path: 'status', message: 'cannot be chosen for this call' };
          throw new ApiProblem('invalid-request', { issues: [issue] });
        }
        return c.json(await read(id, session), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/calls/{id}/answers',
        tags: ['calls'],
        summary: 'Correct the answers, with a reason',
        middleware: [gates.allow('call.correct')],
        request: { params, body: jsonBody(answersRequestSchema) },
        responses: {
          200: json(correctionsSchema, 'As it is now; nothing is written when they are the same'),
        },
      }),
      async (c) => {
        const session = sessionOf(c);
        const { id } = c.req.valid('param');
        const { expected, answers, reason } = c.req.valid('json');
        const by = { reason: reason.trim(), by: session.name, now: deps.clock.now() };
        const result = await correctAnswers(deps.db, { callId: id, expected, answers, ...by });
        if (result.state === 'unknown') throw new ApiProblem('not-found');
        if (result.state === 'changed') throw new ApiProblem('conflict');
        if (result.state === 'wrong') {
          const issues = result.problems.map(({ field, code }) => ({
            path: `answers.${field}`,
            message: code,
          }));
          throw new ApiProblem('invalid-request', { issues });
        }
        return c.json(await read(id, session), 200);
      },
    );

  async function read(id: string, session: SessionUser): Promise<Corrections> {
    const found = await readCorrections(deps.db.pool, id);
    if (!found) throw new ApiProblem('not-found');
    return toCorrections(found, session);
  }
}

function toCorrections(found: Read, session: SessionUser): Corrections {
  const own = { own: found.agentId === session.userId };
  return {
    status: found.status,
    trail: found.trail.map(({ reason, by, at, before, after, source, answersBefore, answersAfter }) => ({
      before,
      after,
      source,
      reason: can(session, 'name.read', own) ? reason : null,
      by: can(session, 'agent.read', own) ? by : null,
      at: at.toISOString(),
      // People tell names and numbers, and agents type them.
      answers:
        answersBefore && answersAfter && seesAnswers(session, own)
          ? { before: toAnswers(answersBefore), after: toAnswers(answersAfter) }
          : null,
    })),
    allowed: can(session, 'call.correct') ? found.allowed : [],
    form:
      found.script && seesAnswers(session, own)
        ? { script: found.script, answers: toAnswers(found.answers) }
        : null,
  };
}

function seesAnswers(session: SessionUser, own: { own: boolean }): boolean {
  return can(session, 'name.read', own) && can(session, 'number.read', own);
}

function toAnswers(answers: Answers): NonNullable<Corrections['form']>['answers'] {
  return Object.fromEntries(
    Object.entries(answers).map(([field, value]) => [field, typeof value === 'object' ? [...value] : value]),
  );
}
