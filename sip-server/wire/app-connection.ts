import type { Socket } from 'node:net';
import { encodeFrame } from './framing.ts';

/** Bytes waiting for an application that does not read; beyond it the connection is cut. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;

/** Something that must be wound up when its application goes away. */
export interface Owned {
  onAppGone(): void;
}

/** An authenticated application. */
export class AppConnection {
  /** Methods (lower case) and `cdr:*` events it wants. */
  readonly routes = new Set<string>();
  readonly owned = new Set<Owned>();
  readonly #socket: Socket;
  #corked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get closed(): boolean {
    return this.#socket.destroyed || this.#socket.writableEnded;
  }

  /** Sends one payload. What one turn of the event loop produces leaves in one write. */
  send(payload: string): void {
    if (this.closed) return;
    if (this.#socket.writableLength > MAX_BACKLOG_BYTES) {
      this.#socket.destroy();
      return;
    }
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(encodeFrame(payload), 'latin1');
  }

  /** Says a last word and closes. */
  end(payload: string): void {
    if (!this.closed) this.#socket.end(encodeFrame(payload), 'latin1');
  }
}
