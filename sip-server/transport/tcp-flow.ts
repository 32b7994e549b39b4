import { connect, type Socket } from 'node:net';
import { reportTo, type Contact, type Flow, type Receiver } from './flow.ts';
import { StreamFramer } from './stream-framer.ts';

/** A peer that does not accept by then is unreachable (the caller hears 503). */
const CONNECT_TIMEOUT_MS = 5_000;
/** A quiet connection is closed; in-dialog requests open another. */
const IDLE_TIMEOUT_MS = 15 * 60_000;
/** A message must be complete this long after its first byte: slow senders hold no memory. */
const PARTIAL_TIMEOUT_MS = 32_000;
/** Bytes waiting for a peer that does not read. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

export interface TcpFlowOptions {
  readonly local: Contact;
  readonly onMessage: Receiver;
  readonly onError: (error: unknown) => void;
  onClose(flow: TcpFlow): void;
}

/** One TCP connection, ours or the peer's. */
export class TcpFlow implements Flow {
  readonly protocol = 'tcp';
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly local: Contact;
  readonly #socket: Socket;
  readonly #framer = new StreamFramer();
  readonly #options: TcpFlowOptions;
  #alive = true;
  #connecting: NodeJS.Timeout | undefined;
  #partial: NodeJS.Timeout | undefined;
  #lastError: Error | undefined;

  constructor(socket: Socket, remote: { address: string; port: number }, options: TcpFlowOptions) {
    this.#socket = socket;
    this.#options = options;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.local = options.local;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 45_000);
    socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
    socket.on('connect', () => clearTimeout(this.#connecting));
    socket.on('error', (error) => (this.#lastError = error));
    socket.on('close', () => this.#closed());
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  /** Opens a connection; what is sent meanwhile waits for it. */
  static open(remote: { address: string; port: number }, options: TcpFlowOptions): TcpFlow {
    const flow = new TcpFlow(connect({ host: remote.address, port: remote.port }), remote, options);
    flow.#connecting = setTimeout(() => flow.destroy(new Error('connect timed out')), CONNECT_TIMEOUT_MS);
    return flow;
  }

  get alive(): boolean {
    return this.#alive;
  }

  send(bytes: Buffer, onError?: (error: Error) => void): void {
    if (!this.#alive || this.#socket.writableLength > MAX_BACKLOG_BYTES) {
      const error = this.#lastError ?? new Error(this.#alive ? 'peer does not read' : 'connection closed');
      process.nextTick(() => reportTo(this.#options.onError, () => onError?.(error)));
      if (this.#alive) this.destroy(error);
      return;
    }
    this.#socket.write(bytes, (error) => {
      if (error) reportTo(this.#options.onError, () => onError?.(error));
    });
  }

  destroy(error?: Error): void {
    this.#lastError ??= error;
    this.#socket.destroy(error);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const framed of this.#framer.push(chunk.toString('latin1'))) {
        if (framed.kind === 'message') this.#options.onMessage(framed.text, this);
        else if (framed.kind === 'keep-alive') this.#socket.write('\r\n');
        else this.destroy(new Error(framed.problem));
      }
    } catch (error) {
      this.#options.onError(error);
    }
    if (!this.#framer.partial) {
      clearTimeout(this.#partial);
      this.#partial = undefined;
    } else {
      this.#partial ??= setTimeout(() => this.destroy(new Error('incomplete message')), PARTIAL_TIMEOUT_MS);
    }
  }

  #closed(): void {
    this.#alive = false;
    clearTimeout(this.#connecting);
    clearTimeout(this.#partial);
    this.#options.onClose(this);
  }
}
