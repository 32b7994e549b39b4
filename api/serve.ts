/**
 * The application on a socket.
 * @module
 */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';
import { WebSocketServer } from 'ws';
import type { ApiEnv } from './env.ts';
import { answerProtocolErrors, bareProblem } from './http/protocol-errors.ts';
import { serveUpgrades } from './http/upgrades.ts';

export interface Serving {
  /** `http://127.0.0.1:8080` */
  url: string;
  /** Ends open connections after a moment for the requests in flight. */
  close(): Promise<void>;
}

/** The address is taken or may not be used; `message` is one clear line. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** What a subscribe message needs, and what an INVITE with a browser's SDP needs, with room to spare. */
const MAX_MESSAGE_BYTES = { page: 4_096, sip: 64 * 1024 } as const;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often late connections are looked for; Node's own 30 s would make 40 of the 10 above. */
const CHECK_CONNECTIONS_MS = 2_000;
/** Every person's page and socket, a hundred times over; more is an attack, and each costs a file descriptor. */
const MAX_CONNECTIONS = 5_000;
const FINISH_MS = 3_000;

export interface ServeOptions {
  app: Pick<Hono<ApiEnv>, 'fetch'>;
  host: string;
  /** 0 lets the operating system choose. */
  port: number;
  /** PEM texts: HTTPS. Absent: HTTP, for this machine alone or behind a reverse proxy. */
  tls?: { cert: string; key: string };
}

export async function serveApp(input: ServeOptions): Promise<Serving> {
  const webSockets = {
    page: new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES.page }),
    sip: new WebSocketServer({
      noServer: true,
      maxPayload: MAX_MESSAGE_BYTES.sip,
      // RFC 7118 §4: `sip`, whatever else is offered.
      handleProtocols: (offered) => offered.has('sip') && 'sip',
    }),
  };
  const upgrades = serveUpgrades(webSockets);
  const answer = getRequestListener(
    (request, env) => input.app.fetch(request, { ...env, takeSocket: upgrades.takerOf(env.incoming) }),
    // What the application never sees: a Host or a target that makes no URL.
    { errorHandler: (error) => bareProblem(error instanceof RequestError ? 'invalid-request' : 'internal') },
  );
  const server = createHttpServer(input.tls, (request, response) => void answer(request, response));
  server.maxConnections = MAX_CONNECTIONS;
  server.on('upgrade', upgrades.onUpgrade(server));
  answerProtocolErrors(server);
  const address = await listen(server, input);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `${input.tls ? 'https' : 'http'}://${host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => {
          for (const { clients } of Object.values(webSockets)) {
            for (const socket of clients) socket.terminate();
          }
          server.closeAllConnections();
        }, FINISH_MS).unref();
      }),
  };
}

function createHttpServer(tls: ServeOptions['tls'], listener: RequestListener): Server {
  const options: ServerOptions = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
    // Without a Host: our own answer, not Node's.
    requireHostHeader: false,
  };
  return tls
    ? createTlsServer(
        { ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_TIMEOUT_MS },
        listener,
      )
    : createServer(options, listener);
}

function listen(server: Server, input: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, input)));
    server.listen(input.port, input.host, () => resolve(server.address() as AddressInfo));
  });
}

function explain(error: NodeJS.ErrnoException, input: { host: string; port: number }): Error {
  const at = `${input.host}:${input.port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new ListenError(
        `${at} is taken by another program: end it, or set APEL_API_PORT to a free port`,
      );
    case 'EACCES':
      return new ListenError(`${at} may not be used without more rights: set APEL_API_PORT to 1024 or above`);
    case 'EADDRNOTAVAIL':
      return new ListenError(`${input.host} is no address of this machine: correct APEL_API_HOST`);
    default:
      return error;
  }
}
