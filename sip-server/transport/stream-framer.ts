import { MAX_MESSAGE_BYTES } from '../message/limits.ts';

/** What came out of a piece of a stream. */
export type Framed =
  | { readonly kind: 'message'; readonly text: string }
  /** A head that earns its sender an error, after which nobody knows where the next message begins: answer it, close. */
  | { readonly kind: 'last-message'; readonly text: string }
  /** Double CRLF: the peer asks whether the connection lives (RFC 5626 §3.5.1). */
  | { readonly kind: 'keep-alive' }
  /** The stream cannot be cut into messages any more; close it. */
  | { readonly kind: 'broken'; readonly problem: string };

/** Content-Length in its long or compact form, at the start of a line. */
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:([^\r\n]*)(?=\r\n)/gi;
/** A request line ends so, a status line begins so. */
export const SIP_LINE = /^SIP\/|SIP\/\d+\.\d+ *$/;

/**
 * Cuts a TCP stream into SIP messages by Content-Length (RFC 3261 §18.3); a message without one has no body.
 * Holds at most one message more than the limit.
 */
export class StreamFramer {
  #pending = '';
  /** Where the search for the blank line goes on, so that a trickled head is not searched from its start each time. */
  #searched = 0;
  /** The first line of what is pending has been looked at. */
  #isSip = false;

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
      if (!next || next.kind === 'broken' || next.kind === 'last-message') return framed;
    }
  }

  #next(): Framed | undefined {
    if (this.#pending.startsWith('\r\n\r\n')) {
      this.#take(4);
      return { kind: 'keep-alive' };
    }
    // A lone CRLF before a message is allowed (RFC 3261 §7.5); wait to see whether a second one follows.
    if (this.#pending.startsWith('\r\n') && this.#pending.length > 3) this.#take(2);
    if (!this.#isSip) {
      const lineEnd = this.#pending.indexOf('\r\n');
      if (lineEnd > 0 && !SIP_LINE.test(this.#pending.slice(0, lineEnd))) return this.#break('not SIP');
      this.#isSip = lineEnd > 0;
    }
    const headEnd = this.#pending.indexOf('\r\n\r\n', this.#searched);
    if (headEnd < 0) {
      this.#searched = Math.max(0, this.#pending.length - 3);
      return this.#pending.length > MAX_MESSAGE_BYTES ? this.#break('header fields too large') : undefined;
    }
    const length = contentLength(this.#pending.slice(0, headEnd + 2));
    const end = headEnd + 4 + (length ?? 0);
    if (length === undefined || end > MAX_MESSAGE_BYTES) {
      const text = this.#take(headEnd + 4);
      this.#pending = '';
      return { kind: 'last-message', text };
    }
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
    this.#isSip = false;
    return text;
  }

  #break(problem: string): Framed {
    this.#pending = '';
    this.#searched = 0;
    return { kind: 'broken', problem };
  }
}

/** Declared length of the body, 0 when none is; undefined when it is no number, or two that differ (RFC 3261 §18.3). */
function contentLength(head: string): number | undefined {
  const declared = new Set(Array.from(head.matchAll(CONTENT_LENGTH), (match) => (match[1] ?? '').trim()));
  const [only = '0', other] = declared;
  return other === undefined && /^\d{1,9}$/.test(only) ? Number(only) : undefined;
}
