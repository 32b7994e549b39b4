/**
 * The keyset position in the calls list: time of the claim with its microseconds, and the call.
 * @module
 */

export interface CallsCursor {
  /** RFC 3339 with microseconds: Postgres keeps them, JavaScript's Date does not. */
  claimedAt: string;
  id: string;
}

export function encodeCursor(cursor: CallsCursor): string {
  return Buffer.from(`${cursor.claimedAt} ${cursor.id}`).toString('base64url');
}

/** Null when it was not made by `encodeCursor`. */
export function decodeCursor(text: string): CallsCursor | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([0-9a-f-]{36})$/.exec(
    Buffer.from(text, 'base64url').toString('latin1'),
  );
  return match?.[1] && match[2] ? { claimedAt: match[1], id: match[2] } : null;
}
