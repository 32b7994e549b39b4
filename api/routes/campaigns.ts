/**
 * Campaigns: list, live snapshot, pause and resume.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  campaignListSchema,
  listListSchema,
  pauseReasonSchema,
  pauseResultSchema,
} from '../../contracts/http/campaigns.ts';
import { objectNameSchema } from '../../contracts/http/common.ts';
import { liveSnapshotSchema } from '../../contracts/http/live.ts';
import { pauseCampaign, resumeCampaign } from '../../db/campaigns.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { redactFor } from '../live/redact.ts';
import type { ReadSnapshot } from '../live/snapshot.ts';
import { summarizeCampaigns } from '../queries/campaign-summaries.ts';
import { findCampaign, findLists, pauseOf } from '../queries/campaigns.ts';

export interface CampaignRouteDeps extends Pick<ApiDeps, 'db' | 'clock' | 'siteZone'> {
  readSnapshot: ReadSnapshot;
}

const params = z.object({ name: objectNameSchema });

export function campaignRoutes(deps: CampaignRouteDeps, gates: Gates) {
  const change = async (input: { name: string; paused: boolean; reason: string; by: SessionUser }) => {
    const changePause = input.paused ? pauseCampaign : resumeCampaign;
    const result = await changePause(deps.db, {
      campaign: input.name,
      by: input.by.name,
      reason: input.reason,
      now: deps.clock.now(),
    });
    if (result === 'retired') throw new ApiProblem('conflict', { reason: 'retired' });
    const row = result === 'no-such-campaign' ? null : await findCampaign(deps.db, input.name);
    if (row === null) throw new ApiProblem('not-found');
    return { name: input.name, paused: pauseOf(row), changed: result === 'changed' };
  };
  const changeRoute = <P extends string>(path: P, summary: string) =>
    createRoute({
      method: 'post',
      path,
      tags: ['campaigns'],
      summary,
      middleware: [gates.allow('campaign.pause')],
      request: { params, body: jsonBody(pauseReasonSchema) },
      responses: { 200: json(pauseResultSchema, 'The state now') },
    });

  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/campaigns',
        tags: ['campaigns'],
        summary: 'All campaigns',
        middleware: [gates.allow('campaign.list')],
        responses: { 200: json(campaignListSchema, 'By name') },
      }),
      async (c) => {
        return c.json({ campaigns: await summarizeCampaigns(deps) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/lists',
        tags: ['campaigns'],
        summary: 'Lists, for filters',
        middleware: [gates.allow('campaign.list')],
        request: { query: z.strictObject({ campaign: objectNameSchema.optional() }) },
        responses: { 200: json(listListSchema, 'Newest first, at most 200') },
      }),
      async (c) => c.json({ lists: await findLists(deps.db, c.req.valid('query').campaign) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/campaigns/{name}/live',
        tags: ['campaigns'],
        summary: 'What happens now',
        middleware: [gates.allow('live.read')],
        request: { params },
        responses: { 200: json(liveSnapshotSchema, 'One snapshot; the socket /api/live keeps it fresh') },
      }),
      async (c) => {
        const snapshot = await deps.readSnapshot(c.req.valid('param').name);
        if (snapshot === null) throw new ApiProblem('not-found');
        return c.json(redactFor(sessionOf(c), snapshot), 200);
      },
    )
    .openapi(
      changeRoute('/api/campaigns/{name}/pause', 'Stop dialing; calls in progress go on'),
      async (c) => {
        const { name } = c.req.valid('param');
        return c.json(await change({ name, paused: true, by: sessionOf(c), ...c.req.valid('json') }), 200);
      },
    )
    .openapi(changeRoute('/api/campaigns/{name}/resume', 'Dial again'), async (c) => {
      const { name } = c.req.valid('param');
      return c.json(await change({ name, paused: false, by: sessionOf(c), ...c.req.valid('json') }), 200);
    });
}
