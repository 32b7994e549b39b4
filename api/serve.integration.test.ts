import { connect } from 'node:net';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiEnv } from './env.ts';
import { onError } from './http/error-handlers.ts';
import { answerInTime } from './http/limits.ts';
import { securityHeaders } from './http/security.ts';
import { createLogger } from '../platform/logger.ts';
import { serveApp, type Serving } from './serve.ts';
import { judgeAnswer } from './testing/judge-answer.ts';
import { requestBytes, sendRaw } from './testing/raw-http.ts';
import { seedCampaign, startTestApi, type TestApi } from './testing/test-api.ts';

let api: TestApi;
let serving: Serving;
let host: string;

beforeAll(async () => {
  api = await startTestApi();
  await seedCampaign(api.db);
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
  host = new URL(serving.url).host;
});
afterAll(async () => {
  await api.close();
  await serving.close();
});

const raw = (text: string) => sendRaw(serving.url, Buffer.from(text.replaceAll('HOST', host), 'latin1'));
const WEBSOCKET =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';

describe('what never becomes a request', () => {
  it.each([
    ['bytes that are no HTTP', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n', 'invalid-request'],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 'invalid-request'],
    ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 'invalid-request'],
    ['a Host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n', 'invalid-request'],
    ['a backslash', 'GET /a\\..\\b HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n', 'invalid-request'],
    ['a zero byte', 'GET /a\u0000b HTTP/1.1\r\nHost: HOST\r\n\r\n', 'invalid-request'],
    ['a header with a zero byte', 'GET / HTTP/1.1\r\nHost: HOST\r\nX: a\u0000b\r\n\r\n', 'invalid-request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      'invalid-request',
    ],
    [
      'length and chunks (request smuggling)',
      'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'invalid-request',
    ],
    [
      'a long header',
      `GET / HTTP/1.1\r\nHost: HOST\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
      'headers-too-large',
    ],
    [
      'three thousand headers',
      `GET / HTTP/1.1\r\nHost: HOST\r\n${'X: aaaaaaaaaaaaaa\r\n'.repeat(3_000)}\r\n`,
      'headers-too-large',
    ],
    ['a long path', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: HOST\r\n\r\n`, 'headers-too-large'],
  ])('%s: a problem document', async (_what, text, code) => {
    expect(judgeAnswer(await raw(text), 'GET')?.code).toBe(code);
  });

  it('an expectation that nobody knows is ignored', async () => {
    const answer = await raw(
      'GET /healthz HTTP/1.1\r\nHost: HOST\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(200);
  });
});

describe('an upgrade', () => {
  it.each(['h2c', 'websocket/2', 'x'])(
    'to %s is ignored, and its socket does not stay open',
    async (name) => {
      const answer = await raw(
        `GET /healthz HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${name}\r\n\r\n`,
      );
      expect([answer.status, answer.body]).toEqual([200, '{"status":"ok"}']);
    },
  );

  it.each([
    ['GET', '/', 404],
    ['GET', '/healthz', 200],
    ['GET', '/api/nothing', 404],
    ['GET', '/api/live', 401],
    ['POST', '/api/live', 403],
    ['GET', '/api/session', 200],
  ])('to a WebSocket of %s %s is answered %i, as HTTP', async (method, path, status) => {
    const answer = await raw(`${method} ${path} HTTP/1.1\r\nHost: HOST\r\n${WEBSOCKET}\r\n\r\n`);
    judgeAnswer(answer, method);
    expect(answer.status).toBe(status);
  });

  it.each([
    ['key', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Key: x'],
    ['version', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 99'],
    ['protocol', 'Upgrade: websocket', 'Upgrade: websocket\r\nSec-WebSocket-Protocol: a,,b'],
  ])('with a %s that is none is refused with a problem document', async (_what, right, wrong) => {
    const head = [`GET /api/live HTTP/1.1`, `Host: ${host}`, `Origin: http://${host}`];
    const cookie = `Cookie: ${await api.cookie('supervisor')}`;
    const text = [...head, cookie, WEBSOCKET.replace(right, wrong)].join('\r\n');
    expect(judgeAnswer(await raw(`${text}\r\n\r\n`), 'GET')?.code).toBe('invalid-request');
  });

  it('without a log-in, a permission or our own Origin is refused with its reason', async () => {
    const upgrade = async (headers: string[]) => {
      const text = [`GET /api/live HTTP/1.1`, `Host: ${host}`, WEBSOCKET, ...headers].join('\r\n');
      return judgeAnswer(await raw(`${text}\r\n\r\n`), 'GET')?.code;
    };
    const [good, office] = [await api.cookie('supervisor'), await api.cookie('management')];
    const origin = `Origin: http://${host}`;
    expect(await upgrade([origin])).toBe('unauthenticated');
    expect(await upgrade([origin, 'Cookie: apel=nonsense'])).toBe('unauthenticated');
    expect(await upgrade([origin, `Cookie: ${office}`])).toBe('forbidden');
    for (const other of ['Origin: http://evil.example', 'Origin: null', 'Origin: http://localhost', 'X: y']) {
      expect([other, await upgrade([other, `Cookie: ${good}`])]).toEqual([other, 'bad-origin']);
    }
  });
});

describe('a body', () => {
  it('that is too long is refused, with its length told or in chunks', async () => {
    const headers = [
      ['Origin', serving.url],
      ['Content-Type', 'application/json'],
    ] as const;
    const long = 'x'.repeat(70_000);
    const request = { method: 'POST', target: '/api/session', headers };
    const told = await sendRaw(serving.url, requestBytes(host, { ...request, body: long }));
    expect(judgeAnswer(told, 'POST')).toMatchObject({ code: 'too-large', params: { maxBytes: 65_536 } });
    const chunked = `${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`;
    const inChunks = await sendRaw(
      serving.url,
      requestBytes(host, {
        ...request,
        headers: [...headers, ['Transfer-Encoding', 'chunked']],
        body: chunked,
      }),
    );
    expect(judgeAnswer(inChunks, 'POST')?.code).toBe('too-large');
  });

  it.each(['/codec/decode', '/codec/encode'])('of a stranger at %s is not waited for', async (path) => {
    const answer = await raw(
      `POST ${path} HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
    );
    expect(judgeAnswer(answer, 'POST')?.code).toBe('unauthenticated');
  });

  it('that comes too slowly is the fault of its sender', async () => {
    const app = new Hono<ApiEnv>();
    app.onError(onError(createLogger({ service: 'test', level: 'silent' })));
    app.use(
      async (c, next) => {
        c.set('requestId', 'r');
        await next();
        c.res.headers.set('x-request-id', 'r');
      },
      securityHeaders,
      answerInTime(50),
    );
    app.post('/', async (c) => c.text(await c.req.text()));
    app.get('/', () => new Promise<Response>(() => {}));
    const slow = await serveApp({ app, host: '127.0.0.1', port: 0 });
    try {
      const half = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\nab';
      const answer = await sendRaw(slow.url, Buffer.from(half));
      expect(judgeAnswer(answer, 'POST')?.code).toBe('timed-out');
      const ours = await sendRaw(
        slow.url,
        Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      );
      expect(ours.status).toBe(503);
    } finally {
      await slow.close();
    }
  });
});

it('a peer that resets its connection in the middle of an upgrade or a body does no harm', async () => {
  const { port } = new URL(serving.url);
  for (const text of [
    `GET /api/live HTTP/1.1\r\nHost: ${host}\r\n${WEBSOCKET}\r\n\r\n`,
    `POST /api/session HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 99\r\n\r\n{`,
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(text, () => socket.resetAndDestroy());
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  }
  expect((await fetch(`${serving.url}/healthz`)).status).toBe(200);
});
