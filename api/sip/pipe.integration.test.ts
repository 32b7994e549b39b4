import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Role } from '../../contracts/model/role.ts';
import { createLogger } from '../../platform/logger.ts';
import { BROWSER_VIA } from '../../sip-server/testing/browser.ts';
import { ask } from '../../sip-server/testing/peer.ts';
import { startProcess, type ServerProcess } from '../../sip-server/testing/process.ts';
import { serveApp, type Serving } from '../serve.ts';
import { openFloor, type Floor, type Person } from '../testing/desk-floor.ts';
import { NOON, startTestApi, type TestApi } from '../testing/test-api.ts';
import { createSipPipes } from './pipe.ts';

const DEADLINE_MS = 60_000;

let api: TestApi;
let floor: Floor;
let serving: Serving;
let sip: ServerProcess;
const open: WebSocket[] = [];
beforeAll(async () => {
  api = await startTestApi();
  floor = await openFloor(api);
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
  sip = await startProcess();
  await sipAt(`ws://127.0.0.1:${sip.wsPort}`);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(async () => {
  await sip?.stop();
  await api.close();
  await serving.close();
});

const sipAt = (url: string | null) =>
  api.db.pool.query(`update edges set sip_ws = $1 where node = 'edge-1'`, [url]);

function dial(
  person: Person,
  headers: Record<string, string> = {},
  protocols: string[] = ['sip'],
): WebSocket {
  const ws = new WebSocket(`${serving.url.replace('http', 'ws')}/sip`, protocols, {
    headers: { cookie: person.cookie, origin: serving.url, ...headers },
  });
  open.push(ws);
  ws.on('error', () => {});
  return ws;
}

async function connected(person: Person): Promise<WebSocket> {
  const ws = dial(person);
  await once(ws, 'open');
  return ws;
}

const closeCode = async (ws: WebSocket) => ((await once(ws, 'close')) as [number])[0];

async function refusedAs(ws: WebSocket): Promise<number | undefined> {
  const [, response] = (await once(ws, 'unexpected-response')) as [unknown, { statusCode?: number }];
  return response.statusCode;
}

const options = (n = 1) =>
  ask('OPTIONS', 0, { uri: 'sip:apel', via: BROWSER_VIA, callId: `pipe-${n}`, branch: `z9hG4bKpipe${n}` });

async function answerTo(ws: WebSocket, text: string): Promise<string> {
  ws.send(text);
  const [data] = (await once(ws, 'message')) as [Buffer];
  return data.toString('latin1');
}

describe('/sip', () => {
  it('passes SIP on to the server of the edge, and back, also what comes before it is connected', async () => {
    const ws = dial(await floor.person());
    ws.on('open', () => ws.send(options()));
    const [data, isBinary] = (await once(ws, 'message')) as [Buffer, boolean];
    expect(ws.protocol).toBe('sip');
    expect([isBinary, data.toString()]).toEqual([false, expect.stringMatching(/^SIP\/2\.0 \d{3} /)]);
    expect(await answerTo(ws, options(2))).toContain('Call-ID: pipe-2');
    expect(await answerTo(ws, '\r\n\r\n')).toBe('\r\n');
  });

  it('speaks sip, whatever else is offered', async () => {
    const ws = dial(await floor.person(), {}, ['chat', 'sip']);
    await once(ws, 'open');
    expect(ws.protocol).toBe('sip');
  });

  it('is for people with a log-in and a desk, from our own page', async () => {
    const agent = await floor.person();
    expect(await refusedAs(dial(agent, { cookie: '' }))).toBe(401);
    expect(await refusedAs(dial(agent, { origin: 'http://evil.example' }))).toBe(403);
    expect(await refusedAs(dial(agent, { origin: 'null' }))).toBe(403);
    for (const role of ['management', 'operator'] satisfies Role[]) {
      expect([role, await refusedAs(dial(await floor.person(role)))]).toEqual([role, 403]);
    }
  });

  it('takes eight at once of a log-in, and a ninth when one has gone', async () => {
    const agent = await floor.person();
    const eight = await Promise.all(Array.from({ length: 8 }, () => connected(agent)));
    expect(await closeCode(await connected(agent))).toBe(4409);
    expect((await connected(await floor.person())).readyState).toBe(WebSocket.OPEN);
    eight[0]?.close();
    await closeCode(eight[0]!);
    expect(await answerTo(await connected(agent), options(3))).toContain('pipe-3');
  });

  it('ends with the log-in', async () => {
    const agent = await floor.person();
    const here = await connected(agent);
    await answerTo(here, options(4));
    const ended = closeCode(here);
    expect((await agent.send('DELETE', '/api/session')).status).toBe(204);
    expect(await ended).toBe(4401);

    const revoked = await floor.person();
    const elsewhere = closeCode(await connected(revoked));
    await api.db.pool.query('update sessions set revoked_at = $2 where user_id = $1', [revoked.userId, NOON]);
    expect(await elsewhere).toBe(4401);
  });

  it('takes no message that is larger than any SIP message', async () => {
    const ws = await connected(await floor.person());
    ws.send('x'.repeat(65 * 1_024));
    expect(await closeCode(ws)).toBe(1009);
    expect(sip.alive()).toBe(true);
  });

  it('says to come later when no edge takes desks, or its server is gone', async () => {
    const agent = await floor.person();
    await sipAt(null);
    expect(await closeCode(await connected(agent))).toBe(1013);
    await sipAt('ws://127.0.0.1:9');
    expect(await closeCode(await connected(agent))).toBe(1013);
    await sipAt(`ws://127.0.0.1:${sip.wsPort}`);
  });

  it('goes to the next edge when one is listed and dead', async () => {
    const agent = await floor.person();
    await api.db.pool.query(
      `insert into edges (node, epoch, control_url, capacity, sip_ws) values ('a-dead', 1, 'http://127.0.0.1:9', 9999, 'ws://127.0.0.1:9')`,
    );
    expect(await answerTo(await connected(agent), options(5))).toContain('pipe-5');
    await api.db.pool.query(`update edges set ended_at = $1 where node = 'a-dead'`, [NOON]);
  });

  it('closes when the SIP server dies, and the page can come back', async () => {
    const agent = await floor.person();
    const ws = await connected(agent);
    await answerTo(ws, options(6));
    const ended = closeCode(ws);
    await sip.stop();
    expect(await ended).toBe(1011);
    sip = await startProcess();
    await sipAt(`ws://127.0.0.1:${sip.wsPort}`);
    expect(await answerTo(await connected(agent), options(7))).toContain('pipe-7');
  });
});

describe('a pipe', () => {
  it('whose browser has gone without a word ends', async () => {
    const sessions = { add: () => () => true, endSession: () => {}, check: async () => {}, close: () => {} };
    const pipes = createSipPipes({
      findServers: async () => [`ws://127.0.0.1:${sip.wsPort}`],
      sessions,
      logger: createLogger({ service: 'test', level: 'silent' }),
      pingMs: 20,
    });
    const http = createServer();
    const server = new WebSocketServer({ server: http });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    let ended = false;
    server.on('connection', (browser) => {
      browser.on('close', () => (ended = true));
      pipes.accept(browser, { tokenHash: Buffer.from('x'), userId: 1 } as never);
    });
    const { port } = http.address() as { port: number };
    // It takes the bytes and answers nothing, as a network that has gone.
    const silent = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong: false });
    silent.on('error', () => {});
    try {
      await expect.poll(() => ended, { timeout: DEADLINE_MS, interval: 5 }).toBe(true);
    } finally {
      silent.terminate();
      pipes.close();
      server.close();
      http.close();
    }
  });
});
