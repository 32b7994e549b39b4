/**
 * Sounds of prompts: uploaded, converted, listened to. A sound becomes a prompt's when the prompt is saved.
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { textSchema } from '../../contracts/http/common.ts';
import { promptSoundSchema } from '../../contracts/http/config-admin.ts';
import { writeAudit } from '../../db/audit.ts';
import { convertPrompt, PromptError } from '../../platform/prompt-converter.ts';
import type { Gates } from '../auth/gate.ts';
import { findPromptFile } from '../config/prompt-files.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { serveSound } from '../http/serve-sound.ts';
import { sessionOf } from '../http/session-of.ts';

/** At once: each is a program that decodes what a stranger may have made. */
const MOST_AT_ONCE = 2;
const CONVERT_MS = 60_000;

export function promptRoutes(deps: Pick<ApiDeps, 'db' | 'clock' | 'promptsDir'>, gates: Gates) {
  let converting = 0;
  return createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/prompts/sound',
        tags: ['configuration'],
        summary: 'Upload a sound file in any format; it is converted to what goes over the line',
        middleware: [gates.allow('config.edit')],
        request: {
          query: z.strictObject({ file: textSchema(200).min(1) }),
          body: { content: { 'application/octet-stream': { schema: z.string() } } },
        },
        responses: { 200: json(promptSoundSchema, 'Converted and kept') },
      }),
      async (c) => {
        const { file } = c.req.valid('query');
        if (converting >= MOST_AT_ONCE) throw new ApiProblem('throttled', { retryAfterSeconds: 10 });
        converting += 1;
        try {
          const bytes = Buffer.from(await c.req.arrayBuffer());
          const sound = await convert(bytes, deps.promptsDir);
          await writeAudit(deps.db.pool, {
            actor: sessionOf(c).name,
            action: 'prompt.upload',
            objectKind: 'prompt-sound',
            objectId: sound.sha256,
            after: { file, bytes: bytes.length, durationMs: sound.durationMs },
            at: deps.clock.now(),
          });
          return c.json({ file, ...sound }, 200);
        } finally {
          converting -= 1;
        }
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/prompts/sound/{sha256}',
        tags: ['configuration'],
        summary: 'Listen: A-law WAV, mono, 8 kHz; supports Range',
        middleware: [gates.allow('config.read')],
        request: { params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) },
        responses: {
          200: { description: 'The whole file', content: { 'audio/wav': { schema: z.string() } } },
          206: { description: 'The range asked for', content: { 'audio/wav': { schema: z.string() } } },
          304: { description: 'The browser has it' },
        },
      }),
      async (c): Promise<Response> => {
        const { sha256 } = c.req.valid('param');
        const found = await findPromptFile(deps.promptsDir, sha256);
        if (!found || found.bytes === 0) throw new ApiProblem('not-found');
        return serveSound(c, { ...found, etag: `"${sha256}"` });
      },
    );
}

/** @throws ApiProblem invalid-request with the reason */
async function convert(bytes: Buffer, promptsDir: string): Promise<{ sha256: string; durationMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'apel-prompt-'));
  try {
    const source = join(folder, 'upload');
    await writeFile(source, bytes);
    const { sha256, durationMs } = await convertPrompt({ source, promptsDir, timeoutMs: CONVERT_MS });
    return { sha256, durationMs };
  } catch (error) {
    if (!(error instanceof PromptError)) throw error;
    throw new ApiProblem('invalid-request', { issues: [{ path: 'file', message: error.message }] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
