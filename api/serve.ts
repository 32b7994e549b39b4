/**
 * The application on a socket.
 * @module
 */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import type { AppType } from './app-type.ts';

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

type SocketServer = NonNullable<Parameters<typeof createAdaptorServer>[0]['websocket']>['server'];

/** What a subscribe message needs, with room to spare. */
const MAX_SOCKET_MESSAGE_BYTES = 4096;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const FINISH_MS = 3_000;

/** @param input.port 0 lets the operating system choose */
export async function serveApp(input: { app: AppType; host: string; port: number }): Promise<Serving> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_SOCKET_MESSAGE_BYTES });
  const server = createAdaptorServer({
    fetch: input.app.fetch,
    serverOptions: { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    // Its declared shape is that of `ws` without `exactOptionalPropertyTypes`.
    websocket: { server: sockets as unknown as SocketServer },
  }) as Server;
  const address = await listen(server, input);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => {
          for (const socket of sockets.clients) socket.terminate();
          server.closeAllConnections();
        }, FINISH_MS).unref();
      }),
  };
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
