/**
 * The recording of a call: with a permission, an audit line and Range.
 * @module
 */
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { can } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/sessions.ts';
import { writeAudit } from '../../db/audit.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { serveSound } from '../http/serve-sound.ts';
import { sessionOf } from '../http/session-of.ts';
import { findRecording } from '../queries/call-detail.ts';
import { isOwn } from './calls-view.ts';

type RecordingRouteDeps = Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'recordingsDir'>;

/** A player asks for many ranges of one file: that is heard once. */
const AUDIT_AGAIN_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

export function recordingRoutes(deps: RecordingRouteDeps, gates: Gates) {
  const audit = createListeningAudit(deps);
  return createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/calls/{id}/recording',
      tags: ['calls'],
      summary: 'Listen: A-law WAV, left the customer, right the prompt; supports Range',
      middleware: [gates.allowOwn('recording.play')],
      request: { params: z.object({ id: z.uuid() }) },
      responses: {
        200: { description: 'The whole file', content: { 'audio/wav': { schema: z.string() } } },
        206: { description: 'The range asked for', content: { 'audio/wav': { schema: z.string() } } },
        304: { description: 'The browser has it' },
      },
    }),
    async (c): Promise<Response> => {
      const { id } = c.req.valid('param');
      const file = await findFile(deps, id, sessionOf(c));
      await audit({ actor: sessionOf(c).name, callId: id });
      return serveSound(c, { ...file, name: `${id}.wav` });
    },
  );
}

/** @throws ApiProblem 404 when there is nothing (yet), 410 when it is lost or its file is gone */
async function findFile(
  deps: RecordingRouteDeps,
  callId: string,
  session: SessionUser,
): Promise<{ path: string; bytes: number; etag: string }> {
  const row = await findRecording(deps.db, callId);
  if (row === null || !can(session, 'recording.play', isOwn(row, session))) throw new ApiProblem('not-found');
  if (row.recording_state === 'lost') {
    throw new ApiProblem('recording-lost', { reason: row.recording_reason ?? 'unknown' });
  }
  if (row.recording_state !== 'ready' || row.recording_path === null) throw new ApiProblem('not-found');
  try {
    const root = await realpath(deps.recordingsDir);
    // Symbolic links are followed before the comparison: what a row says must not lead out of the folder.
    const path = await realpath(join(root, row.recording_path));
    const found = await stat(path);
    if (path.startsWith(root + sep) && found.isFile() && found.size > 0) {
      return { path, bytes: found.size, etag: `"${row.recording_sha256 ?? callId}"` };
    }
    deps.logger.error({ callId }, 'recording is not a file below the recordings folder');
  } catch (error) {
    deps.logger.error({ callId, err: error }, 'recording cannot be read');
  }
  throw new ApiProblem('recording-lost', { reason: 'file-missing' });
}

/** Writes who listened to what, before the first byte goes out; again after ten minutes. */
function createListeningAudit(deps: RecordingRouteDeps) {
  const written = new Map<string, number>();
  return async (input: { actor: string; callId: string }): Promise<void> => {
    const key = `${input.actor} ${input.callId}`;
    const now = deps.clock.now();
    if (now.getTime() - (written.get(key) ?? -Infinity) < AUDIT_AGAIN_MS) return;
    await writeAudit(deps.db.pool, {
      actor: input.actor,
      action: 'recording.play',
      objectKind: 'call',
      objectId: input.callId,
      at: now,
    });
    written.delete(key);
    written.set(key, now.getTime());
    const oldest = written.keys().next();
    if (written.size > MAX_REMEMBERED && !oldest.done) written.delete(oldest.value);
  };
}
