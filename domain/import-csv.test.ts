import * as fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { DELIMITERS, readHead, readRecord } from './import-csv.ts';

/** Feeds the text in blocks, as a file is read. */
function readAll(text: string, delimiter: string, blockSize = text.length) {
  const records: { cells: string[]; line: number; malformed: boolean }[] = [];
  let rest = '';
  let line = 1;
  for (let fed = 0; ;) {
    const block = text.slice(fed, fed + blockSize);
    fed += block.length;
    const atEnd = fed >= text.length;
    const have = rest + block;
    let at = 0;
    while (at < have.length) {
      const record = readRecord(have, at, delimiter, atEnd);
      if (record === undefined) break;
      records.push({ cells: record.cells, line, malformed: record.malformed });
      line += record.lines;
      at = record.end;
    }
    rest = have.slice(at);
    if (atEnd) return records;
  }
}

const cell = fc.stringMatching(/^[a-zăș0-9 ;,"\n]{0,8}$/);
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('readRecord', () => {
  it('gives back what was written, whatever is in the cells and wherever the blocks end', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(...DELIMITERS),
        fc.integer({ min: 1, max: 20 }),
        (rows, delimiter, size) => {
          const text = rows.map((row) => `${row.map(quoted).join(delimiter)}\n`).join('');
          const records = readAll(text, delimiter, size);
          expect(records.map((record) => record.cells)).toEqual(rows);
          expect(records.some((record) => record.malformed)).toBe(false);
        },
      ),
    );
  });

  it('reads well-formed text as csv-parse does', () => {
    const plain = fc.stringMatching(/^[a-zăș0-9 ,]{1,8}$/);
    const either = fc.oneof(plain, cell.map(quoted));
    const rows = fc.array(fc.array(either, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, (written) => {
        const text = written.map((row) => `${row.join(';')}\n`).join('');
        const theirs = parse(text, { delimiter: ';', relax_column_count: true, record_delimiter: '\n' });
        expect(readAll(text, ';', 7).map((record) => record.cells)).toEqual(theirs);
      }),
    );
  });

  it('loses one line to a forgotten quote, not the rest of the file', () => {
    const text = 'a;b\n"c;d\ne;f\n"g";h\n';
    expect(readAll(text, ';')).toEqual([
      { cells: ['a', 'b'], line: 1, malformed: false },
      { cells: ['"c;d'], line: 2, malformed: true },
      { cells: ['e', 'f'], line: 3, malformed: false },
      { cells: ['g', 'h'], line: 4, malformed: false },
    ]);
  });

  it('counts the lines of a quoted line break', () => {
    expect(readAll('"a\nb";c\nd;e', ';').map((record) => record.line)).toEqual([1, 3]);
  });

  it('gives up on a quote that stays open for more than 64 Ki characters', () => {
    const text = `"${'x\n'.repeat(40_000)}`;
    const record = readRecord(text, 0, ';', false);
    expect(record).toMatchObject({ cells: ['"x'], malformed: true, lines: 1 });
  });

  it('keeps a quote inside an unquoted cell', () => {
    expect(readAll('Bloc "A";2\n', ';')[0]).toMatchObject({ cells: ['Bloc "A"', '2'], malformed: false });
  });
});

describe('readHead', () => {
  it.each([
    ['a;b;c\n1;2;3', ';', ['a', 'b', 'c'], 1],
    ['a,b\n', ',', ['a', 'b'], 1],
    ['a\tb, c\n', '\t', ['a', 'b, c'], 1],
    ['\n  \ntelefon\n0722', ';', ['telefon'], 3],
    ['sep=,\na,b;c\n', ',', ['a', 'b;c'], 2],
    ['"nume, tot";telefon\n', ';', ['nume, tot', 'telefon'], 1],
  ] as const)('of %j finds %j', (text, delimiter, header, lines) => {
    expect(readHead(text)).toMatchObject({ delimiter, header, lines });
  });

  it('of nothing but blank lines is nothing', () => {
    expect(readHead('\n\n')).toBeUndefined();
  });
});
