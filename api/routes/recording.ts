/**
 * The recording of a call: to listen to (with Range), as a file to take along, and its outline for the player. Each listening
 * and each download is a line of the journal.
 * @module
 */
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { recordingPeaksSchema } from '../../contracts/http/recordings.ts';
import { writeAudit } from '../../db/audit.ts';
import { findRecording } from '../../db/recording-facts.ts';
import { can, type Action } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { serveSound } from '../http/serve-sound.ts';
import { sessionOf } from '../http/session-of.ts';
import { createListenings } from '../recordings/listenings.ts';
import { outlineOfFile } from '../recordings/outline-file.ts';
import { createOutlines } from '../recordings/outlines.ts';
import { isOwn } from './calls-view.ts';
import { formOf } from './recording-view.ts';

type RecordingRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'recordingsDir'>;

const MEDIA_TYPES = { wav: 'audio/wav', opus: 'audio/ogg' } as const;
const SOUND = {
  'audio/wav': { schema: z.string() },
  'audio/ogg': { schema: z.string() },
} as const;
const params = z.object({ id: z.uuid() });

export function recordingRoutes(deps: RecordingRouteDeps, gates: Gates) {
  const heard = createListenings(deps);
  const outlines = createOutlines(outlineOfFile);
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/calls/{id}/recording',
        tags: ['recordings'],
        summary:
          'Listen: A-law WAV, or Ogg Opus once archived; left the customer, right the prompt or agent; with Range',
        middleware: [gates.allowOwn('recording.play')],
        request: { params },
        responses: {
          200: { description: 'The whole file', content: SOUND },
          206: { description: 'The range asked for', content: SOUND },
          304: { description: 'The browser has it' },
        },
      }),
      async (c): Promise<Response> => {
        const { id } = c.req.valid('param');
        const file = await findFile(deps, id, { session: sessionOf(c), action: 'recording.play' });
        await heard({ actor: sessionOf(c).name, callId: id });
        return serveSound(c, file);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/calls/{id}/recording/download',
        tags: ['recordings'],
        summary: 'The file to take along, always whole',
        middleware: [gates.allowOwn('recording.download')],
        request: { params },
        responses: { 200: { description: 'The file', content: SOUND } },
      }),
      async (c): Promise<Response> => {
        const { id } = c.req.valid('param');
        const session = sessionOf(c);
        const file = await findFile(deps, id, { session, action: 'recording.download' });
        if (c.req.method !== 'HEAD') {
          await writeAudit(deps.db.pool, {
            actor: session.name,
            action: 'recording.download',
            objectKind: 'call',
            objectId: id,
            after: { form: file.form, sha256: file.sha256 },
            at: deps.clock.now(),
          });
        }
        return serveSound(c, { ...file, take: true });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/calls/{id}/recording/peaks',
        tags: ['recordings'],
        summary: 'Peaks of both sides for the picture, and the silences that a player may skip; no listening',
        middleware: [gates.allowOwn('recording.play')],
        request: { params },
        responses: { 200: json(recordingPeaksSchema, 'The outline, or that it is being reckoned') },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const file = await findFile(deps, id, { session: sessionOf(c), action: 'recording.play' });
        const found = await outlines.find(file).catch((error: unknown) => {
          deps.logger.error({ callId: id, err: error }, 'recording cannot be drawn');
          throw new ApiProblem('recording-lost', { reason: 'file-unreadable' });
        });
        if (found === 'busy') throw new ApiProblem('unavailable', { part: 'api' });
        if (found === 'working') return c.json({ state: 'working' as const }, 200);
        const silences = found.silences.map(([from, to]): [number, number] => [from, to]);
        return c.json({ state: 'ready' as const, ...found, silences }, 200);
      },
    );
}

/** @throws ApiProblem 404 when there is nothing (yet), 410 when it is deleted or lost, or its file is gone */
async function findFile(
  deps: RecordingRouteDeps,
  callId: string,
  { session, action }: { session: SessionUser; action: Action },
) {
  const row = await findRecording(deps.db.pool, callId);
  if (row === undefined || !can(session, action, isOwn(row, session))) throw new ApiProblem('not-found');
  if (row.recording_state === 'lost' || row.recording_state === 'deleted') {
    throw new ApiProblem(`recording-${row.recording_state}`, { reason: row.recording_reason ?? 'unknown' });
  }
  if (row.recording_state !== 'ready' || row.recording_path === null) throw new ApiProblem('not-found');
  try {
    const root = await realpath(deps.recordingsDir);
    // Symbolic links are followed before the comparison: what a row says must not lead out of the folder.
    const path = await realpath(join(root, row.recording_path));
    const found = await stat(path);
    if (path.startsWith(root + sep) && found.isFile() && found.size > 0) {
      const form = formOf(row.recording_path);
      return {
        path,
        bytes: found.size,
        etag: `"${row.recording_sha256 ?? callId}"`,
        sha256: row.recording_sha256,
        durationMs: row.recording_ms ?? 0,
        form,
        type: MEDIA_TYPES[form],
        name: callId + extname(row.recording_path),
      };
    }
    deps.logger.error({ callId }, 'recording is not a file below the recordings folder');
  } catch (error) {
    deps.logger.error({ callId, err: error }, 'recording cannot be read');
  }
  throw new ApiProblem('recording-lost', { reason: 'file-missing' });
}
