/**
 * Records of a CSV file (RFC 4180), parsed by csv-parse where they are not plain lines, with two properties of ours around
 * it: each record knows the byte behind it, which a resumed import goes on from, and one forgotten quote costs its own
 * line, not the rest of the file.
 * @module
 */
import { CsvError, parse, type InfoRecord, type Options } from 'csv-parse/sync';
import { takePlainLines } from './csv-plain.ts';
import type { CsvRecord } from './csv-record.ts';

/** A record longer than this is a quote that was never closed. */
export const MAX_RECORD_BYTES = 64 * 1024;
/** Enough of a line to recognise it. */
const MAX_MALFORMED_BYTES = 4_000;
/** Records that csv-parse reads at a time: behind them there are mostly plain lines again, and starting it costs some. */
const PARSED_RECORDS = 64;
const NEWLINE = 10;

/**
 * Parses the records that are whole in `bytes`, which begin with one. What is left behind the last record's `end` is to
 * be given again with more bytes; with more than `MAX_RECORD_BYTES` at hand, at least one record comes back. A malformed
 * line that goes on behind the bytes ends where they do.
 *
 * @param atEnd no more bytes will come: a last line without line end is complete
 * @param most records that are enough: there may be more of them
 */
export function parseRecords(bytes: Buffer, delimiter: string, atEnd: boolean, most = Infinity): CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    at = takePlainLines(records, { bytes, from: at, delimiter, most });
    if (records.length >= most) return records;
    if (at === bytes.length) break;
    const before = records.length;
    const error = parseStrictly(records, { bytes, from: at, delimiter });
    at = records.at(-1)?.end ?? at;
    if (error === undefined) {
      if (records.length - before < PARSED_RECORDS) break;
      continue;
    }
    const lineEnd = endOfLine(bytes, at);
    const cut = lineEnd === undefined || error.code === 'CSV_QUOTE_NOT_CLOSED';
    if (cut && !atEnd && bytes.length - at <= MAX_RECORD_BYTES) return records;
    const line = bytes.subarray(at, lineEnd ?? bytes.length);
    at += line.length;
    records.push(readAlone(line, { end: at, delimiter, error }));
  }
  if (!atEnd && bytes.at(-1) !== NEWLINE && records.at(-1)?.malformed === false) takeBackLast(records, bytes);
  return records;
}

/** Without its line end a last record may go on with a doubled quote, or with more of the cell. */
function takeBackLast(records: CsvRecord[], bytes: Buffer): void {
  records.pop();
  const line = bytes.subarray(records.at(-1)?.end ?? 0);
  // csv-parse does not count delimiters towards the size of a record.
  if (line.length > MAX_RECORD_BYTES) records.push(malformed(line, bytes.length));
}

/** Adds what can be parsed from `from` on; the error is of the record behind the last one that was added. */
function parseStrictly(
  records: CsvRecord[],
  { bytes, from, delimiter }: { bytes: Buffer; from: number; delimiter: string },
): CsvError | undefined {
  let line = 0;
  const take = (cells: string[], info: InfoRecord): undefined => {
    records.push({ cells, end: from + info.bytes, lines: info.lines - line, malformed: false });
    line = info.lines;
  };
  try {
    parse(bytes.subarray(from), { ...OPTIONS, delimiter, to: PARSED_RECORDS, on_record: take });
    return undefined;
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
}

/** `on_record` takes each record as it comes: what was parsed before an error would be lost otherwise. */
const OPTIONS = {
  columns: false,
  record_delimiter: '\n',
  relax_column_count: true,
  // Relaxed, a forgotten quote would run on over line ends to the next quote and swallow the rows between.
  relax_quotes: false,
  max_record_size: MAX_RECORD_BYTES,
} as const satisfies Options;

/** A quote inside a cell that was not quoted, as in `Bloc "A"`, is text; every other misplaced quote costs the line. */
function readAlone(
  line: Buffer,
  { end, delimiter, error }: { end: number; delimiter: string; error: CsvError },
): CsvRecord {
  const relaxed = error.code === 'INVALID_OPENING_QUOTE' ? parseRelaxed(line, delimiter) : undefined;
  if (relaxed !== undefined) return { cells: relaxed, end, lines: 1, malformed: false };
  return malformed(line, end);
}

function malformed(line: Buffer, end: number): CsvRecord {
  const text = line.subarray(0, MAX_MALFORMED_BYTES).toString('utf8').replace(/\n$/, '');
  return { cells: [text], end, lines: 1, malformed: true };
}

function parseRelaxed(line: Buffer, delimiter: string): string[] | undefined {
  try {
    const [cells] = parse(line, { ...OPTIONS, delimiter, relax_quotes: true });
    // A cell that still begins with a quote had text behind its closing one.
    return cells?.some((cell) => cell.startsWith('"')) ? undefined : cells;
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

/** Behind the line end; undefined when the bytes end first. */
function endOfLine(bytes: Buffer, from: number): number | undefined {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 ? undefined : newline + 1;
}
