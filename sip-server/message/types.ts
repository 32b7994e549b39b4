/**
 * Shapes of a SIP message inside the server (RFC 3261 §7).
 *
 * Every text here is a *binary string*: one character per byte (latin1). Bytes that are not ASCII (UTF-8
 * display names, bodies) go through untouched, and `length` is the length in bytes.
 * @module
 */

/** One header field: the name as it was written, its lower-case long form, and the value unfolded. */
export interface Header {
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

interface MessageBase {
  readonly headers: readonly Header[];
  readonly body: string;
  /** The whole message as received or sent. */
  readonly raw: string;
}

export interface SipRequest extends MessageBase {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
}

export interface SipResponse extends MessageBase {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/** First value of a header, by its lower-case long name. */
export function headerOf(message: { readonly headers: readonly Header[] }, key: string): string | undefined {
  for (const header of message.headers) if (header.key === key) return header.value;
  return undefined;
}

/**
 * Last value of a header. drachtio-srf may write a field twice in different case (its digest client adds
 * `call-id` and `CSeq` beside what the application gave); the later one is meant.
 */
export function lastHeaderOf(
  message: { readonly headers: readonly Header[] },
  key: string,
): string | undefined {
  for (let i = message.headers.length - 1; i >= 0; i--) {
    const header = message.headers[i];
    if (header?.key === key) return header.value;
  }
  return undefined;
}
