import { MAX_MESSAGE_BYTES } from '../message/limits.ts';

/** What came out of a piece of a stream. */
export type Framed =
  | { readonly kind: 'message'; readonly text: string }
  /** Double CRLF: the peer asks whether the connection lives (RFC 5626 §3.5.1). */
  | { readonly kind: 'keep-alive' }
  /** The stream cannot be cut into messages any more; close it. */
  | { readonly kind: 'broken'; readonly problem: string };

/** Content-Length in its long or compact form, at the start of a line. */
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})[ \t]*(?=\r\n)/i;

/**
 * Cuts a TCP stream into SIP messages by Content-Length (RFC 3261 §18.3); a message without one has no body.
 * Holds at most one message more than the limit.
 */
export class StreamFramer {
  #pending = '';
  /** Where the search for the blank line goes on, so that a trickled head is not searched from its start each time. */
  #searched = 0;

  /** True while part of a message is waiting for the rest. */
  get partial(): boolean {
    return this.#pending !== '';
  }

  push(chunk: string): Framed[] {
    this.#pending += chunk;
    const framed: Framed[] = [];
    for (;;) {
      const next = this.#next();
      if (next) framed.push(next);
      if (!next || next.kind === 'broken') return framed;
    }
  }

  #next(): Framed | undefined {
    if (this.#pending.startsWith('\r\n\r\n')) {
      this.#take(4);
      return { kind: 'keep-alive' };
    }
    // A lone CRLF before a message is allowed (RFC 3261 §7.5); wait to see whether a second one follows.
    if (this.#pending.startsWith('\r\n') && this.#pending.length > 3) this.#take(2);
    const headEnd = this.#pending.indexOf('\r\n\r\n', this.#searched);
    if (headEnd < 0) {
      this.#searched = Math.max(0, this.#pending.length - 3);
      return this.#pending.length > MAX_MESSAGE_BYTES ? this.#break('header fields too large') : undefined;
    }
    const length = Number(CONTENT_LENGTH.exec(this.#pending.slice(0, headEnd + 2))?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (end > MAX_MESSAGE_BYTES) return this.#break('message too large');
    if (this.#pending.length < end) {
      this.#searched = headEnd;
      return undefined;
    }
    return { kind: 'message', text: this.#take(end) };
  }

  #take(length: number): string {
    const text = this.#pending.slice(0, length);
    this.#pending = this.#pending.slice(length);
    this.#searched = 0;
    return text;
  }

  #break(problem: string): Framed {
    this.#pending = '';
    this.#searched = 0;
    return { kind: 'broken', problem };
  }
}
