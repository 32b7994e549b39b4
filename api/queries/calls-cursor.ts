/**
 * The keyset position in the calls list: time of the claim with its microseconds, and the call.
 * @module
 */

import { z } from 'zod';
import { localDateSchema } from '../../contracts/http/common.ts';

export interface CallsCursor {
  /** RFC 3339 with microseconds: Postgres keeps them, JavaScript's Date does not. */
  claimedAt: string;
  id: string;
}

export function encodeCursor(cursor: CallsCursor): string {
  return Buffer.from(`${cursor.claimedAt} ${cursor.id}`).toString('base64url');
}

const positionSchema = z.tuple([
  z.iso.datetime({ precision: 6 }).refine((at) => localDateSchema.safeParse(at.slice(0, 10)).success),
  z.uuid(),
]);

/** Null when it was not made by `encodeCursor`. */
export function decodeCursor(text: string): CallsCursor | null {
  const parts = Buffer.from(text, 'base64url').toString('latin1').split(' ');
  const parsed = positionSchema.safeParse(parts);
  return parsed.success ? { claimedAt: parsed.data[0], id: parsed.data[1] } : null;
}
