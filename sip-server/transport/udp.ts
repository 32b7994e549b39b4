import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { reportTo, type Contact, type Flow, type Receiver } from './flow.ts';

/** Room for a burst of some thousand datagrams while the event loop is busy; the kernel may grant less. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

export interface UdpTransport {
  readonly contact: Contact;
  flowTo(address: string, port: number): Flow;
  close(): Promise<void>;
}

export interface BindOptions {
  readonly host: string;
  readonly port: number;
  /** Address (and port) that peers are told instead of the bound one. */
  readonly external?: { readonly address: string; readonly port?: number };
  readonly onMessage: Receiver;
  readonly onError: (error: unknown) => void;
}

/** Binds a UDP socket; rejects with the system's error when the port is taken. */
export async function createUdpTransport(options: BindOptions): Promise<UdpTransport> {
  const { host, port, external, onMessage, onError } = options;
  const socket = createSocket({
    type: host.includes(':') ? 'udp6' : 'udp4',
    // Addresses are resolved before they come here: skip the look-up that dgram makes per datagram.
    lookup: (address, _options, callback) => callback(null, address, address.includes(':') ? 6 : 4),
  });
  // The look-up above answers at once, so `listening` may come before bind() returns.
  const listening = once(socket, 'listening');
  socket.bind(port, host);
  await listening;
  growBuffers(() => socket.setRecvBufferSize(SOCKET_BUFFER_BYTES));
  growBuffers(() => socket.setSendBufferSize(SOCKET_BUFFER_BYTES));
  const bound = socket.address().port;
  const contact: Contact = {
    protocol: 'udp',
    address: external?.address ?? host,
    port: external?.port ?? bound,
  };
  const flowTo = (remoteAddress: string, remotePort: number): Flow => ({
    protocol: 'udp',
    remoteAddress,
    remotePort,
    local: contact,
    alive: true,
    send(bytes, onSendError) {
      try {
        socket.send(bytes, remotePort, remoteAddress, (error) => {
          if (error) reportTo(onError, () => onSendError?.(error));
        });
      } catch (error) {
        process.nextTick(() => reportTo(onError, () => onSendError?.(error as Error)));
      }
    },
  });
  socket.on('error', onError);
  socket.on('message', (bytes, from) => {
    try {
      onMessage(bytes.toString('latin1'), flowTo(from.address, from.port));
    } catch (error) {
      onError(error);
    }
  });
  return {
    contact,
    flowTo,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Bigger buffers are a wish: a system that refuses them still works. */
function growBuffers(grow: () => void): void {
  try {
    grow();
  } catch {
    // The default size stays.
  }
}
