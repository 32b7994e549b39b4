/**
 * The first rows of an uploaded list, with its columns as the import will name them.
 * @module
 */
import { parse } from 'csv-parse/sync';
import type { UploadPreview } from '../../contracts/http/lists.ts';
import type { ImportListInput } from '../../contracts/model/import.ts';
import { mapColumns } from '../../domain/import-columns.ts';

/** Enough for a header and some rows of any list. */
export const HEAD_BYTES = 128 * 1024;
const MOST_ROWS = 8;
const MOST_CELL = 200;
/** In order of preference, where two part the header into as many cells. */
const DELIMITERS = ['\t', ';', ','] as const;
/** Excel's own hint in the first line. */
const SEPARATOR_HINT = /^sep=([;,\t])\s*\n/i;

/**
 * @param head the file's first bytes
 * @param whole whether that is all of it
 */
export function previewUpload(
  head: Buffer,
  whole: boolean,
  columns: ImportListInput['columns'],
): Omit<UploadPreview, 'bytes' | 'remembered'> {
  const empty = { encoding: 'utf-8', delimiter: ';', columns: [], rows: [] };
  const signature = head.subarray(0, 4).toString('hex');
  if (signature === '504b0304' || signature === 'd0cf11e0') {
    return {
      ...empty,
      problem: { field: 'file', message: 'este un registru Excel; salvați-l ca „CSV UTF-8”' },
    };
  }
  const { text, encoding } = decode(head);
  if (text.includes('\0')) {
    return {
      ...empty,
      encoding,
      problem: { field: 'file', message: 'fișierul nu este text; exportați lista ca CSV' },
    };
  }
  const { delimiter, records } = recordsOf(text, whole);
  const [header = [], ...rows] = records;
  if (header.every((cell) => cell.trim() === '')) {
    return { ...empty, encoding, problem: { field: 'file', message: 'fișierul este gol' } };
  }
  const mapping = mapColumns(header, columns);
  return {
    encoding,
    delimiter,
    columns: header.map((cell, index) => {
      const target = mapping.ok ? mapping.targets[index] : undefined;
      return {
        header: cell.trim().slice(0, MOST_CELL),
        known: target && 'known' in target ? target.known : null,
        kept: target !== undefined && !('ignored' in target),
      };
    }),
    rows: rows
      .slice(0, MOST_ROWS)
      .map((row) => header.map((_, at) => (row[at] ?? '').trim().slice(0, MOST_CELL))),
    problem: mapping.ok ? null : { field: mapping.field, message: mapping.message },
  };
}

function decode(head: Buffer): { text: string; encoding: string } {
  const named = (encoding: string) => ({ text: new TextDecoder(encoding).decode(head), encoding });
  if (head[0] === 0xff && head[1] === 0xfe) return named('utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return named('utf-16be');
  try {
    // The last character may be cut.
    return {
      text: new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }),
      encoding: 'utf-8',
    };
  } catch {
    return named('windows-1250');
  }
}

function recordsOf(text: string, whole: boolean): { delimiter: string; records: string[][] } {
  const lines = text
    .replaceAll(/\r\n?/g, '\n')
    .replace(/^\ufeff/, '')
    .trimStart();
  const hint = SEPARATOR_HINT.exec(lines);
  const body = hint ? lines.slice(hint[0].length) : lines;
  // A last line that is cut shows a wrong cell.
  const read = whole ? body : body.slice(0, body.lastIndexOf('\n') + 1);
  const [best] = (hint ? [hint[1] ?? ';'] : DELIMITERS)
    .map((delimiter) => ({ delimiter, records: parseRows(read, delimiter) }))
    .sort((a, b) => (b.records[0]?.length ?? 0) - (a.records[0]?.length ?? 0));
  return best ?? { delimiter: ';', records: [] };
}

function parseRows(text: string, delimiter: string): string[][] {
  return parse(text, {
    delimiter,
    to: MOST_ROWS + 1,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  });
}
