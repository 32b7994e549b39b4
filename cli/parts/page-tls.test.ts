import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { getPageTls } from './page-tls.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'apel-tls-'));
afterEach(() => rmSync(join(folder, 'tls'), { recursive: true, force: true }));
const ask = (changes: Partial<Parameters<typeof getPageTls>[0]> = {}) =>
  getPageTls({ host: 'apel.firma.ro', folder, env: {}, now: NOW, progress: () => {}, ...changes });

it('a page for this machine alone needs none', async () => {
  for (const host of ['127.0.0.1', 'localhost', '::1']) expect(await ask({ host })).toBeUndefined();
});

it('makes one for the name, kept until it is about to end or the name changes; its key is nobody else’s', async () => {
  const made = await ask();
  const first = readFileSync(made?.cert ?? '', 'utf8');
  const cert = new X509Certificate(first);
  expect(cert.checkHost('apel.firma.ro')).toBe('apel.firma.ro');
  expect(cert.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(statSync(made?.key ?? '').mode & 0o777).toBe(0o600);
  await ask({ now: new Date('2026-12-21T10:00:00Z') });
  expect(readFileSync(made?.cert ?? '', 'utf8')).toBe(first);
  await ask({ now: new Date('2027-12-01T10:00:00Z') });
  expect(readFileSync(made?.cert ?? '', 'utf8')).not.toBe(first);
  await ask({ host: 'alt.firma.ro' });
  expect(new X509Certificate(readFileSync(made?.cert ?? '')).checkHost('alt.firma.ro')).toBe('alt.firma.ro');
});

it('a server with it is believed by who knows it', async () => {
  const made = await ask({ host: 'localhost.apel', now: new Date() });
  const [cert, key] = [readFileSync(made?.cert ?? ''), readFileSync(made?.key ?? '')];
  const server = createServer({ cert, key }, (_request, response) => response.end('da'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const status = await new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, ca: cert, agent: false }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    }).on('error', reject);
  });
  expect(status).toBe(200);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('takes the person’s own, both files or none', async () => {
  const made = await ask();
  const env = { APEL_TLS_CERT: made?.cert ?? '', APEL_TLS_KEY: made?.key ?? '' };
  expect(await ask({ host: '127.0.0.1', env })).toEqual(made);
  await expect(ask({ env: { APEL_TLS_CERT: made?.cert ?? '' } })).rejects.toThrow('--tls-key');
  await expect(ask({ env: { ...env, APEL_TLS_KEY: join(folder, 'none.pem') } })).rejects.toThrow(
    'is not there',
  );
});
