import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { precompressFile } from '../ui/precompress.ts';
import {
  seedCall,
  seedCampaign,
  startTestApi,
  NOON,
  ORIGIN,
  TOKENS,
  type TestApi,
} from './testing/test-api.ts';

let api: TestApi;
let uiDir: string;

beforeAll(async () => {
  uiDir = await mkdtemp(join(tmpdir(), 'apel-ui-'));
  await mkdir(join(uiDir, 'assets'));
  await writeFile(join(uiDir, 'index.html'), '<!doctype html><title>Apel</title>');
  await writeFile(join(uiDir, 'assets/app-abc123.js'), 'export {};'.repeat(300));
  api = await startTestApi({ uiDir });
  const campaign = await seedCampaign(api.db);
  await seedCall(api.db, { campaign, number: '+40722123456', claimedAt: NOON });
});
afterAll(async () => {
  await api.close();
  await rm(uiDir, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, remoteAddress = '10.1.1.1') =>
  api.app.request(`${ORIGIN}${path}`, { headers }, { incoming: { socket: { remoteAddress } } as never });

describe('the API', () => {
  it('answers what it does not know with a problem document', async () => {
    const response = await get('/api/nothing');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as { requestId: string };
    expect(problem).toMatchObject({ type: 'urn:apel:problem:not-found', status: 404, code: 'not-found' });
    expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  });

  it('tells which methods a path has', async () => {
    const response = await api.app.request(`${ORIGIN}/api/session`, {
      method: 'PUT',
      headers: { origin: ORIGIN, 'content-type': 'application/json' },
      body: '{}',
    });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE']);
  });

  it('sends the security headers with everything, and allows no inline script', async () => {
    for (const path of ['/', '/api/session', '/healthz', '/api/nothing']) {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/script-src 'self';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await get('/api/session')).headers.get('cache-control')).toBe('no-store');
  });

  it('shows the configuration without its secrets', async () => {
    const text = await (await api.get('operator', '/api/config')).text();
    expect(text).toContain('oradea-trunk');
    expect(text).toContain('"password":"***"');
    expect(text).not.toContain('very-secret');
  });

  it('describes itself from its schemas', async () => {
    const document = (await (await get('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
      components: { schemas: Record<string, unknown> };
    };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/session', '/api/calls/{id}/recording', '/api/reports/daily', '/readyz']),
    );
    expect(document.paths['/api/session']?.['post']?.responses).toHaveProperty('default');
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['CallDetail', 'LiveSnapshot', 'PeriodReport', 'Problem', 'Session']),
    );
  });

  it('is alive without Temporal, but not ready', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    api.temporal.up = false;
    const response = await get('/readyz');
    api.temporal.up = true;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      ok: false,
      parts: { postgres: { ok: true }, temporal: { ok: false, reason: 'no-answer' } },
    });
  });
});

describe('the metrics', () => {
  it('are for this machine and for the token', async () => {
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${TOKENS.codec}` })).status).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${TOKENS.metrics}` })).status).toBe(200);
    expect((await get('/metrics', {}, '127.0.0.1')).status).toBe(200);
    // A page with a name of its own that resolves to this machine.
    expect((await get('/metrics', { host: 'evil.example' }, '127.0.0.1')).status).toBe(401);
    // Through a proxy on this machine: the client is somebody else.
    expect((await get('/metrics', { 'x-forwarded-for': '9.9.9.9' }, '127.0.0.1')).status).toBe(401);
  });

  it('tell the state of the site, and nothing of people', async () => {
    await get('/api/nothing');
    const text = await (await get('/metrics', {}, '::1')).text();
    expect(text).toMatch(/apel_live_calls\{stage="ringing",service="api-test"\} 1/);
    expect(text).toMatch(/apel_live_call_oldest_seconds\{stage="ringing",.*\} \d/);
    expect(text).toMatch(/apel_import_rows\{outcome="accepted",.*\} \d/);
    expect(text).toMatch(/apel_trunk_state\{trunk="oradea-trunk",.*\} 0/);
    expect(text).toMatch(/apel_postgres_up\{.*\} 1/);
    expect(text).toMatch(/apel_http_request_seconds_count\{.*route="\/healthz".*\}/);
    expect(text).not.toContain('40722123456');
  });
});

describe('the page', () => {
  it('is the same for every address of its own, and never cached', async () => {
    for (const path of ['/', '/apeluri', '/campanii/oradea']) {
      const response = await get(path);
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      expect(await response.text()).toContain('<title>Apel</title>');
    }
  });

  it('has assets that are cached for ever', async () => {
    const response = await get('/assets/app-abc123.js', { 'accept-encoding': 'gzip' });
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    await response.body?.cancel();
  });

  it('sends what was compressed with it as it lies there, to whoever takes it', async () => {
    const text = 'export const here = 1;'.repeat(100);
    const file = join(uiDir, 'assets/packed-abc123.js');
    await writeFile(file, text);
    await precompressFile(file);
    const sent = async (accepted: string) => {
      const { headers, body } = await get('/assets/packed-abc123.js', { 'accept-encoding': accepted });
      const bytes = Buffer.from(await new Response(body).arrayBuffer());
      expect([headers.get('cache-control'), headers.get('vary'), headers.get('content-type')]).toEqual([
        'public, max-age=31536000, immutable',
        'Accept-Encoding',
        'text/javascript; charset=utf-8',
      ]);
      return { encoding: headers.get('content-encoding'), length: headers.get('content-length'), bytes };
    };
    const { size } = await stat(`${file}.br`);
    const brotli = await sent('gzip, deflate, br, zstd');
    expect([brotli.encoding, brotli.length]).toEqual(['br', String(size)]);
    expect(brotliDecompressSync(brotli.bytes).toString()).toBe(text);
    const gzipped = await sent('gzip, br;q=0');
    expect(gzipped.encoding).toBe('gzip');
    expect(gunzipSync(gzipped.bytes).toString()).toBe(text);
    const plain = await sent('identity');
    expect([plain.encoding, plain.bytes.toString()]).toEqual([null, text]);
  });

  it.each(['/assets/gone.js', '/favicon.ico', '/api', '/api/x/y', '/codec/x', '/metrics/x'])(
    'does not stand in for %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it.each(['/assets/..%2f..%2f..%2f..%2fetc/passwd', '/..%2f..%2fetc%2fpasswd', '/%00', '/%'])(
    'lets nobody out of its folder: %s',
    async (path) => {
      const text = await (await get(path)).text();
      expect(text).not.toContain('root:');
    },
  );
});
