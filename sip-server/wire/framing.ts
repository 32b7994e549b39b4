/**
 * Framing of drachtio's admin protocol: `<byte length>#<payload>`, back to back.
 * @module
 */

/** More length digits than this from an application close its connection (drachtio-server does the same). */
export const MAX_LENGTH_DIGITS = 5;

export class FramingError extends Error {}

/** Wraps one payload (a binary string). */
export function encodeFrame(payload: string): string {
  return `${payload.length}#${payload}`;
}

/** Cuts a stream of binary strings into payloads; throws a `FramingError` when it is no such stream. */
export class FrameDecoder {
  #pending = '';
  /** Longest payload that is taken now. */
  limit = Infinity;

  push(chunk: string): string[] {
    const text = this.#pending + chunk;
    const payloads: string[] = [];
    let start = 0;
    for (;;) {
      const hash = text.indexOf('#', start);
      if (hash < 0 || hash - start > MAX_LENGTH_DIGITS) {
        const digits = text.slice(start, start + MAX_LENGTH_DIGITS + 1);
        if (!/^\d{0,5}$/.test(digits)) throw new FramingError('frame length is not 1 to 5 digits');
        break;
      }
      const digits = text.slice(start, hash);
      if (!/^[1-9]\d{0,4}$/.test(digits)) throw new FramingError('frame length is not 1 to 5 digits');
      if (Number(digits) > this.limit) throw new FramingError('frame too long');
      const end = hash + 1 + Number(digits);
      if (text.length < end) break;
      payloads.push(text.slice(hash + 1, end));
      start = end;
    }
    this.#pending = text.slice(start);
    return payloads;
  }
}
