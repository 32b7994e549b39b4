import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takePlainLines } from './csv-plain.ts';
import type { CsvRecord } from './csv-record.ts';

function take(text: string, delimiter = ';', from = 0) {
  const records: CsvRecord[] = [];
  const bytes = Buffer.from(text);
  const end = takePlainLines(records, { bytes, from, delimiter, most: Infinity });
  return { records, rest: bytes.toString('utf8', end) };
}

describe('takePlainLines', () => {
  it('says of each line what csv-parse says of it, and nothing of a line that csv-parse refuses', () => {
    let plain = 0;
    fc.assert(
      fc.property(
        fc.stringMatching(/^(?:[aș ;,\r]|"a?"|"a;"|""|"|\n){0,14}$/),
        fc.constantFrom(';', ','),
        (text, delimiter) => {
          const { records, rest } = take(text, delimiter);
          const read = text.slice(0, text.length - rest.length);
          const options = { delimiter, record_delimiter: '\n', relax_column_count: true };
          expect(records.map(({ cells }) => cells)).toEqual(parse(read, options));
          plain += records.length;
        },
      ),
      { numRuns: 5_000 },
    );
    expect(plain).toBeGreaterThan(1_000);
  });

  it('knows the byte behind each line', () => {
    const { records } = take('x\nș;"a;""b"""\n\n', ';', 2);
    expect(records).toEqual([
      { cells: ['ș', 'a;"b"'], end: 15, lines: 1, malformed: false },
      { cells: [''], end: 16, lines: 1, malformed: false },
    ]);
  });

  it.each([
    ['a cell over two lines', '"a\nb";c\n'],
    ['a quote inside a cell', 'Bloc "A";b\n'],
    ['text behind a closing quote', '"a"b;c\n'],
    ['a quote that is not closed', '"a;b\n'],
    ['a carriage return', 'a\rb\n'],
    ['no line end', 'a;b'],
    ['a line that is very long', `${'a'.repeat(17_000)}\n`],
  ])('leaves to the parser: %s', (_what, text) => {
    expect(take(`x;y\n${text}`)).toMatchObject({ records: [{ cells: ['x', 'y'] }], rest: text });
  });
});
