/**
 * Upgrades take the way of every other request, through the gates to a handler, which may then take the socket. What it
 * does not take is answered as HTTP: a refused WebSocket reads its problem document, and an upgrade to something else
 * (`h2c`) is ignored, as RFC 9110 §7.8 allows. Without that a socket that asked for one would stay open for ever, since
 * Node's time-outs leave it alone.
 * @module
 */
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import type { SocketUse, TakeSocket } from '../env.ts';
import { endWithProblem } from './protocol-errors.ts';

export interface Upgrades {
  /** Of a request that asks for a WebSocket; undefined for any other. */
  takerOf(request: object): TakeSocket | undefined;
  /** Listener of the server's `upgrade`. */
  onUpgrade(server: Server): (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export function serveUpgrades(servers: Readonly<Record<SocketUse, WebSocketServer>>): Upgrades {
  const takers = new WeakMap<object, TakeSocket>();
  // A key, a version or an extension that is none.
  for (const server of Object.values(servers)) {
    server.on('wsClientError', (_error, socket) => endWithProblem(socket, 'invalid-request'));
  }
  return {
    takerOf: (request) => takers.get(request),
    onUpgrade: (server) => (request, duplex, head) => {
      // An HTTP server over TCP or TLS; the type is wider for proxies.
      const socket = duplex as Socket;
      // Node has taken its own listener away: without one a reset would end the process.
      socket.on('error', () => socket.destroy());
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket);
      response.on('finish', () => socket.end());
      if (request.headers.upgrade?.toLowerCase() === 'websocket') {
        takers.set(request, (accept, use = 'page') => {
          response.detachSocket(socket);
          servers[use].handleUpgrade(request, socket, head, accept);
        });
      }
      server.emit('request', request, response);
    },
  };
}
