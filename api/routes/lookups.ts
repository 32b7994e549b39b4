/**
 * Statuses and configuration, read-only.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { configListSchema } from '../../contracts/http/config.ts';
import { statusListSchema } from '../../contracts/http/statuses.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';
import { listConfig } from '../queries/config.ts';
import { listStatuses } from '../queries/statuses.ts';

export function lookupRoutes(deps: Pick<ApiDeps, 'db'>, gates: Gates) {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/statuses',
        tags: ['configuration'],
        summary: 'The lookup table of outcomes',
        middleware: [gates.allow('status.list')],
        responses: { 200: json(statusListSchema, 'In the order of their columns') },
      }),
      async (c) => c.json({ statuses: await listStatuses(deps.db) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/config',
        tags: ['configuration'],
        summary: 'What is configured, without secrets',
        middleware: [gates.allow('config.read')],
        responses: { 200: json(configListSchema, 'By kind and name') },
      }),
      async (c) => c.json({ objects: await listConfig(deps.db) }, 200),
    );
}
