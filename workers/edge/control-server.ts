/**
 * The control socket of an edge, see `contracts/model/edge-control.ts`: is this very epoch alive, and hang up that call.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { EdgeIdentity, EdgeReleaseReply } from '../../contracts/model/edge-control.ts';

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
}

const RELEASE_PATH = /^\/calls\/([A-Za-z0-9-]{1,64})\/release$/;
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
    (req, res) => answer(options, req, res),
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

function answer(options: ControlServerOptions, request: IncomingMessage, response: ServerResponse): void {
  // No body is ever read: what is sent all the same is thrown away with the connection.
  response.setHeader('connection', 'close');
  if (!hasToken(request, options.token)) return reply(response, 401, { error: 'unauthorized' });
  const path = request.url?.split('?')[0] ?? '';
  if (request.method === 'GET' && path === '/epoch') {
    const identity = options.identity();
    return identity ? reply(response, 200, identity) : reply(response, 503, { error: 'starting' });
  }
  const callId = RELEASE_PATH.exec(path)?.[1];
  if (request.method === 'POST' && callId !== undefined) {
    return reply(response, 200, { outcome: options.release(callId) });
  }
  reply(response, 404, { error: 'not-found' });
}

/** Compares hashes, so that neither content nor length of the token can be timed. */
function hasToken(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token)) && given !== '';
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
