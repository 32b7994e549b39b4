/// <reference types="node" />
/**
 * Serves `ui/dist` with made-up answers in the shapes of `contracts/http`: for development, screenshots and tests of
 * the page alone. `node --import tsx ui/dev/fixture-server.ts [port]`; log in with any name and the password `apel`.
 * @module
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Desk, DeskMessage } from '../../contracts/http/desk.ts';
import type { LiveServerMessage } from '../../contracts/http/live.ts';
import type { ProblemCode } from '../../contracts/http/problem.ts';
import { ROLES, type Role } from '../../contracts/model/role.ts';
import { can } from '../../domain/permissions.ts';
import { accountsFixture } from './accounts-fixtures.ts';
import { callDetail, callRows, campaigns, liveSnapshot, session, STATUSES } from './fixtures.ts';
import { configAnswer } from './config-fixtures.ts';
import { customerOf } from './desk-fixtures.ts';
import { createDeskSimulator, scenarioOf, type DeskSimulator } from './desk-simulator.ts';
import { fixtureWav } from './fixture-wav.ts';
import { startFixtureRegistrar } from './fixture-registrar.ts';
import { listsFixture } from './lists-fixtures.ts';
import { wallAnswer, wallLive } from './wall-server.ts';
import { manageAnswer } from './manage-fixtures.ts';
import { peopleFixture } from './people-fixtures.ts';
import { peaksOf, recordingsFixture } from './recordings-fixtures.ts';
import { reportFixture } from './reports-fixtures.ts';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** As the API sends it. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self'";
const RECORDING_SECONDS = 24.6;

export interface FixtureServer {
  url: string;
  close: () => Promise<void>;
}

const DESK_PATH = '/api/desk';

/** The role comes from the cookie `role` that log-in sets; the name at log-in may be a role's name. The
 *  desk's beginning is the cookie `desk`, its own id the cookie `desk-id`. */
export async function startFixtureServer(
  options: {
    port?: number;
    now?: () => number;
    /** A built page elsewhere than in `ui/dist`. */
    dist?: string;
    /** Phones ring and answer in this part of the usual time. */
    pace?: number;
    /** Each SIP socket of a desk; it is registered without this. */
    onSip?: (socket: WebSocket) => void;
    /** Each request of the desk, with its body. */
    onDesk?: (method: string, path: string, body: unknown) => void;
  } = {},
): Promise<FixtureServer> {
  const now = options.now ?? Date.now;
  const wav = fixtureWav(RECORDING_SECONDS);
  const server = createServer((request, response) => {
    response.setHeader('date', new Date(now()).toUTCString());
    const url = new URL(request.url ?? '/', 'http://fixture');
    const path = url.pathname;
    if (path === DESK_PATH || path.startsWith(`${DESK_PATH}/`)) {
      void desk(request, response, path, simulatorOf(request), options.onDesk);
    } else if (path.startsWith('/api/')) void answer(request, response, url, now, wav);
    else page(response, url.pathname, options.dist ?? DIST);
  });
  const simulators = new Map<string, DeskSimulator>();
  const simulatorOf = (request: IncomingMessage): DeskSimulator => {
    const key = `${cookieOf(request, 'desk') ?? ''} ${cookieOf(request, 'desk-id') ?? ''}`;
    const found = simulators.get(key);
    if (found) return found;
    const scenario = scenarioOf(cookieOf(request, 'desk'));
    const made = createDeskSimulator({
      scenario,
      deskId: cookieOf(request, 'desk-id') ?? '',
      now,
      pace: options.pace ?? 1,
    });
    simulators.set(key, made);
    return made;
  };
  const sockets = new WebSocketServer({ noServer: true });
  const registrar = new WebSocketServer({ noServer: true, handleProtocols: () => 'sip' });
  server.on('upgrade', (request, socket, head) => {
    const { pathname } = new URL(request.url ?? '/', 'http://fixture');
    const to = pathname === '/sip' ? registrar : sockets;
    to.handleUpgrade(request, socket, head, (client) => {
      if (pathname === '/sip') {
        startFixtureRegistrar(client);
        options.onSip?.(client);
      } else if (pathname === `${DESK_PATH}/live`) deskLive(client, simulatorOf(request));
      else if (pathname === '/api/wall/live') {
        const screen = (request.url ?? '').includes('screen=1');
        wallLive(client, { role: roleOf(request), screen, scene: cookieOf(request, 'wall'), now });
      } else live(client, roleOf(request), now);
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of [...sockets.clients, ...registrar.clients]) client.terminate();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  now: () => number,
  wav: Buffer,
): Promise<void> {
  const role = roleOf(request);
  const path = url.pathname;
  const query = url.searchParams;
  if (path === '/api/session' && request.method === 'POST') {
    const body = JSON.parse(await bodyOf(request)) as { name: string; password: string };
    if (body.password !== 'apel') return problem(response, 401, 'bad-credentials');
    const next = ROLES.find((name) => name === body.name) ?? 'supervisor';
    response.setHeader('set-cookie', `role=${next}; Path=/; HttpOnly; SameSite=Strict`);
    return json(response, session(next));
  }
  if (path === '/api/session' && request.method === 'GET') return json(response, role ? session(role) : null);
  if (role === undefined) return problem(response, 401, 'unauthenticated');
  if (path === '/api/session' && request.method === 'DELETE') {
    response.setHeader('set-cookie', 'role=; Path=/; Max-Age=0');
    response.writeHead(204).end();
    return;
  }
  const people = peopleFixture(path, query, now());
  if (people !== undefined) return json(response, people);
  if (path.startsWith('/api/wall') || path.startsWith('/api/agents/')) {
    const found = wallAnswer(request.method ?? '', path, JSON.parse((await bodyOf(request)) || 'null'));
    if (found) return json(response, found);
  }
  if (/^\/api\/(list-table|lists\/|imports?|import-runs|uploads|contacts|do-not-call)/.test(path)) {
    const text = await bodyOf(request);
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
    const found = listsFixture(request.method ?? 'GET', path, body, now());
    return found === undefined ? problem(response, 404, 'not-found') : json(response, found);
  }
  if (/^\/api\/(trunks\/|queues)/.test(path)) {
    const text = await bodyOf(request);
    const found = manageAnswer(request.method ?? '', path, JSON.parse(text || 'null'), now());
    return found === undefined ? problem(response, 404, 'not-found') : json(response, found);
  }
  if (path.startsWith('/api/config')) {
    const text = await bodyOf(request);
    const found = configAnswer(request.method ?? '', path, JSON.parse(text || 'null'), now());
    return found === undefined ? problem(response, 404, 'not-found') : json(response, found);
  }
  if (path.startsWith('/api/prompts/sound/')) return range(request, response, wav);
  const seen = {
    numbers: can({ role, grants: [] }, 'number.read', { own: role === 'agent' }),
    names: can({ role, grants: [] }, 'name.read', { own: role === 'agent' }),
    agents: can({ role, grants: [] }, 'agent.read', { own: role === 'agent' }),
  };
  const rows = callRows(now(), 240, seen);
  if (path === '/api/statuses') return json(response, { statuses: STATUSES });
  if (path === '/api/campaigns') return json(response, { campaigns: campaigns(now()) });
  if (path === '/api/lists') {
    const base = { campaign: 'oradea', createdAt: new Date(now() - 86_400_000).toISOString() };
    const lists = [
      { ...base, id: 4, name: 'oradea-prioritar', kind: 'priority' },
      { ...base, id: 3, name: 'oradea-2026-11', kind: 'normal' },
    ];
    return json(response, { lists });
  }
  const accounts = accountsFixture(request.method ?? 'GET', path, query, now());
  if (accounts) return json(response, accounts);
  const report = reportFixture(path, query, now());
  if (report) return json(response, report);
  if (path === '/api/calls') {
    const found = rows
      .filter((row) => !query.get('status') || row.status === query.get('status'))
      .filter((row) => !query.get('campaign') || row.campaign === query.get('campaign'));
    const start = Number(query.get('cursor') ?? 0);
    const end = start + Number(query.get('limit') ?? 50);
    const nextCursor = end < found.length ? String(end) : null;
    const total = query.get('state') === 'counted' && start === 0 ? found.length : null;
    return json(response, { calls: found.slice(start, end), nextCursor, total, zone: 'Europe/Bucharest' });
  }
  const pause = /^\/api\/campaigns\/([^/]+)\/(pause|resume)$/.exec(path);
  if (pause) {
    const { reason } = JSON.parse(await bodyOf(request)) as { reason: string };
    const at = new Date(now()).toISOString();
    const paused = pause[2] === 'pause' ? { at, by: 'Ioana Marin', reason, stopped: false } : null;
    return json(response, { name: pause[1], paused, changed: true });
  }
  const customer = /^\/api\/customer\/(\d+)$/.exec(path);
  if (customer) return json(response, customerOf(Number(customer[1]) % 5, now()));
  if (path === '/api/recordings/search') {
    const listen = can({ role, grants: [] }, 'recording.play', { own: role === 'agent' });
    if (!listen) return problem(response, 403, 'forbidden');
    const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    const file = { durationMs: RECORDING_SECONDS * 1000, bytes: wav.length };
    const may = { listen, download: listen };
    return json(response, recordingsFixture(body, rows, may, file, now()));
  }
  if (/^\/api\/calls\/[^/]+\/recording\/peaks$/.test(path)) return json(response, peaksOf(wav));
  const call = /^\/api\/calls\/([^/]+)(\/recording)?$/.exec(path);
  const row = rows.find((candidate) => candidate.id === call?.[1]);
  if (row && call?.[2]) return range(request, response, wav);
  if (row) {
    return json(
      response,
      callDetail(
        row,
        { listen: can({ role, grants: [] }, 'recording.play', { own: role === 'agent' }) },
        RECORDING_SECONDS * 1000,
        wav.length,
      ),
    );
  }
  return problem(response, 404, 'not-found');
}

async function desk(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  simulator: DeskSimulator,
  onDesk: ((method: string, path: string, body: unknown) => void) | undefined,
): Promise<void> {
  if (roleOf(request) === undefined) return problem(response, 401, 'unauthenticated');
  const body = await bodyOf(request);
  const method = request.method ?? 'GET';
  const rest = path.slice(DESK_PATH.length);
  const parsed: unknown = body === '' ? undefined : JSON.parse(body);
  onDesk?.(method, rest, parsed);
  const found = simulator.answer(method, rest, parsed);
  if (found === undefined) return problem(response, 404, 'not-found');
  if (found.body === undefined) response.writeHead(found.status).end();
  else json(response, found.body, found.status);
}

function deskLive(socket: WebSocket, simulator: DeskSimulator): void {
  const send = (next: Desk): void =>
    socket.send(JSON.stringify({ type: 'desk', desk: next } satisfies DeskMessage));
  send(simulator.desk());
  const stop = simulator.watch(send);
  socket.on('close', stop);
}

function live(socket: WebSocket, role: Role | undefined, now: () => number): void {
  let timer: NodeJS.Timeout | undefined;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as { type: string; campaign?: string };
    clearInterval(timer);
    const campaign = message.campaign ?? '';
    if (role === undefined) return socket.close(4401);
    if (!campaigns(now()).some((item) => item.name === campaign)) return socket.close(4404);
    const snapshot = liveSnapshot(campaign, now(), {
      numbers: can({ role, grants: [] }, 'number.read', { own: role === 'agent' }),
    });
    let sequence = 1;
    const send = (next: LiveServerMessage): void => socket.send(JSON.stringify(next));
    send({ type: 'snapshot', campaign, sequence, snapshot });
    timer = setInterval(() => {
      sequence += 1;
      send({ type: 'update', campaign, sequence, changes: { generatedAt: new Date(now()).toISOString() } });
    }, 2_000);
  });
  socket.on('close', () => clearInterval(timer));
}

function page(response: ServerResponse, path: string, dist: string): void {
  const file = join(dist, normalize(path));
  const found = file.startsWith(dist) && existsSync(file) && statSync(file).isFile();
  const chosen = found ? file : join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': TYPES[extname(chosen)] ?? 'application/octet-stream',
    'content-security-policy': CSP,
    'cache-control': found ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  createReadStream(chosen).pipe(response);
}

/** One range, as audio elements ask for it (RFC 9110 §14). */
function range(request: IncomingMessage, response: ServerResponse, file: Buffer): void {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = asked ? Number(asked[1]) : 0;
  const end = asked?.[2] ? Math.min(Number(asked[2]), file.length - 1) : file.length - 1;
  const part = file.subarray(start, end + 1);
  response.writeHead(asked ? 206 : 200, {
    'content-type': 'audio/wav',
    'accept-ranges': 'bytes',
    'content-length': part.length,
    ...(asked ? { 'content-range': `bytes ${start}-${end}/${file.length}` } : {}),
  });
  response.end(part);
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  return new RegExp(`(?:^|; )${name}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
}

function roleOf(request: IncomingMessage): Role | undefined {
  const name = cookieOf(request, 'role');
  return ROLES.find((role) => role === name);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, code: ProblemCode): void {
  const body = {
    type: `urn:apel:problem:${code}`,
    title: code,
    status,
    code,
    params: {},
    requestId: 'fixture',
  };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startFixtureServer({ port: Number(process.argv[2] ?? 5180) });
  process.stdout.write(`Apel page with made-up data: ${server.url}\n`);
}
