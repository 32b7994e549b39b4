import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeskCommand } from '../../contracts/model/edge-control.ts';
import { startControlServer, type ControlServer } from './control-server.ts';

const TOKEN = 'a-token-of-the-test';

let server: ControlServer;
const sockets: Socket[] = [];
const commands: { callId: string; command: DeskCommand }[] = [];
const gone: number[] = [];

beforeEach(async () => {
  server = await startControlServer({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    identity: () => ({ node: 'edge-1', epoch: 1 }) as never,
    release: () => 'released' as never,
    command: (callId, command) => {
      commands.push({ callId, command });
      return Promise.resolve('done');
    },
    deskGone: (userId) => void gone.push(userId),
    startEcho: (userId) => Promise.resolve(userId === 7 ? 'calling' : 'not-here'),
    endEcho: (userId) => void gone.push(-userId),
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const isAlive = (): Promise<boolean> =>
  fetch(`${server.url}/epoch`, {
    headers: { authorization: `Bearer ${TOKEN}` },
    signal: AbortSignal.timeout(1_000),
  }).then(
    (reply) => reply.ok,
    () => false,
  );

it('strangers who open every connection and say nothing do not make a living edge look dead for long', async () => {
  const { port } = new URL(server.url);
  for (let i = 0; i < 200; i += 1) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
  }
  await Promise.all(
    sockets.map((s) => new Promise((resolve) => s.once('connect', resolve).once('close', resolve))),
  );
  await expect.poll(isAlive, { timeout: 60_000, interval: 100 }).toBe(true);
}, 15_000);

it.each([
  ['no token', {}],
  ['another token', { authorization: 'Bearer x' }],
  ['an empty one', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${TOKEN}` }],
])('with %s nothing is told and nobody released', async (_what, headers) => {
  for (const [method, path] of [
    ['GET', '/epoch'],
    ['POST', '/calls/5f0c7c2e-7b8e-4c58-9d3c-0e4d1a2b3c4d/release'],
    ['POST', '/calls/5f0c7c2e-7b8e-4c58-9d3c-0e4d1a2b3c4d/command'],
    ['POST', '/desks/7/gone'],
    ['POST', '/desks/7/echo'],
    ['DELETE', '/desks/7/echo'],
    ['GET', '/../epoch'],
  ] as const) {
    const reply = await fetch(`${server.url}${path}`, { method, headers: headers as Record<string, string> });
    expect([path, reply.status, await reply.json()]).toEqual([path, 401, { error: 'unauthorized' }]);
  }
});

const post = (path: string, body: string, method: 'POST' | 'DELETE' = 'POST'): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    body,
    signal: AbortSignal.timeout(1_000),
  });

it('commands reach their call, and a desk that is gone is told', async () => {
  const command = { type: 'digits', digits: '12#' };
  const reply = await post('/calls/a-call/command', JSON.stringify(command));
  expect([reply.status, await reply.json()]).toEqual([200, { outcome: 'done' }]);
  expect(commands.splice(0)).toEqual([{ callId: 'a-call', command }]);
  expect((await post('/desks/7/gone', '')).status).toBe(204);
  expect(gone.splice(0)).toEqual([7]);
  expect(await (await post('/desks/7/echo', '')).json()).toEqual({ outcome: 'calling' });
  expect(await (await post('/desks/8/echo', '')).json()).toEqual({ outcome: 'not-here' });
  expect((await post('/desks/7/echo', '', 'DELETE')).status).toBe(204);
  expect(gone.splice(0)).toEqual([-7]);
  expect((await post('/desks/7/gone', '', 'DELETE')).status).toBe(404);
});

it.each([
  '',
  '{',
  'null',
  '{"type":"sing"}',
  '{"type":"digits","digits":"12a"}',
  `{"type":"digits","digits":"${'1'.repeat(33)}"}`,
  '{"type":"mute"}',
  `{"type":"hold","more":"${'x'.repeat(2_000)}"}`,
])('%.40s is no command', async (body) => {
  expect((await post('/calls/a-call/command', body)).status).toBe(400);
  expect(commands).toEqual([]);
});

it.each(['/desks/x/gone', '/desks/7', '/calls/a b/command', '/calls//command'])(
  '%s is nowhere',
  async (path) => {
    expect((await post(path, '{"type":"hold"}')).status).toBe(404);
  },
);
