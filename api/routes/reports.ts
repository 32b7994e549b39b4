/**
 * Reports of calls by period: as JSON for the page, as a file for spreadsheets.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import {
  callsReportSchema,
  intervalReportQuerySchema,
  periodReportQuerySchema,
  periodReportSchema,
} from '../../contracts/http/reports.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';
import { callsReport, intervalReport, periodReport } from '../queries/reports.ts';

const CALENDAR = [
  ['daily', 'Raport zilnic: hour slots × status'],
  ['weekly', 'Raport săptămânal: Monday to Sunday × status'],
  ['monthly', 'Raport lunar: weeks × status'],
  ['yearly', 'Raport anual: months × status'],
] as const;

export function reportRoutes(deps: Pick<ApiDeps, 'db' | 'clock' | 'siteZone'>, gates: Gates) {
  const middleware = [gates.allow('report.read')];
  const tags = ['reports'];
  const router = createRouter();
  for (const [report, summary] of CALENDAR) {
    router.openapi(
      createRoute({
        method: 'get',
        path: `/api/reports/${report}`,
        tags,
        summary,
        middleware,
        request: { query: periodReportQuerySchema },
        responses: { 200: json(periodReportSchema, 'Every row, totals that agree') },
      }),
      async (c) => c.json(await periodReport(deps, report, c.req.valid('query')), 200),
    );
  }
  router.openapi(
    createRoute({
      method: 'get',
      path: '/api/reports/interval',
      tags,
      summary: 'Raport generic: any days, by day and by hour × status',
      middleware,
      request: { query: intervalReportQuerySchema },
      responses: { 200: json(periodReportSchema, 'Tables by day and by hour, totals that agree') },
    }),
    async (c) => c.json(await intervalReport(deps, c.req.valid('query')), 200),
  );
  router.openapi(
    createRoute({
      method: 'get',
      path: '/api/reports/calls',
      tags,
      summary: 'Raport de apeluri: kinds × status, answer rate, waiting',
      middleware,
      request: { query: intervalReportQuerySchema },
      responses: { 200: json(callsReportSchema, 'Kinds × statuses, totals that agree') },
    }),
    async (c) => c.json(await callsReport(deps, c.req.valid('query')), 200),
  );
  return router;
}
