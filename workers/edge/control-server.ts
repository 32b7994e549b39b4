/**
 * The control socket of an edge, see `contracts/model/edge-control.ts`: is this very epoch alive,
 * hang up that call, do what its agent wants.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type {
  DeskCommand,
  DeskCommandReply,
  EchoReply,
  EdgeIdentity,
  EdgeReleaseReply,
} from '../../contracts/model/edge-control.ts';

export interface ControlServer {
  url: string;
  close(): Promise<void>;
}

export interface ControlServerOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  token: string;
  /** Undefined until the epoch is open. */
  identity(): EdgeIdentity | undefined;
  release(callId: string): EdgeReleaseReply['outcome'];
  command(callId: string, command: DeskCommand): Promise<DeskCommandReply['outcome']>;
  deskGone(userId: number): void;
  /** A test call to the agent's desk. */
  startEcho(userId: number): Promise<EchoReply['outcome']>;
  endEcho(userId: number): void;
}

const CALL_PATH = /^\/calls\/([A-Za-z0-9-]{1,64})\/(release|command)$/;
const DESK_PATH = /^\/desks\/(\d{1,9})\/(gone|echo)$/;
/** The longest command are 32 digits. */
const MAX_BODY_BYTES = 1_024;
/** A probe takes milliseconds; nobody may hold a connection open. */
const REQUEST_TIMEOUT_MS = 1_000;
/**
 * Node looks for late connections every 30 s by default: for so long, strangers who open all of them and say nothing
 * would make a living edge look dead to the probe, which then ends its calls.
 */
const CHECK_MS = 250;

export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    (req, res) => {
      answer(options, req, res).catch(() => res.destroy());
    },
  );
  server.maxConnections = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  options: ControlServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Of what is sent only a command's body is read; the rest is thrown away with the connection.
  response.setHeader('connection', 'close');
  if (!hasToken(request, options.token)) return reply(response, 401, { error: 'unauthorized' });
  const path = request.url?.split('?')[0] ?? '';
  if (request.method === 'GET' && path === '/epoch') {
    const identity = options.identity();
    return identity ? reply(response, 200, identity) : reply(response, 503, { error: 'starting' });
  }
  const [, callId, action] = CALL_PATH.exec(path) ?? [];
  if (request.method === 'POST' && callId !== undefined && action === 'release') {
    return reply(response, 200, { outcome: options.release(callId) });
  }
  if (request.method === 'POST' && callId !== undefined) {
    const command = deskCommandOf(await bodyOf(request));
    if (!command) return reply(response, 400, { error: 'no-such-command' });
    return reply(response, 200, { outcome: await options.command(callId, command) });
  }
  const [, userId, what] = DESK_PATH.exec(path) ?? [];
  if (userId === undefined) return reply(response, 404, { error: 'not-found' });
  switch (`${request.method} ${what}`) {
    case 'POST gone':
      options.deskGone(Number(userId));
      return done(response);
    case 'POST echo':
      return reply(response, 200, { outcome: await options.startEcho(Number(userId)) });
    case 'DELETE echo':
      options.endEcho(Number(userId));
      return done(response);
    default:
      reply(response, 404, { error: 'not-found' });
  }
}

/** Empty when it is too long, or breaks off. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return '';
      chunks.push(chunk);
    }
  } catch {
    return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The API has checked it; what is none all the same is refused. */
function deskCommandOf(body: string): DeskCommand | undefined {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const { type, digits, muted } = given as Record<string, unknown>;
  switch (type) {
    case 'hang-up':
    case 'hold':
    case 'resume':
    case 'refuse-recording':
      return { type };
    case 'digits':
      return typeof digits === 'string' && /^[0-9*#]{1,32}$/.test(digits) ? { type, digits } : undefined;
    case 'mute':
      return typeof muted === 'boolean' ? { type, muted } : undefined;
    default:
      return undefined;
  }
}

/** Compares hashes, so that neither content nor length of the token can be timed. */
function hasToken(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token)) && given !== '';
}

function done(response: ServerResponse): void {
  response.writeHead(204);
  response.end();
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
