import { once } from 'node:events';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serveApp, type Serving } from './serve.ts';
import { ensureUser, PASSWORD, startTestApi, type TestApi } from './testing/test-api.ts';

let api: TestApi;
let serving: Serving;
let cert: string;
beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  cert = made.cert;
  api = await startTestApi();
  await ensureUser(api.db, 'agent');
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0, tls: { cert, key: made.private } });
});
afterAll(async () => {
  await api.close();
  await serving.close();
});

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
  protocol: string | null;
}

async function ask(path: string, options: RequestOptions & { body?: string } = {}): Promise<Answer> {
  const sent = httpsRequest(`${serving.url}${path}`, { ca: cert, agent: false, ...options });
  sent.end(options.body);
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  const protocol = (response.socket as TLSSocket).getProtocol();
  return { status: response.statusCode ?? 0, headers: response.headers, body, protocol };
}

const logIn = () =>
  ask('/api/session', {
    method: 'POST',
    headers: { origin: serving.url, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'agent', password: PASSWORD }),
  });

describe('the page over HTTPS', () => {
  it('is served with our certificate, by TLS 1.2 at least', async () => {
    expect(serving.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const answer = await ask('/healthz');
    expect([answer.status, answer.protocol]).toEqual([200, 'TLSv1.3']);
    await expect(ask('/healthz', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
    await expect(ask('/healthz', { ca: [] })).rejects.toThrow(/self-signed/);
  });

  it('keeps its log-in in a cookie for this host alone, sent over TLS alone', async () => {
    const { status, headers } = await logIn();
    expect(status).toBe(200);
    const cookies = [headers['set-cookie']].flat().join('\n');
    expect(cookies).toMatch(/^__Host-apel=[^;]+;.*HttpOnly; Secure; SameSite=Strict$/m);
    expect(cookies).not.toMatch(/^apel=/m);
  });

  it('opens its sockets on the same origin, and on no other', async () => {
    const { headers } = await logIn();
    const cookie = [headers['set-cookie']]
      .flat()
      .map((one) => one?.split(';')[0])
      .join('; ');
    const socket = (origin: string) =>
      new WebSocket(`${serving.url.replace('https', 'wss')}/api/desk/live?desk=${crypto.randomUUID()}`, {
        ca: cert,
        headers: { cookie, origin },
      });
    const ws = socket(serving.url);
    const [data] = (await once(ws, 'message')) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({ type: 'desk', desk: { agent: { name: 'agent' } } });
    ws.terminate();
    const foreign = socket('https://evil.example');
    foreign.on('error', () => {});
    const [, response] = (await once(foreign, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(403);
    foreign.terminate();
  });

  it('has nothing to say to a stranger who speaks no TLS, and goes on', async () => {
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    await once(socket, 'close');
    expect(heard).not.toContain('apel');
    expect((await ask('/healthz')).status).toBe(200);
  });
});
