import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { MAX_MESSAGE_BYTES } from '../message/limits.ts';
import type { Contact } from './flow.ts';
import { InboundFlows, type InboundFlow } from './inbound-flows.ts';
import type { BindOptions } from './udp.ts';
import { WsFlow, type WsFlowOptions } from './ws-flow.ts';
import { DEFAULT_WS_LIMITS, type WsLimits } from './ws-limits.ts';

/** RFC 7118 §4.1. */
const SUBPROTOCOL = 'sip';
/** The request line and header fields of a handshake. */
const MAX_HANDSHAKE_BYTES = 16_384;
/** A message comes in one frame, or in a few where a proxy cuts it. */
const MAX_FRAGMENTS = 64;

export interface WsTransport {
  readonly contact: Contact;
  close(): Promise<void>;
}

export interface WsOptions extends BindOptions {
  readonly limits?: Partial<WsLimits>;
}

/** Listens for SIP over WebSocket (RFC 7118), on any path; rejects with the system's error when the port is taken. */
export async function createWsTransport(options: WsOptions): Promise<WsTransport> {
  const { host, port, external, onMessage, onError } = options;
  const limits = { ...DEFAULT_WS_LIMITS, ...options.limits };
  const visitors = new InboundFlows<Visitor>(limits);
  const bySocket = new WeakMap<object, Visitor>();
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    maxFragments: MAX_FRAGMENTS,
    handleProtocols: () => SUBPROTOCOL,
  });
  const server = createServer({ maxHeaderSize: MAX_HANDSHAKE_BYTES }, (_request, response) => {
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end();
  });
  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', onError);
  const bound = server.address();
  const contact: Contact = {
    protocol: 'ws',
    address: external?.address ?? host,
    port: external?.port ?? (typeof bound === 'object' && bound ? bound.port : port),
  };
  server.on('connection', (socket) => {
    const visitor = new Visitor(socket, limits.handshakeMs);
    bySocket.set(socket, visitor);
    visitors.add(visitor);
    socket.on('close', () => {
      visitor.leave();
      visitors.remove(visitor);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    const visitor = bySocket.get(socket);
    if (!visitor || !offersSip(request)) return refuse(socket);
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      const onHeard = () => visitors.touch(visitor);
      const { remote } = visitor;
      const shared: Omit<WsFlowOptions, 'onHeard' | 'remote'> = {
        limits,
        local: contact,
        onMessage,
        onError,
      };
      visitor.enter(new WsFlow(webSocket, { ...shared, remote, onHeard }));
    });
  });
  const heart = setInterval(() => {
    for (const { flow } of visitors) flow?.checkLife();
  }, limits.pingMs);
  return {
    contact,
    close() {
      clearInterval(heart);
      for (const visitor of visitors) visitor.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A TCP connection to this port: first only that, then, if all goes well, a WebSocket. */
class Visitor implements InboundFlow {
  readonly remote: { readonly address: string; readonly port: number };
  flow: WsFlow | undefined;
  readonly #socket: Socket;
  readonly #handshake: NodeJS.Timeout;

  constructor(socket: Socket, handshakeMs: number) {
    this.#socket = socket;
    // Kept: a closed socket forgets them.
    this.remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    this.#handshake = setTimeout(() => this.destroy(), handshakeMs);
  }

  get remoteAddress(): string {
    return this.remote.address;
  }

  get standing(): number {
    return this.flow?.standing ?? 0;
  }

  enter(flow: WsFlow): void {
    clearTimeout(this.#handshake);
    this.flow = flow;
  }

  leave(): void {
    clearTimeout(this.#handshake);
  }

  destroy(): void {
    if (this.flow) this.flow.destroy();
    else this.#socket.destroy();
  }
}

function offersSip({ headers }: IncomingMessage): boolean {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',');
  return offered.some((protocol) => protocol.trim() === SUBPROTOCOL);
}

/** RFC 7118 §4.1: without the subprotocol there is nothing to talk about. */
function refuse(socket: Duplex): void {
  socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
