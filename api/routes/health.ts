/**
 * Liveness of the process, readiness of its parts.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { healthzSchema, readyzSchema, type Readiness } from '../../contracts/http/health.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json } from '../http/openapi.ts';

const CHECK_TIMEOUT_MS = 2_000;

export function healthRoutes(deps: Pick<ApiDeps, 'db' | 'checkTemporal'>, gates: Gates) {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/healthz',
        tags: ['operations'],
        summary: 'The process answers',
        middleware: [gates.open()],
        responses: { 200: json(healthzSchema, 'It does') },
      }),
      (c) => c.json({ status: 'ok' } as const, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/readyz',
        tags: ['operations'],
        summary: 'What the API needs answers, too',
        middleware: [gates.open()],
        responses: {
          200: json(readyzSchema, 'Every part is well'),
          503: json(readyzSchema, 'Some part is not'),
        },
      }),
      async (c) => {
        const [postgres, temporal] = await Promise.all([
          timed(async () => void (await deps.db.pool.query('select 1'))),
          timed(() => deps.checkTemporal()),
        ]);
        const ok = postgres.ok && temporal.ok;
        return c.json({ ok, parts: { postgres, temporal } }, ok ? 200 : 503);
      },
    );
}

async function timed(check: () => Promise<void>): Promise<Readiness['parts']['postgres']> {
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), CHECK_TIMEOUT_MS);
  });
  try {
    // A check that fails after its time-out must not become an unhandled rejection: race handles it.
    const result = await Promise.race([check(), late]);
    return result === 'late' ? { ok: false, ms: ms(), reason: 'timed-out' } : { ok: true, ms: ms() };
  } catch {
    return { ok: false, ms: ms(), reason: 'no-answer' };
  } finally {
    clearTimeout(timer);
  }
}
