/**
 * Raport zilnic.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { dailyReportQuerySchema, dailyReportSchema } from '../../contracts/http/reports.ts';
import { readDay } from '../../db/report-sums.ts';
import { buildSlotTable } from '../../domain/report-slots.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { findCampaign } from '../queries/campaigns.ts';
import { listStatuses } from '../queries/statuses.ts';

export function reportRoutes(deps: Pick<ApiDeps, 'db' | 'clock' | 'siteZone'>, gates: Gates) {
  return createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/reports/daily',
      tags: ['reports'],
      summary: 'Raport zilnic: hour slots × status',
      middleware: [gates.allow('report.read')],
      request: { query: dailyReportQuerySchema },
      responses: { 200: json(dailyReportSchema, '13 slots, a row for the rest, totals that agree') },
    }),
    async (c) => {
      const { date, kind, campaign, list } = c.req.valid('query');
      const found = campaign === undefined ? undefined : await findCampaign(deps.db, campaign);
      if (found === null) throw new ApiProblem('not-found');
      const zone = found?.calendar?.zone ?? deps.siteZone;
      const cells = await readDay(deps.db.pool, { date, zone, kind, campaignId: found?.id, listId: list });
      // After the sums: a status that appeared in between is among the columns.
      const statuses = await listStatuses(deps.db);
      const table = buildSlotTable(
        cells,
        statuses.map((status) => status.code),
      );
      return c.json(
        {
          date,
          zone,
          generatedAt: deps.clock.now().toISOString(),
          filters: { kind: kind ?? null, campaign: campaign ?? null, list: list ?? null },
          statuses: statuses.map((s) => ({ ...s, used: (table.totals.counts[s.code] ?? 0) > 0 })),
          ...table,
        },
        200,
      );
    },
  );
}
