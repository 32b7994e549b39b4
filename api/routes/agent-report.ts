/**
 * Agenți.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  agentNamesSchema,
  agentReportQuerySchema,
  agentReportSchema,
  type AgentReport,
  type AgentReportQuery,
} from '../../contracts/http/agent-report.ts';
import { EXPORT_FORMATS, exportFields } from '../../contracts/http/reports.ts';
import { listAgents } from '../../db/agent-report.ts';
import type { Gates } from '../auth/gate.ts';
import { agentFile } from '../exports/agent-file.ts';
import { sendFile } from '../exports/sheets.ts';
import { createRouter, json } from '../http/openapi.ts';
import { agentReport } from '../queries/agent-report.ts';
import { reportNames } from '../queries/report-names.ts';
import type { ReportDeps } from '../queries/reports.ts';

export function agentReportRoutes(deps: ReportDeps, gates: Gates) {
  const router = createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/agents',
        tags: ['reports'],
        summary: 'Agents by name, for filters',
        middleware: [gates.allow('agent.read')],
        responses: { 200: json(agentNamesSchema, 'Everybody who has ever been on shift') },
      }),
      async (c) => c.json({ agents: await listAgents(deps.db.pool) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/agents',
        tags: ['reports'],
        summary: 'Agenți: agent × status with times, by day, week, month, year',
        middleware: [gates.allow('agent.read')],
        request: { query: agentReportQuerySchema },
        responses: { 200: json(agentReportSchema, 'A row for each agent or bucket, totals that agree') },
      }),
      async (c) => c.json(await named(deps, c.req.valid('query')), 200),
    );
  for (const format of EXPORT_FORMATS) {
    router.openapi(
      createRoute({
        method: 'get',
        path: `/api/reports/agents.${format}`,
        tags: ['reports'],
        summary: `Agenți, as ${format}`,
        middleware: [gates.allow('agent.read')],
        request: { query: agentReportQuerySchema.extend(exportFields) },
        responses: { 200: json(z.string(), 'The rows of the page') },
      }),
      async (c) => {
        const { lang, ...query } = c.req.valid('query');
        return sendFile(c, format, agentFile(await named(deps, query), lang)) as never;
      },
    );
  }
  return router;
}

async function named(deps: ReportDeps, query: AgentReportQuery): Promise<AgentReport> {
  const report = await agentReport(deps, query);
  return { ...report, names: await reportNames(deps.db, report.filters) };
}
