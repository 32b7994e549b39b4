import type { Socket } from 'node:net';
import { reportTo, type Contact, type Flow, type Receiver } from './flow.ts';
import type { InboundFlow } from './inbound-flows.ts';
import { StreamFramer } from './stream-framer.ts';
import type { TcpLimits } from './tcp-limits.ts';

/** A peer that does not accept by then is unreachable (the caller hears 503). */
const CONNECT_TIMEOUT_MS = 5_000;
/** Bytes waiting for a peer that does not read. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

export interface TcpFlowOptions {
  readonly limits: TcpLimits;
  readonly local: Contact & { readonly protocol: 'tcp' | 'tls' };
  readonly onMessage: Receiver;
  readonly onError: (error: unknown) => void;
  onClose(flow: TcpFlow): void;
}

interface Unsent {
  readonly bytes: Buffer;
  readonly onError: ((error: Error) => void) | undefined;
}

/** One TCP connection, ours or the peer's. */
export class TcpFlow implements Flow, InboundFlow {
  readonly protocol: 'tcp' | 'tls';
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly local: Contact;
  provenName?: string;
  readonly #socket: Socket;
  readonly #framer = new StreamFramer();
  readonly #options: TcpFlowOptions;
  #alive = true;
  #connecting: NodeJS.Timeout | undefined;
  #partial: NodeJS.Timeout | undefined;
  #lastError: Error | undefined;
  /** What waits for the handshake of a TLS connection of ours: node says that it was sent when the handshake fails. */
  #waiting: Unsent[] | undefined;
  #waitingBytes = 0;
  /** Has carried a whole message. */
  #spoke = false;
  /** Nothing more is read: only our last answer is still to leave. */
  #finished = false;

  constructor(socket: Socket, remote: { address: string; port: number }, options: TcpFlowOptions) {
    this.#socket = socket;
    this.#options = options;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.local = options.local;
    this.protocol = options.local.protocol;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 45_000);
    socket.setTimeout(options.limits.idleMs, () => socket.destroy());
    const ready = options.local.protocol === 'tls' ? 'secureConnect' : 'connect';
    socket.on(ready, () => this.#ready());
    socket.on('error', (error) => (this.#lastError = error));
    socket.on('close', () => this.#closed());
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  /** Takes over a connection that was just begun; what is sent meanwhile waits for it. */
  static opening(
    socket: Socket,
    remote: { address: string; port: number },
    options: TcpFlowOptions,
  ): TcpFlow {
    const flow = new TcpFlow(socket, remote, options);
    flow.#spoke = true;
    if (flow.protocol === 'tls') flow.#waiting = [];
    flow.#connecting = setTimeout(() => flow.destroy(new Error('connect timed out')), CONNECT_TIMEOUT_MS);
    return flow;
  }

  get alive(): boolean {
    return this.#alive && !this.#finished;
  }

  /** 0 as long as all that came in was silence, keep-alives and halves of messages. */
  get standing(): number {
    return this.#spoke ? 1 : 0;
  }

  send(bytes: Buffer, onError?: (error: Error) => void): void {
    if (
      !this.#alive ||
      this.#socket.writableEnded ||
      this.#socket.writableLength + this.#waitingBytes > MAX_BACKLOG_BYTES
    ) {
      const error = this.#lastError ?? new Error(this.#alive ? 'peer does not read' : 'connection closed');
      process.nextTick(() => reportTo(this.#options.onError, () => onError?.(error)));
      if (this.#alive) this.destroy(error);
      return;
    }
    if (this.#waiting) {
      this.#waitingBytes += bytes.length;
      this.#waiting.push({ bytes, onError });
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

  /** From the peer's first byte, or from `accept`, a message must come to its end: slow senders hold no memory. */
  awaitMessage(): void {
    const { partialMs } = this.#options.limits;
    this.#partial ??= setTimeout(() => this.destroy(new Error('incomplete message')), partialMs);
  }

  #ready(): void {
    clearTimeout(this.#connecting);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    for (const { bytes, onError } of waiting) this.send(bytes, onError);
  }

  #receive(chunk: Buffer): void {
    if (this.#finished) return;
    for (const framed of this.#framer.push(chunk.toString('latin1'))) {
      if (framed.kind === 'keep-alive') this.#answerKeepAlive();
      else if (framed.kind === 'broken') this.destroy(new Error(framed.problem));
      else this.#deliver(framed.text);
      if (framed.kind === 'last-message') this.#finish();
    }
    if (this.#spoke && !this.#framer.partial) this.#clearPartial();
    else this.awaitMessage();
  }

  #deliver(text: string): void {
    this.#spoke = true;
    this.#clearPartial();
    try {
      this.#options.onMessage(text, this);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #answerKeepAlive(): void {
    if (this.#socket.writableLength < MAX_BACKLOG_BYTES) this.#socket.write('\r\n');
    else this.destroy(new Error('peer does not read'));
  }

  #clearPartial(): void {
    clearTimeout(this.#partial);
    this.#partial = undefined;
  }

  /** Lets our answer leave and closes; a peer that does not close in turn is cut. */
  #finish(): void {
    this.#finished = true;
    this.#socket.end();
    this.awaitMessage();
  }

  #closed(): void {
    this.#alive = false;
    clearTimeout(this.#connecting);
    clearTimeout(this.#partial);
    const error = this.#lastError ?? new Error('connection closed');
    for (const { onError } of this.#waiting ?? []) reportTo(this.#options.onError, () => onError?.(error));
    this.#waiting = undefined;
    this.#options.onClose(this);
  }
}
