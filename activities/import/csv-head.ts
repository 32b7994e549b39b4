/**
 * @module
 */
import type { CsvRecord } from './csv-record.ts';
import { MAX_RECORD_BYTES, parseRecords } from './csv-records.ts';

/** In order of preference, where two part the header into as many cells: the rarer in plain text first. */
const DELIMITERS = ['\t', ';', ','] as const;
type Delimiter = (typeof DELIMITERS)[number];

/** Excel's own hint in the first line of a file: `sep=;`. */
const SEPARATOR_HINT = /^sep=([;,\t])\s*$/i;

interface CsvHead {
  delimiter: Delimiter;
  header: string[];
  /** Byte behind the header's line end, and the lines up to there. */
  end: number;
  lines: number;
}

/**
 * Finds the header: skips empty lines and Excel's `sep=` line, takes the delimiter that parts the header into most cells.
 * @param bytes the beginning of the file, long enough for its header
 * @returns undefined when there is no line with text
 */
export function readHead(bytes: Buffer): CsvHead | undefined {
  let at = 0;
  let lines = 0;
  let hinted: Delimiter | undefined;
  for (;;) {
    if (at >= bytes.length) return undefined;
    const newline = bytes.indexOf('\n', at);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.toString('utf8', at, end);
    const hint = SEPARATOR_HINT.exec(line);
    if (hint === null && line.trim() !== '') break;
    if (hint !== null) hinted = hint[1] as Delimiter;
    at = end;
    lines++;
  }
  const [best] = (hinted === undefined ? DELIMITERS : [hinted])
    .flatMap((delimiter) => {
      const record = firstRecord(bytes.subarray(at), delimiter);
      return record === undefined ? [] : [{ delimiter, record }];
    })
    .sort((a, b) => size(b.record) - size(a.record));
  if (best === undefined) return undefined;
  const { record, delimiter } = best;
  return {
    delimiter: record.cells.length === 1 ? (hinted ?? ';') : delimiter,
    header: record.cells,
    end: at + record.end,
    lines: lines + record.lines,
  };
}

function firstRecord(bytes: Buffer, delimiter: Delimiter): CsvRecord | undefined {
  return parseRecords(bytes.subarray(0, MAX_RECORD_BYTES), delimiter, true, 1)[0];
}

/** A malformed record has no cells. */
function size(record: CsvRecord): number {
  return record.malformed ? 0 : record.cells.length;
}
