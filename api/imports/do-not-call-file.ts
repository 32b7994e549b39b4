/**
 * A part of an uploaded do-not-call list: lines to numbers. Only whole lines are taken; a header chooses the column.
 * @module
 */
import { COLUMN_BY_HEADER } from '../../domain/import-headers.ts';
import { normaliseHeader } from '../../domain/import-columns.ts';
import { normalisePhone } from '../../domain/phone.ts';

/** One request's work: some 10,000 lines, less than a second. */
export const PART_BYTES = 256 * 1024;
const MOST_REJECTS = 100;

export interface FilePlace {
  bytes: number;
  lines: number;
  /** 0-based. */
  column: number;
}

export interface FilePart {
  lines: number;
  /** E.164, each once. */
  numbers: string[];
  repeated: number;
  rejected: number;
  rejects: { line: number; problem: string }[];
  /** Null: the file is over. */
  next: FilePlace | null;
}

/**
 * @param bytes of the file from `place` on
 * @param last whether the file ends with them
 * @returns `not-text` for a spreadsheet, or a line without end
 */
export function readPart(bytes: Buffer, place: FilePlace, last: boolean): FilePart | 'not-text' {
  if (bytes.includes(0)) return 'not-text';
  const end = last ? bytes.length : bytes.lastIndexOf(0x0a) + 1;
  if (end === 0 && bytes.length > 0) return 'not-text';
  // Digits are the same in every code page that lists come in; of a line's other cells nothing is kept.
  const lines = bytes.toString('latin1', 0, end).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const part: FilePart = {
    lines: lines.length,
    numbers: [],
    repeated: 0,
    rejected: 0,
    rejects: [],
    next: null,
  };
  const seen = new Set<string>();
  let column = place.column;
  lines.forEach((text, index) => {
    const cells = cellsOf(text);
    if (cells.every((cell) => cell === '')) return;
    if (place.lines === 0 && index === 0) {
      const header = phoneColumn(cells);
      if (header !== undefined) {
        column = header;
        return;
      }
    }
    const result = normalisePhone(cells[column] ?? '');
    if (!result.ok) {
      part.rejected += 1;
      if (part.rejects.length < MOST_REJECTS) {
        part.rejects.push({ line: place.lines + index + 1, problem: result.problem });
      }
    } else if (seen.has(result.e164)) part.repeated += 1;
    else seen.add(result.e164);
  });
  part.numbers = [...seen];
  if (!last) part.next = { bytes: place.bytes + end, lines: place.lines + lines.length, column };
  return part;
}

function cellsOf(line: string): string[] {
  const text = line.replace(/^\u00ef\u00bb\u00bf/, '').replace(/\r$/, '');
  const delimiter = ['\t', ';', ','].find((one) => text.includes(one));
  const cells = delimiter === undefined ? [text] : text.split(delimiter);
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replace(/^'/, '')
      .trim(),
  );
}

/** Undefined: the first line is no header. */
function phoneColumn(cells: readonly string[]): number | undefined {
  const at = cells.findIndex((cell) => COLUMN_BY_HEADER.get(normaliseHeader(cell)) === 'phone');
  return at < 0 ? undefined : at;
}
