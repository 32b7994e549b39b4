import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startControlServer, type ControlServer } from './control-server.ts';

const TOKEN = 'a-token-of-the-test';

let server: ControlServer;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = await startControlServer({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    identity: () => ({ node: 'edge-1', epoch: 1 }) as never,
    release: () => 'released' as never,
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
  await expect.poll(isAlive, { timeout: 8_000, interval: 100 }).toBe(true);
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
    ['GET', '/../epoch'],
  ] as const) {
    const reply = await fetch(`${server.url}${path}`, { method, headers: headers as Record<string, string> });
    expect([path, reply.status, await reply.json()]).toEqual([path, 401, { error: 'unauthorized' }]);
  }
});
