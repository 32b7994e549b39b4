/**
 * In which encoding a list is written.
 * @module
 */
import { toFailure } from '../failure.ts';

/** `utf-8-mixed`: UTF-8 in which some lines are Windows-1250, as lists from two programs put together are. */
const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1250', 'utf-8-mixed'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Bytes looked at. */
export const SNIFF_BYTES = 64 * 1024;

/** File signatures that people give instead of a CSV, with what they should do. */
const SIGNATURES: [bytes: string, hint: string][] = [
  ['504b0304', 'este un registru Excel (.xlsx) sau o arhivă; salvați-l ca „CSV UTF-8”'],
  ['d0cf11e0', 'este un registru Excel (.xls); salvați-l ca „CSV UTF-8”'],
  ['25504446', 'este un PDF; exportați lista ca CSV'],
  ['1f8b', 'este comprimat; dezarhivați-l întâi'],
];

/**
 * Byte order mark, then the pattern of zero bytes of UTF-16 without one. Everything else is tried as UTF-8; only its
 * reader knows whether some later byte makes it Windows-1250.
 * @throws ApplicationFailure `file-unusable` for a binary file
 */
export function sniffEncoding(head: Buffer): {
  encoding: Exclude<Encoding, 'windows-1250' | 'utf-8-mixed'>;
  bomBytes: number;
} {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  const hex = head.subarray(0, 4).toString('hex');
  const known = SIGNATURES.find(([bytes]) => hex.startsWith(bytes));
  if (known !== undefined) throw toFailure('file-unusable', `file: fișierul nu este text: ${known[1]}`);
  if (hex.startsWith('efbbbf')) return { encoding: 'utf-8', bomBytes: 3 };
  const zeros = countZeros(head);
  if (zeros.even + zeros.odd === 0) return { encoding: 'utf-8', bomBytes: 0 };
  // Mostly Latin text in UTF-16 has a zero in (nearly) every second byte.
  if (zeros.even === 0 && zeros.odd > head.length / 4) return { encoding: 'utf-16le', bomBytes: 0 };
  if (zeros.odd === 0 && zeros.even > head.length / 4) return { encoding: 'utf-16be', bomBytes: 0 };
  const before = head.subarray(0, head.indexOf(0)).toString('latin1');
  throw binaryFile(before.split(/\r\n|\r|\n/).length);
}

/** @param line on which the first one is, where it is known */
export function binaryFile(line?: number) {
  const where = line === undefined ? '' : ` (linia ${line})`;
  return toFailure(
    'file-unusable',
    `file: fișierul conține octeți care nu sunt text${where}; exportați lista ca CSV`,
  );
}

function countZeros(head: Buffer): { even: number; odd: number } {
  const zeros = { even: 0, odd: 0 };
  for (let at = head.indexOf(0); at >= 0; at = head.indexOf(0, at + 1)) {
    if (at % 2 === 0) zeros.even++;
    else zeros.odd++;
  }
  return zeros;
}
