import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../contracts/model/role.ts';
import { WebSocket } from 'ws';
import { serveApp, type Serving } from './serve.ts';
import { hostileRequests, type FuzzRoute, type HostileRequest, type Known } from './testing/hostile.ts';
import { judgeAnswer } from './testing/judge-answer.ts';
import { requestBytes, sendRaw, type RawAnswer } from './testing/raw-http.ts';
import { NOON, seedCall, seedCampaign, startTestApi, type TestApi } from './testing/test-api.ts';

/** A failing run prints its request; `APEL_FUZZ_SEED=… APEL_FUZZ_RUNS=… npx vitest run …` repeats or widens it. */
const SEED = Number(process.env['APEL_FUZZ_SEED'] ?? 20_261_121);
const RUNS_PER_ROUTE = Number(process.env['APEL_FUZZ_RUNS'] ?? 15);

let api: TestApi;
let serving: Serving;
let routes: FuzzRoute[];
let host: string;
let known: Known;
let cookies: string[];
let sent = 0;

beforeAll(async () => {
  api = await startTestApi();
  const campaign = await seedCampaign(api.db);
  await mkdir(join(api.recordingsDir, '2026'));
  await writeFile(join(api.recordingsDir, '2026/a.wav'), Buffer.alloc(1_000, 7));
  const callId = await seedCall(api.db, {
    campaign,
    number: '+40722000009',
    claimedAt: NOON,
    status: 'message-heard',
    recording: { state: 'ready', path: '2026/a.wav', sha256: '0'.repeat(64) },
  });
  known = { callId, campaign: 'oradea' };
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
  host = new URL(serving.url).host;
  cookies = await Promise.all(ROLES.map((role) => api.cookie(role)));
  routes = await routesOfTheApp();
});
afterAll(async () => {
  await api.close();
  await serving.close();
});

interface Operation {
  parameters?: { in: string; name: string; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
}

/** From the router itself; parameters and bodies from its own description. */
async function routesOfTheApp(): Promise<FuzzRoute[]> {
  const { paths } = (await (await fetch(`${serving.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const seen = new Map<string, FuzzRoute>();
  for (const { method, path } of api.app.routes) {
    if (method === 'ALL') continue;
    const operation = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    const query = (operation?.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const body = operation?.requestBody?.content['application/json']?.schema;
    seen.set(`${method} ${path}`, { method, path, query, body });
  }
  return [...seen.values()];
}

async function send({ role, request }: HostileRequest): Promise<RawAnswer> {
  const headers = [...(request.headers ?? [])];
  if (role !== null) headers.push(['Cookie', cookies[role] ?? '']);
  // Log-ins are throttled by address: each comes from another one.
  sent += 1;
  headers.push(['X-Forwarded-For', `10.7.${Math.floor(sent / 250)}.${sent % 250}`]);
  const answer = await sendRaw(serving.url, requestBytes(host, { ...request, headers }));
  // A log-out that was right after all.
  if (role !== null && answer.status === 204) cookies[role] = await api.cookie(ROLES[role] ?? 'agent');
  return answer;
}

/** Opens a socket, sends, and waits until the server has answered, closed, or (for what it takes in silence) ponged. */
async function tell(messages: readonly (string | Buffer)[]): Promise<number | 'open'> {
  const ws = new WebSocket(`${serving.url.replace('http', 'ws')}/api/live`, {
    headers: { cookie: cookies[ROLES.indexOf('supervisor')] ?? '', origin: serving.url },
  });
  return new Promise((resolve, reject) => {
    ws.on('error', reject);
    ws.on('close', (code) => resolve(code));
    ws.on('pong', () => {
      resolve('open');
      ws.terminate();
    });
    ws.on('open', () => {
      for (const message of messages) ws.send(message, { binary: Buffer.isBuffer(message) });
      ws.ping();
    });
  });
}

describe('the live socket under hostile messages', () => {
  it('closes with a code, or takes them; it never hangs and never ends the process', async () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(
        '{"type":"subscribe","campaign":"a\\u0000b"}',
        '{"type":"subscribe"}',
        '['.repeat(4_000),
      ),
      fc.constantFrom(
        '{"type":"unsubscribe"}',
        '{"type":"subscribe","campaign":"oradea"}',
        'x'.repeat(5_000),
      ),
    );
    const binary = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
    const message = fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: binary });
    const property = fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 40 }),
      async (messages) => {
        expect(['open', 1008, 1009, 4404]).toContain(await tell(messages));
      },
    );
    await fc.assert(property, { numRuns: RUNS_PER_ROUTE, seed: SEED });
    expect((await fetch(`${serving.url}/healthz`)).status).toBe(200);
  });
});

describe('every route under hostile input', () => {
  it('comes from the app itself, with what it takes', () => {
    expect(routes.length).toBeGreaterThanOrEqual(20);
    expect(routes.find((route) => route.path === '/api/calls')?.query.length).toBeGreaterThan(5);
    expect(routes.filter((route) => route.body !== undefined).length).toBeGreaterThanOrEqual(5);
  });

  it(
    'answers a problem document at worst: no 500, no hang, no stack trace',
    async () => {
      const seen = new Set<number>();
      for (const [index, route] of routes.entries()) {
        const hostile = hostileRequests(route, { host, roles: ROLES.length, known });
        await fc.assert(
          fc.asyncProperty(hostile, async (one) => {
            const answer = await send(one);
            seen.add(answer.status);
            judgeAnswer(answer, one.request.method);
          }),
          { numRuns: RUNS_PER_ROUTE, seed: SEED + index, endOnFailure: true },
        );
      }
      // It got everywhere, not only to the first check.
      expect([...seen]).toEqual(expect.arrayContaining([200, 204, 400, 401, 403, 404, 405, 415]));
    },
    Math.max(120_000, RUNS_PER_ROUTE * 3_000),
  );
});
