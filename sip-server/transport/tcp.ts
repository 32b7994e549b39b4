import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Contact, Flow } from './flow.ts';
import { InboundFlows } from './inbound-flows.ts';
import { TcpFlow, type TcpFlowOptions } from './tcp-flow.ts';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from './tcp-limits.ts';
import type { BindOptions } from './udp.ts';

export interface TcpTransport {
  readonly contact: Contact;
  /** The open connection to that peer, or a new one. */
  flowTo(address: string, port: number): Flow;
  close(): Promise<void>;
}

export interface TcpOptions extends BindOptions {
  readonly limits?: Partial<TcpLimits>;
}

/** Listens for SIP over TCP; rejects with the system's error when the port is taken. */
export async function createTcpTransport(options: TcpOptions): Promise<TcpTransport> {
  const { host, port, external, onMessage, onError } = options;
  const limits = { ...DEFAULT_TCP_LIMITS, ...options.limits };
  const inbound = new InboundFlows<TcpFlow>(limits);
  const flows = new Map<string, TcpFlow>();
  const server = createServer();
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
    limits,
    local: contact,
    onMessage: (text, flow) => {
      if (flow instanceof TcpFlow) inbound.touch(flow);
      onMessage(text, flow);
    },
    onError,
    onClose: (flow) => {
      inbound.remove(flow);
      const key = keyOf(flow.remoteAddress, flow.remotePort);
      if (flows.get(key) === flow) flows.delete(key);
    },
  };
  server.on('connection', (socket) => {
    const remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const flow = new TcpFlow(socket, remote, flowOptions);
    flows.set(keyOf(remote.address, remote.port), flow);
    inbound.add(flow);
    flow.awaitMessage();
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
