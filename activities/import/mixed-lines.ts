/**
 * Text that is not UTF-8 throughout: which of its lines are, and which are Windows-1250.
 * @module
 */
import { isAscii, isUtf8 } from 'node:buffer';

/** Longer lines are looked at in pieces. */
const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 10;

/** Decodes line by line; the end of one block is kept for the next. */
export interface LineDecoder {
  decode(block: Buffer): string;
  end(): string;
}

/** Each line as UTF-8 where it is that, else as Windows-1250. */
export function createMixedDecoder(): LineDecoder {
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  const windows1250 = new TextDecoder('windows-1250');
  const text = (line: Buffer) => (isUtf8(line) ? utf8 : windows1250).decode(line);
  const split = lineSplitter();
  return {
    decode: (block) => split(block).map(text).join(''),
    end: () => split(undefined).map(text).join(''),
  };
}

/**
 * Counts lines with letters beyond ASCII. In a list of Windows-1250 hardly any of them is UTF-8 by chance (`ÂŞ` is), so
 * the larger number tells what the file was meant to be.
 */
export function createLineCounter(): { take(block: Buffer | undefined): void; mostlyUtf8(): boolean } {
  const split = lineSplitter();
  const lines = { utf8: 0, other: 0 };
  return {
    take(block) {
      for (const line of split(block)) {
        if (isAscii(line)) continue;
        if (isUtf8(line)) lines.utf8++;
        else lines.other++;
      }
    },
    mostlyUtf8: () => lines.utf8 > lines.other,
  };
}

/** Undefined ends the text. The blocks may be overwritten afterwards: what is kept is copied. */
function lineSplitter(): (block: Buffer | undefined) => Buffer[] {
  let kept = Buffer.alloc(0);
  return (block) => {
    const bytes = block === undefined ? kept : Buffer.concat([kept, block]);
    const lines: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const end = endOfPiece(bytes, at);
      if (end === undefined) break;
      lines.push(bytes.subarray(at, end));
      at = end;
    }
    kept = Buffer.from(bytes.subarray(at));
    if (block !== undefined || kept.length === 0) return lines;
    const last = kept;
    kept = Buffer.alloc(0);
    return [...lines, last];
  };
}

/** Behind the line end, or within a line that is too long, but not within a character; undefined: more bytes are needed. */
function endOfPiece(bytes: Buffer, at: number): number | undefined {
  const newline = bytes.indexOf(NEWLINE, at);
  const lineEnd = newline < 0 ? bytes.length : newline + 1;
  if (lineEnd - at <= MAX_LINE_BYTES) return newline < 0 ? undefined : lineEnd;
  let end = at + MAX_LINE_BYTES;
  while (end > at + MAX_LINE_BYTES - 4 && isContinuation(bytes[end])) end--;
  return end;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
