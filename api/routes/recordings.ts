/**
 * The search over all recordings.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  recordingPageSchema,
  recordingSearchSchema,
  type RecordingRow,
} from '../../contracts/http/recordings.ts';
import { dayBounds } from '../../db/report-bounds.ts';
import { searchRecordings, type FoundRecording, type RecordingFilter } from '../../db/recording-search.ts';
import { can } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { decodeCursor, encodeCursor } from '../queries/calls-cursor.ts';
import { findCampaign } from '../queries/campaigns.ts';
import { toE164 } from '../queries/number-filter.ts';
import { isOwn } from './calls-view.ts';
import { toRecordingInfo } from './recording-view.ts';

type SearchDeps = Pick<ApiDeps, 'db' | 'siteZone'>;

export function recordingSearchRoutes(deps: SearchDeps, gates: Gates) {
  return createRouter().openapi(
    createRoute({
      method: 'post',
      path: '/api/recordings/search',
      tags: ['recordings'],
      summary: 'Recordings, newest first; a POST, so that no number stands in an address or a log',
      middleware: [gates.allowOwn('recording.play')],
      request: { body: jsonBody(recordingSearchSchema) },
      responses: { 200: json(recordingPageSchema, 'One page') },
    }),
    async (c) => {
      const session = sessionOf(c);
      const filter = await toFilter(deps, c.req.valid('json'), session);
      const rows = filter === null ? [] : await searchRecordings(deps.db.pool, filter);
      const page = rows.slice(0, filter?.limit);
      const last = rows.length > page.length ? page.at(-1) : undefined;
      return c.json(
        {
          recordings: page.map((row) => toRow(row, session)),
          nextCursor: last ? encodeCursor({ claimedAt: last.at_text, id: last.id }) : null,
          zone: deps.siteZone,
        },
        200,
      );
    },
  );
}

/** Null when nothing can match: a campaign that does not exist. */
async function toFilter(
  deps: SearchDeps,
  query: z.output<typeof recordingSearchSchema>,
  session: SessionUser,
): Promise<RecordingFilter | null> {
  const { campaign, number, cursor, agent, from, to, minSeconds, maxSeconds, status, state, limit } = query;
  const ownOnly = !can(session, 'recording.play');
  if (agent !== undefined && !can(session, 'agent.read', { own: agent === session.userId })) {
    throw new ApiProblem('forbidden');
  }
  if (number !== undefined && !can(session, 'number.read', { own: ownOnly })) {
    throw new ApiProblem('forbidden');
  }
  const e164 = number === undefined ? undefined : toE164(number);
  if (e164 === null) throw invalid('number', 'is not a telephone number');
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  if (after === null) throw invalid('cursor', 'was not made by this server');
  const found = campaign === undefined ? undefined : await findCampaign(deps.db, campaign);
  if (found === null) return null;
  return {
    from: from && dayBounds(deps.siteZone, from).from,
    to: to && dayBounds(deps.siteZone, to).to,
    campaignId: found?.id,
    agentId: ownOnly ? session.userId : agent,
    status,
    state,
    number: e164,
    minMs: minSeconds === undefined ? undefined : minSeconds * 1_000,
    // A length of 1:30 is told so up to the next second.
    maxMs: maxSeconds === undefined ? undefined : maxSeconds * 1_000 + 999,
    after: after && { at: after.claimedAt, callId: after.id },
    limit,
  };
}

function toRow(row: FoundRecording, viewer: SessionUser): RecordingRow {
  const call = isOwn(row, viewer);
  const name = [row.last_name, row.first_name].filter(Boolean).join(' ');
  return {
    callId: row.id,
    kind: row.kind,
    campaign: row.campaign,
    list: row.list,
    agent: can(viewer, 'agent.read', call) || call.own ? row.agent : null,
    number: can(viewer, 'number.read', call) ? row.number : null,
    contactName: can(viewer, 'name.read', call) && name !== '' ? name : null,
    at: row.at.toISOString(),
    status: row.status,
    recording: toRecordingInfo(row, row, viewer),
  };
}

function invalid(path: string, message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path, message }] });
}
