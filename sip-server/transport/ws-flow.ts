import { isUtf8 } from 'node:buffer';
import type { WebSocket } from 'ws';
import { reportTo, type Contact, type Flow, type Receiver } from './flow.ts';
import { SIP_LINE } from './stream-framer.ts';
import type { WsLimits } from './ws-limits.ts';

/** Bytes waiting for a browser that does not read. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
/** RFC 6455 §7.4.1: what came breaks the rules of this end. */
const POLICY_VIOLATION = 1_008;

export interface WsFlowOptions {
  readonly limits: WsLimits;
  readonly local: Contact;
  readonly remote: { readonly address: string; readonly port: number };
  readonly onMessage: Receiver;
  readonly onError: (error: unknown) => void;
  /** The connection was heard from. */
  onHeard(): void;
}

/**
 * A browser's WebSocket (RFC 7118): one SIP message in each frame, text or binary. Nobody but the browser can open it, so a
 * closed one is closed for good, and whoever waits for an answer on it is told at once.
 */
export class WsFlow implements Flow {
  readonly protocol = 'ws';
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly local: Contact;
  readonly #socket: WebSocket;
  readonly #options: WsFlowOptions;
  readonly #listeners = new Set<(error: Error) => void>();
  readonly #firstMessage: NodeJS.Timeout;
  #closed = false;
  #standing = 0;
  #heardAt = performance.now();
  #pongAwaited = false;

  constructor(socket: WebSocket, options: WsFlowOptions) {
    this.#socket = socket;
    this.#options = options;
    this.remoteAddress = options.remote.address;
    this.remotePort = options.remote.port;
    this.local = options.local;
    this.#firstMessage = setTimeout(() => this.destroy(), options.limits.firstMessageMs);
    // A frame too large, text that is no UTF-8, a frame without mask: `ws` says why and closes.
    socket.on('error', () => {});
    socket.on('pong', () => (this.#pongAwaited = false));
    socket.on('close', () => this.#finish());
    socket.on('message', (data) => {
      if (data instanceof Buffer) this.#receive(data.toString('latin1'));
    });
  }

  get alive(): boolean {
    return !this.#closed && this.#socket.readyState === this.#socket.OPEN;
  }

  /** See `InboundFlow`. */
  get standing(): number {
    return this.#standing;
  }

  send(bytes: Buffer, onError?: (error: Error) => void): void {
    if (this.alive && this.#socket.bufferedAmount <= MAX_BACKLOG_BYTES) {
      // Bodies need not be UTF-8; text frames must be (RFC 7118 §4.2).
      this.#socket.send(bytes, { binary: !isUtf8(bytes) }, (error) => {
        if (error) reportTo(this.#options.onError, () => onError?.(error));
      });
      return;
    }
    const error = new Error(this.alive ? 'peer does not read' : 'connection closed');
    process.nextTick(() => reportTo(this.#options.onError, () => onError?.(error)));
    if (this.alive) this.destroy();
  }

  whenClosed(listener: (error: Error) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  markRegistered(): void {
    this.#standing = 2;
  }

  /** Called at each `pingMs`. */
  checkLife(): void {
    const idle = this.#standing < 2 && performance.now() - this.#heardAt > this.#options.limits.idleMs;
    if (this.#pongAwaited || idle) return this.destroy();
    if (!this.alive) return;
    this.#pongAwaited = true;
    this.#socket.ping();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  #receive(text: string): void {
    if (!this.alive) return;
    this.#heardAt = performance.now();
    // Two CRLFs ask whether the connection lives, one is the answer (RFC 5626 §3.5.1).
    if (text === '\r\n\r\n') return this.send(KEEP_ALIVE_ANSWER);
    if (text === '\r\n') return;
    const start = text.replace(/^(?:\r\n)+/, '');
    const lineEnd = start.indexOf('\r\n');
    if (lineEnd < 0 || !SIP_LINE.test(start.slice(0, lineEnd)))
      return this.#socket.close(POLICY_VIOLATION, 'not SIP');
    clearTimeout(this.#firstMessage);
    this.#standing = Math.max(this.#standing, 1);
    this.#options.onHeard();
    try {
      this.#options.onMessage(text, this);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #finish(): void {
    this.#closed = true;
    clearTimeout(this.#firstMessage);
    const error = new Error('connection closed');
    for (const listener of this.#listeners) reportTo(this.#options.onError, () => listener(error));
    this.#listeners.clear();
  }
}

const KEEP_ALIVE_ANSWER = Buffer.from('\r\n');
