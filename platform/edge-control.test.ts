import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEdgeControl } from './edge-control.ts';

const TOKEN = 'a-token-of-sixteen-characters';
let server: Server;
let url: string;
const seen: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (request.url === '/silent/epoch') return;
    const body = request.url?.endsWith('/epoch')
      ? { node: 'edge-1', epoch: 3, callsInProgress: 0 }
      : request.url?.endsWith('/command')
        ? { outcome: request.url.includes('odd') ? 'hanging-up' : 'done' }
        : request.url?.includes('odd')
          ? { outcome: 'surprise' }
          : request.url === '/desks/7/echo'
            ? { outcome: 'calling' }
            : { outcome: 'hanging-up' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const control = createEdgeControl(TOKEN);
const edge = { node: 'edge-1', epoch: 3 };

describe('isAlive', () => {
  it('believes only the very epoch that it asked for', async () => {
    expect(await control.isAlive(url, edge, 1_000)).toBe(true);
    expect(await control.isAlive(url, { ...edge, epoch: 4 }, 1_000)).toBe(false);
    expect(seen[0]).toBe(`GET /epoch Bearer ${TOKEN}`);
  });

  it('takes silence and a refused connection for death, within the time it was given', async () => {
    const startedAt = Date.now();
    expect(await control.isAlive(`${url}/silent`, edge, 150)).toBe(false);
    expect(await control.isAlive('http://127.0.0.1:1', edge, 150)).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });
});

describe('release', () => {
  it('passes on what the edge says, and nothing else', async () => {
    expect(await control.release(url, 'call', 1_000)).toEqual({ outcome: 'hanging-up' });
    expect(seen.at(-1)).toContain('POST /calls/call/release');
    expect(await control.release(url, 'odd', 1_000)).toBeUndefined();
    expect(await control.release('http://127.0.0.1:1', 'call', 150)).toBeUndefined();
  });
});

describe('command', () => {
  it('passes on what the edge says, and nothing else', async () => {
    const command = { type: 'hold' } as const;
    expect(await control.command(url, { callId: 'call', command }, 1_000)).toEqual({ outcome: 'done' });
    expect(seen.at(-1)).toContain('POST /calls/call/command');
    expect(await control.command(url, { callId: 'odd', command }, 1_000)).toBeUndefined();
    expect(await control.command('http://127.0.0.1:1', { callId: 'call', command }, 150)).toBeUndefined();
  });
});

describe('a test call', () => {
  it('is started with one of the words for its answer, and ended', async () => {
    expect(await control.startEcho(url, 7, 1_000)).toEqual({ outcome: 'calling' });
    expect(seen.at(-1)).toContain('POST /desks/7/echo');
    expect(await control.startEcho(`${url}/odd`, 7, 1_000)).toBeUndefined();
    expect(await control.endEcho(url, 7, 1_000)).toBe(true);
    expect(seen.at(-1)).toContain('DELETE /desks/7/echo');
    expect(await control.endEcho('http://127.0.0.1:1', 7, 150)).toBe(false);
  });
});

describe('deskGone', () => {
  it('says whether the edge heard it', async () => {
    expect(await control.deskGone(url, 7, 1_000)).toBe(true);
    expect(seen.at(-1)).toContain('POST /desks/7/gone');
    expect(await control.deskGone('http://127.0.0.1:1', 7, 150)).toBe(false);
  });
});
