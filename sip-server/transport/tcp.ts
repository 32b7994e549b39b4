import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Contact, Flow } from './flow.ts';
import { InboundFlows, type InboundFlow } from './inbound-flows.ts';
import { TcpFlow, type TcpFlowOptions } from './tcp-flow.ts';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from './tcp-limits.ts';
import { connectTls, createTlsServer, type TlsSettings } from './tls.ts';
import type { BindOptions } from './udp.ts';

export interface TcpTransport {
  readonly contact: Contact;
  /** False for TLS without a certificate: we only connect to others. */
  readonly listens: boolean;
  /** The open connection to that peer, or a new one. `name` is what a certificate must be of. */
  flowTo(address: string, port: number, name: string): Flow;
  close(): Promise<void>;
}

export interface TcpOptions extends BindOptions {
  readonly limits?: Partial<TcpLimits>;
  /** TLS instead of plain TCP. */
  readonly secure?: TlsSettings;
}

/** SIP over TCP, or TLS on it; rejects with the system's error when the port is taken, or the certificate cannot be used. */
export async function createTcpTransport(options: TcpOptions): Promise<TcpTransport> {
  const { host, port, external, onMessage, onError, secure } = options;
  const limits = { ...DEFAULT_TCP_LIMITS, ...options.limits };
  const inbound = new InboundFlows<InboundFlow>(limits);
  const flows = new Map<string, TcpFlow>();
  const shaking = new Map<string, InboundFlow>();
  const server = await listen(options);
  const bound = server?.address();
  const contact = {
    protocol: secure ? ('tls' as const) : ('tcp' as const),
    address: external?.address ?? host,
    port: external?.port ?? (typeof bound === 'object' && bound ? bound.port : port),
  };
  const flowOptions: TcpFlowOptions = {
    limits,
    local: contact,
    onMessage: (text, flow) => {
      if (flow instanceof TcpFlow) inbound.touch(flow);
      onMessage(text, flow);
    },
    onError,
    onClose: (flow) => {
      inbound.remove(flow);
      const key = keyOf(flow.remoteAddress, flow.remotePort, flow.provenName);
      if (flows.get(key) === flow) flows.delete(key);
    },
  };
  server?.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
    const remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const key = keyOf(remote.address, remote.port);
    const stranger = shaking.get(key);
    if (stranger) inbound.remove(stranger);
    const flow = new TcpFlow(socket, remote, flowOptions);
    flows.set(key, flow);
    inbound.add(flow);
    flow.awaitMessage();
  });
  // A connection in its handshake takes a place like any other, and is the first to give it up.
  if (secure)
    server?.on('connection', (socket: Socket) => {
      const remoteAddress = socket.remoteAddress ?? '';
      const key = keyOf(remoteAddress, socket.remotePort ?? 0);
      const stranger: InboundFlow = { remoteAddress, standing: 0, destroy: () => socket.destroy() };
      shaking.set(key, stranger);
      inbound.add(stranger);
      socket.on('close', () => {
        inbound.remove(stranger);
        shaking.delete(key);
      });
    });
  return {
    contact,
    listens: server !== undefined,
    flowTo(address, remotePort, name) {
      const provenName = secure ? name : undefined;
      const key = keyOf(address, remotePort, provenName);
      const open = flows.get(key);
      if (open?.alive) return open;
      const remote = { address, port: remotePort };
      const socket = secure
        ? connectTls({ ...remote, name }, secure)
        : connect({ host: address, port: remotePort });
      const flow = TcpFlow.opening(socket, remote, flowOptions);
      if (provenName !== undefined) flow.provenName = provenName;
      flows.set(key, flow);
      return flow;
    },
    close() {
      for (const flow of flows.values()) flow.destroy();
      for (const stranger of shaking.values()) stranger.destroy();
      return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
    },
  };
}

async function listen({ host, port, secure, onError }: TcpOptions): Promise<Server | undefined> {
  if (secure && secure.cert === undefined) return undefined;
  const server = secure ? createTlsServer(secure) : createServer();
  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', onError);
  return server;
}

/** A connection that has proved one name says nothing about another. */
function keyOf(address: string, port: number, provenName = ''): string {
  return `${address} ${port} ${provenName}`;
}
