/**
 * Range requests (RFC 9110 §14) for one range of bytes.
 * @module
 */

export type ByteRange =
  | { kind: 'whole' }
  /** Both ends included. */
  | { kind: 'part'; first: number; last: number }
  | { kind: 'unsatisfiable' };

/**
 * @param header `Range`; one that is malformed (§14.1.2 has no blanks), of another unit, or of several ranges is
 *   ignored, as §14.2 allows
 * @param size bytes of the file
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header ?? '');
  if (!match) return { kind: 'whole' };
  const [, from = '', to = ''] = match;
  if (from === '') {
    if (to === '') return { kind: 'whole' };
    // The last n bytes.
    const count = Math.min(Number(to), size);
    return count === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', first: size - count, last: size - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return { kind: 'whole' };
  if (first >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
