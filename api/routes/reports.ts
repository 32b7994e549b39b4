/**
 * Reports of calls by period: as JSON for the page, as a file for spreadsheets.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  callsReportSchema,
  EXPORT_FORMATS,
  exportFields,
  intervalReportQuerySchema,
  periodReportQuerySchema,
  periodReportSchema,
  type ReportNames,
} from '../../contracts/http/reports.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { callsFile, periodFile } from '../exports/report-file.ts';
import { sendFile } from '../exports/sheets.ts';
import { createRouter, json } from '../http/openapi.ts';
import { reportNames, type Chosen } from '../queries/report-names.ts';
import { callsReport, intervalReport, periodReport } from '../queries/reports.ts';

const CALENDAR = [
  ['daily', 'Raport zilnic: hour slots × status'],
  ['weekly', 'Raport săptămânal: Monday to Sunday × status'],
  ['monthly', 'Raport lunar: weeks × status'],
  ['yearly', 'Raport anual: months × status'],
] as const;
const INTERVAL = 'Raport generic: any days, by day and by hour × status';
const CALLS = 'Raport de apeluri: kinds × status, answer rate, waiting';

export function reportRoutes(deps: Pick<ApiDeps, 'db' | 'clock' | 'siteZone'>, gates: Gates) {
  const router = createRouter();
  const described = <Query extends z.ZodObject, Answer extends z.ZodType>(
    name: string,
    summary: string,
    query: Query,
    answer: Answer,
  ) =>
    createRoute({
      method: 'get',
      path: `/api/reports/${name}`,
      tags: ['reports'],
      summary,
      middleware: [gates.allow('report.read')],
      request: { query },
      responses: { 200: json(answer, 'Every row, totals that agree') },
    });
  for (const [name, summary] of CALENDAR) {
    router.openapi(described(name, summary, periodReportQuerySchema, periodReportSchema), async (c) =>
      c.json(await named(deps, periodReport(deps, name, c.req.valid('query'))), 200),
    );
  }
  router.openapi(described('interval', INTERVAL, intervalReportQuerySchema, periodReportSchema), async (c) =>
    c.json(await named(deps, intervalReport(deps, c.req.valid('query'))), 200),
  );
  router.openapi(described('calls', CALLS, intervalReportQuerySchema, callsReportSchema), async (c) =>
    c.json(await named(deps, callsReport(deps, c.req.valid('query'))), 200),
  );

  const periodQuery = periodReportQuerySchema.extend(exportFields);
  const intervalQuery = intervalReportQuerySchema.extend(exportFields);
  for (const format of EXPORT_FORMATS) {
    const file = <Query extends z.ZodObject>(name: string, summary: string, query: Query) =>
      described(`${name}.${format}`, `${summary}, as ${format}`, query, z.string());
    for (const [name, summary] of CALENDAR) {
      router.openapi(file(name, summary, periodQuery), async (c) => {
        const { lang, ...query } = c.req.valid('query');
        return sendFile(
          c,
          format,
          periodFile(await named(deps, periodReport(deps, name, query)), lang),
        ) as never;
      });
    }
    router.openapi(file('interval', INTERVAL, intervalQuery), async (c) => {
      const { lang, ...query } = c.req.valid('query');
      return sendFile(c, format, periodFile(await named(deps, intervalReport(deps, query)), lang)) as never;
    });
    router.openapi(file('calls', CALLS, intervalQuery), async (c) => {
      const { lang, ...query } = c.req.valid('query');
      return sendFile(c, format, callsFile(await named(deps, callsReport(deps, query)), lang)) as never;
    });
  }
  return router;
}

async function named<Report extends { filters: Chosen }>(
  { db }: Pick<ApiDeps, 'db'>,
  read: Promise<Report>,
): Promise<Report & { names: ReportNames }> {
  const report = await read;
  return { ...report, names: await reportNames(db, report.filters) };
}
