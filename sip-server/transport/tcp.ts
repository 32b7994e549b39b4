import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Contact, Flow } from './flow.ts';
import { TcpFlow, type TcpFlowOptions } from './tcp-flow.ts';
import type { BindOptions } from './udp.ts';

/** Connections at once, both directions; a carrier needs one or two. */
const MAX_CONNECTIONS = 1_024;

export interface TcpTransport {
  readonly contact: Contact;
  /** The open connection to that peer, or a new one. */
  flowTo(address: string, port: number): Flow;
  close(): Promise<void>;
}

/** Listens for SIP over TCP; rejects with the system's error when the port is taken. */
export async function createTcpTransport(options: BindOptions): Promise<TcpTransport> {
  const { host, port, external, onMessage, onError } = options;
  const flows = new Map<string, TcpFlow>();
  const server = createServer();
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', onError);
  const bound = server.address();
  const contact: Contact = {
    protocol: 'tcp',
    address: external?.address ?? host,
    port: external?.port ?? (typeof bound === 'object' && bound ? bound.port : port),
  };
  const flowOptions: TcpFlowOptions = {
    local: contact,
    onMessage,
    onError,
    onClose: (flow) => {
      const key = keyOf(flow.remoteAddress, flow.remotePort);
      if (flows.get(key) === flow) flows.delete(key);
    },
  };
  server.on('connection', (socket) => {
    const remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    flows.set(keyOf(remote.address, remote.port), new TcpFlow(socket, remote, flowOptions));
  });
  return {
    contact,
    flowTo(address, remotePort) {
      const key = keyOf(address, remotePort);
      const open = flows.get(key);
      if (open?.alive) return open;
      const flow = TcpFlow.open({ address, port: remotePort }, flowOptions);
      flows.set(key, flow);
      return flow;
    },
    close() {
      for (const flow of flows.values()) flow.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}
