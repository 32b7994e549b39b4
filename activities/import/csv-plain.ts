/**
 * The records that nearly every line of a list is, at a tenth of the general parser's cost.
 * @module
 */
import type { CsvRecord } from './csv-record.ts';

/** A longer line is left to the parser, which knows the bound of a record. */
const MAX_PLAIN_BYTES = 16 * 1024;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/**
 * Adds the lines from `from` on that are one record each, until one is not plain: a cell over several lines, a quote where
 * none belongs, a carriage return, no line end. Says of a line what csv-parse says of it, or nothing: see the tests.
 * @returns the byte behind the last line that was added
 */
export function takePlainLines(
  records: CsvRecord[],
  { bytes, from, delimiter, most }: { bytes: Buffer; from: number; delimiter: string; most: number },
): number {
  for (let at = from; ;) {
    if (records.length >= most) return at;
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0 || newline - at > MAX_PLAIN_BYTES) return at;
    const cells = plainCells(bytes.toString('utf8', at, newline), delimiter);
    if (cells === undefined) return at;
    at = newline + 1;
    records.push({ cells, end: at, lines: 1, malformed: false });
  }
}

/** @param line without its line end */
function plainCells(line: string, delimiter: string): string[] | undefined {
  const separator = delimiter.charCodeAt(0);
  const cells: string[] = [];
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === separator) {
      cells.push(line.slice(start, at));
      start = at + 1;
    } else if (code === QUOTE) {
      if (at !== start) return undefined;
      const end = closingQuote(line, at + 1);
      if (end < 0) return undefined;
      const text = line.slice(at + 1, end);
      cells.push(text.includes('"') ? text.replaceAll('""', '"') : text);
      // Behind it stands the delimiter, or the line is over.
      if (end + 1 === line.length) return cells;
      if (line.charCodeAt(end + 1) !== separator) return undefined;
      at = end + 1;
      start = at + 1;
    } else if (code === CARRIAGE_RETURN) return undefined;
  }
  cells.push(line.slice(start));
  return cells;
}

/** The first quote that is not doubled; -1 when the line ends before. */
function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 2)) {
    if (line.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}
