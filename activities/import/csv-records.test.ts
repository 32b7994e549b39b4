import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RECORD_BYTES, parseRecords } from './csv-records.ts';

const DELIMITERS = ['\t', ';', ','] as const;

/** Feeds the text in pieces, as a file is read: what is left of one comes again with the next. */
function readAll(text: string, delimiter: string, size = Infinity) {
  const bytes = Buffer.from(text);
  const found: { cells: string[]; line: number; malformed: boolean; bytes: string }[] = [];
  let line = 1;
  for (let at = 0, have = 0; at < bytes.length;) {
    have = Math.min(bytes.length, have + size);
    const piece = bytes.subarray(at, have);
    let used = 0;
    for (const { cells, malformed, end, lines } of parseRecords(piece, delimiter, have === bytes.length)) {
      found.push({ cells, line, malformed, bytes: piece.toString('utf8', used, end) });
      line += lines;
      used = end;
    }
    at += used;
  }
  return found;
}

const cell = fc.stringMatching(/^[a-zăș0-9 ;,"\n]{0,8}$/);
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('parseRecords', () => {
  it('gives back what was written and where, whatever is in the cells and wherever the pieces end', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(...DELIMITERS),
        fc.integer({ min: 1, max: 20 }),
        (rows, delimiter, size) => {
          const lines = rows.map((row) => `${row.map(quoted).join(delimiter)}\n`);
          const records = readAll(lines.join(''), delimiter, size);
          expect(records.map((record) => record.cells)).toEqual(rows);
          expect(records.map((record) => record.bytes)).toEqual(lines);
          expect(records.some((record) => record.malformed)).toBe(false);
        },
      ),
    );
  });

  it('finds the same records, lines and positions in any text, however it comes in pieces', () => {
    const text = fc.stringMatching(/^[aș;"\n]{0,40}$/);
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (content, size) => {
        const whole = readAll(content, ';');
        expect(readAll(content, ';', size)).toEqual(whole);
        expect(whole.map((record) => record.bytes).join('')).toBe(content);
      }),
      { numRuns: 1_000 },
    );
  });

  it('goes on behind any record as if it had never stopped', () => {
    const text = 'a;b\n"c\nd";e\n"f;g\nBloc "A";2\n"h";"i ""j"""\nk';
    const whole = readAll(text, ';');
    expect(whole).toHaveLength(6);
    for (let at = 1; at < whole.length; at++) {
      const before = whole.slice(0, at).map((record) => record.bytes);
      const rest = readAll(text.slice(before.join('').length), ';');
      expect(rest.map((record) => record.cells)).toEqual(whole.slice(at).map((record) => record.cells));
    }
  });

  it('loses one line to a forgotten quote, not the rest of the file', () => {
    const text = 'a;b\n"c;d\ne;f\n"g";h\n';
    expect(readAll(text, ';')).toMatchObject([
      { cells: ['a', 'b'], line: 1, malformed: false },
      { cells: ['"c;d'], line: 2, malformed: true },
      { cells: ['e', 'f'], line: 3, malformed: false },
      { cells: ['g', 'h'], line: 4, malformed: false },
    ]);
  });

  it('loses one line to a quote that is still open at the end of the file', () => {
    expect(readAll('a;b\n"c;d\ne;f\n', ';')).toMatchObject([
      { line: 1, malformed: false },
      { cells: ['"c;d'], line: 2, malformed: true },
      { cells: ['e', 'f'], line: 3, malformed: false },
    ]);
  });

  it('loses the line with text behind a closing quote', () => {
    expect(readAll('"a"b;c\nd;e', ';')).toMatchObject([
      { cells: ['"a"b;c'], malformed: true },
      { cells: ['d', 'e'], malformed: false },
    ]);
    expect(readAll('Bloc "A";"a"b\nd;e', ';')).toMatchObject([{ malformed: true }, { malformed: false }]);
  });

  it('counts the lines of a quoted line break, and blank lines', () => {
    expect(readAll('"a\nb";c\n\n\nd;e', ';').map((record) => record.line)).toEqual([1, 3, 4, 5]);
  });

  it('takes rows of any number of cells', () => {
    expect(readAll('a;b\nc\nd;e;f\n;;\n', ';').map((record) => record.cells.length)).toEqual([2, 1, 3, 3]);
  });

  it('gives up on a quote that stays open for more than 64 KiB', () => {
    const bytes = Buffer.from(`"${'x\n'.repeat(MAX_RECORD_BYTES / 2)}`);
    expect(parseRecords(bytes, ';', false)[0]).toEqual({ cells: ['"x'], end: 3, lines: 1, malformed: true });
    expect(parseRecords(bytes.subarray(0, 1_000), ';', false)).toEqual([]);
  });

  it.each(['x', ';', '"'])('gives up on a line of nothing but %j', (character) => {
    const bytes = Buffer.from(character.repeat(MAX_RECORD_BYTES + 2));
    expect(parseRecords(bytes, ';', false)).toMatchObject([{ end: bytes.length, lines: 1, malformed: true }]);
    expect(parseRecords(bytes.subarray(0, MAX_RECORD_BYTES), ';', false)).toEqual([]);
  });

  it('keeps a quote inside an unquoted cell', () => {
    expect(readAll('Bloc "A";2\n3;4\n', ';')).toMatchObject([
      { cells: ['Bloc "A"', '2'], malformed: false },
      { cells: ['3', '4'], line: 2 },
    ]);
  });
});
