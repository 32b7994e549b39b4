/**
 * The wall: what it shows now, and its thresholds.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import {
  setThresholdsSchema,
  wallQuerySchema,
  wallSnapshotSchema,
  wallThresholdsSchema,
} from '../../contracts/http/wall.ts';
import { WALL_THRESHOLDS } from '../../contracts/model/thresholds.ts';
import { applyConfig } from '../../db/config.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { redactWall, totalsOf, wallViewOf } from '../live/wall-delta.ts';
import type { WallReader } from '../live/wall-sections.ts';

export interface WallRouteDeps extends Pick<ApiDeps, 'db' | 'clock'> {
  wall: WallReader;
}

export function wallRoutes(deps: WallRouteDeps, gates: Gates) {
  const { db, clock, wall } = deps;
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/wall',
        tags: ['wall'],
        summary: 'Everybody on shift, calls in progress, today, health',
        middleware: [gates.wall()],
        request: { query: wallQuerySchema },
        responses: {
          200: json(wallSnapshotSchema, 'As it is now; the socket /api/wall/live keeps it fresh'),
        },
      }),
      async (c) => {
        const [agents, sections] = await Promise.all([wall.agents(), wall.sections()]);
        const view = wallViewOf(sessionOf(c), c.req.valid('query').screen === '1');
        const at = clock.now().toISOString();
        const whole = { ...sections, totals: totalsOf(agents), agents, at };
        const message = redactWall(view, { type: 'snapshot', snapshot: whole });
        if (message.type !== 'snapshot') throw new ApiProblem('internal');
        return c.json(message.snapshot, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/wall/thresholds',
        tags: ['wall'],
        summary: 'When a figure of the wall turns amber or red',
        middleware: [gates.allow('threshold.edit')],
        request: { body: jsonBody(setThresholdsSchema) },
        responses: { 200: json(wallThresholdsSchema, 'As they are now') },
      }),
      async (c) => {
        const { version, metrics } = c.req.valid('json');
        const body = { name: WALL_THRESHOLDS, metrics };
        const current = await wall.thresholds();
        // Without a first version there is none to expect.
        if (version !== current.version) throw new ApiProblem('conflict');
        const applied = await applyConfig(db, {
          objects: [{ kind: 'thresholds', body }],
          origin: 'page',
          actor: sessionOf(c).name,
          now: clock.now(),
          expectedVersions: { [`thresholds/${WALL_THRESHOLDS}`]: version },
        });
        if (applied.state === 'refused') throw new ApiProblem('conflict');
        return c.json(await wall.thresholds(), 200);
      },
    );
}
