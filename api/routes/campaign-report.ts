/**
 * Campanie.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  campaignReportQuerySchema,
  campaignReportSchema,
  type CampaignReportQuery,
  type CampaignReportView,
} from '../../contracts/http/campaign-report.ts';
import { EXPORT_FORMATS, exportFields } from '../../contracts/http/reports.ts';
import { readCampaignReport, type CampaignReport } from '../../db/campaign-report.ts';
import { can } from '../../domain/permissions.ts';
import { isFreeText } from '../../domain/script.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import { campaignFile } from '../exports/campaign-file.ts';
import { sendFile } from '../exports/sheets.ts';
import { createRouter, json } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { checkRange } from '../queries/agent-report.ts';
import { findCampaign } from '../queries/campaigns.ts';
import { reportNames } from '../queries/report-names.ts';
import type { ReportDeps } from '../queries/reports.ts';

export function campaignReportRoutes(deps: ReportDeps, gates: Gates) {
  const router = createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/reports/campaign',
      tags: ['reports'],
      summary: 'Campanie: contacts, lists, attempts, answers, failures, waits',
      middleware: [gates.allow('report.read')],
      request: { query: campaignReportQuerySchema },
      responses: { 200: json(campaignReportSchema, 'A part is null when it took too long') },
    }),
    async (c) => c.json(await campaignReport(deps, c.req.valid('query'), sessionOf(c)), 200),
  );
  for (const format of EXPORT_FORMATS) {
    router.openapi(
      createRoute({
        method: 'get',
        path: `/api/reports/campaign.${format}`,
        tags: ['reports'],
        summary: `Campanie, as ${format}`,
        middleware: [gates.allow('report.read')],
        request: { query: campaignReportQuerySchema.extend(exportFields) },
        responses: { 200: json(z.string(), 'A sheet for each part') },
      }),
      async (c) => {
        const { lang, ...query } = c.req.valid('query');
        const report = await campaignReport(deps, query, sessionOf(c));
        return sendFile(c, format, campaignFile(report, lang)) as never;
      },
    );
  }
  return router;
}

async function campaignReport(
  deps: ReportDeps,
  { campaign, list, from, to }: CampaignReportQuery,
  session: SessionUser,
): Promise<CampaignReportView> {
  checkRange(from, to);
  const found = await findCampaign(deps.db, campaign);
  if (found === null) throw new ApiProblem('not-found');
  const zone = found.calendar?.zone ?? deps.siteZone;
  const now = deps.clock.now();
  const report = await readCampaignReport(deps.db, {
    campaignId: found.id,
    listId: list,
    zone,
    from,
    to,
    now,
  });
  return {
    campaign: { name: found.name, label: found.body.label },
    list: list ?? null,
    from,
    to,
    zone,
    generatedAt: now.toISOString(),
    names: await reportNames(deps.db, { campaign, list }),
    contacts: report.contacts,
    lists: report.lists,
    listTotals: report.listTotals,
    attempts: report.attempts,
    answers: report.answers && toAnswers(report.answers, can(session, 'name.read')),
    failures: report.failures,
    waits:
      report.waits?.map(({ nextDueAt, ...wait }) => ({
        ...wait,
        nextDueAt: nextDueAt?.toISOString() ?? null,
      })) ?? null,
  };
}

/** In the order of the script; fields that it has no more come last. Free text may name people. */
function toAnswers(
  { script, counts }: NonNullable<CampaignReport['answers']>,
  named: boolean,
): CampaignReportView['answers'] {
  const fields = script?.pages.flatMap((page) => page.fields) ?? [];
  const names = [...new Set([...fields.map(({ name }) => name), ...counts.map(({ field }) => field)])];
  return names.flatMap((name) => {
    const field = fields.find((one) => one.name === name);
    if (!named && isFreeText(script, name)) return [];
    const values = counts
      .filter((count) => count.field === name)
      .map(({ value, calls }) => {
        const labels = field?.options?.find((option) => option.value === value)?.labels ?? null;
        return { value, labels, calls };
      });
    if (values.length === 0) return [];
    return [{ field: name, labels: field?.labels ?? null, type: field?.type ?? null, values }];
  });
}
