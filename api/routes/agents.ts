/**
 * What a supervisor does to an agent at work.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { agentControlledSchema, controlAgentSchema } from '../../contracts/http/wall.ts';
import { idSchema } from '../../contracts/http/common.ts';
import { controlAgent } from '../../db/wall-control.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { agentRefused } from '../desk/refusals.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';

export function agentRoutes({ db, clock }: Pick<ApiDeps, 'db' | 'clock'>, gates: Gates) {
  return createRouter().openapi(
    createRoute({
      method: 'post',
      path: '/api/agents/{id}/state',
      tags: ['wall'],
      summary: 'Change the state of an agent, or end their shift, with a reason',
      middleware: [gates.allow('agent.control')],
      request: { params: z.object({ id: idSchema }), body: jsonBody(controlAgentSchema) },
      responses: { 200: json(agentControlledSchema, 'What came of it; the desk is told') },
    }),
    async (c) => {
      const { reason: why, ...order } = c.req.valid('json');
      const control = await controlAgent(db, {
        userId: c.req.valid('param').id,
        order,
        why,
        by: sessionOf(c).name,
        now: clock.now(),
      });
      if (control.state !== 'refused') return c.json({ state: control.state }, 200);
      if (control.reason === 'no-such-agent') throw new ApiProblem('not-found');
      throw agentRefused(control.reason, 'pause');
    },
  );
}
