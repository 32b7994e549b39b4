/**
 * The end of a campaign. Pause and resume, which also begins a new or a stopped one, are in `campaigns.ts`.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { pauseReasonSchema, pauseResultSchema } from '../../contracts/http/campaigns.ts';
import { objectNameSchema } from '../../contracts/http/common.ts';
import { stopCampaign } from '../../db/campaigns.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { findCampaign, pauseOf } from '../queries/campaigns.ts';

export function campaignAdminRoutes(deps: Pick<ApiDeps, 'db' | 'clock'>, gates: Gates) {
  return createRouter().openapi(
    createRoute({
      method: 'post',
      path: '/api/campaigns/{name}/stop',
      tags: ['campaigns'],
      summary: 'The campaign is over: no dialing, no workday; calls in progress go on',
      middleware: [gates.allow('campaign.pause')],
      request: { params: z.object({ name: objectNameSchema }), body: jsonBody(pauseReasonSchema) },
      responses: { 200: json(pauseResultSchema, 'The state now') },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const result = await stopCampaign(deps.db, {
        campaign: name,
        by: sessionOf(c).name,
        reason: c.req.valid('json').reason,
        now: deps.clock.now(),
      });
      const row = result === 'no-such-campaign' ? null : await findCampaign(deps.db, name);
      if (row === null) throw new ApiProblem('not-found');
      return c.json({ name, paused: pauseOf(row), changed: result === 'changed' }, 200);
    },
  );
}
