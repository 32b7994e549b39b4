/**
 * Records of a CSV file (RFC 4180) out of text that comes in blocks. Our own, and not a library's, for two reasons: the
 * exact end of each record is what a resumed import goes on from, and one forgotten quote must cost its own line, not
 * the rest of the file.
 * @module
 */

/** Lines end in `\n` only: the spool copy is written so. */
export interface CsvRecord {
  cells: string[];
  /** Index behind the record's line end. */
  end: number;
  /** Lines of the file it takes; more than one when a quoted cell has line breaks. */
  lines: number;
  /** The quotes make no sense; `cells` is the first line as it stands and only that line is consumed. */
  malformed: boolean;
}

/** In order of preference, where two part the header into as many cells: the rarer in plain text first. */
export const DELIMITERS = ['\t', ';', ','] as const;
type Delimiter = (typeof DELIMITERS)[number];

/** A record longer than this, in characters, is a quote that was never closed. */
const MAX_RECORD = 64 * 1024;

/**
 * Reads the record that begins at `start`.
 *
 * @param atEnd no more text will come: a last line without line end is complete
 * @returns undefined when more text is needed
 */
export function readRecord(
  text: string,
  start: number,
  delimiter: string,
  atEnd: boolean,
): CsvRecord | undefined {
  const newline = text.indexOf('\n', start);
  if (newline < 0 && !atEnd && text.length - start <= MAX_RECORD) return undefined;
  const lineEnd = newline < 0 ? text.length : newline;
  const line = text.slice(start, lineEnd);
  if (!line.includes('"')) {
    const cut = newline < 0 && !atEnd;
    return { cells: line.split(delimiter), end: lineEnd + 1, lines: 1, malformed: cut };
  }
  const quoted = readQuoted(text, start, delimiter, atEnd);
  if (quoted !== undefined && quoted !== 'open') return quoted;
  // A quote is open at the end of what we have: the rest may close it.
  if (quoted === 'open' && !atEnd && text.length - start <= MAX_RECORD) return undefined;
  return { cells: [line], end: lineEnd + 1, lines: 1, malformed: true };
}

/** undefined: malformed; `open`: the text ends inside a quoted cell. */
function readQuoted(
  text: string,
  start: number,
  delimiter: string,
  atEnd: boolean,
): CsvRecord | 'open' | undefined {
  const cells: string[] = [];
  let lines = 1;
  let at = start;
  for (;;) {
    if (text[at] === '"') {
      const cell = readQuotedCell(text, at);
      if (cell === 'open') return text.length - start > MAX_RECORD ? undefined : 'open';
      cells.push(cell.value);
      lines += cell.newlines;
      at = cell.end;
      if (at - start > MAX_RECORD) return undefined;
    } else {
      const end = cellEnd(text, at, delimiter);
      cells.push(text.slice(at, end));
      at = end;
    }
    // Without the line end the next block may go on with a doubled quote, or with more of the cell.
    if (at >= text.length) return atEnd ? { cells, end: at + 1, lines, malformed: false } : 'open';
    if (text[at] === '\n') return { cells, end: at + 1, lines, malformed: false };
    if (text[at] !== delimiter) return undefined;
    at++;
  }
}

function readQuotedCell(
  text: string,
  open: number,
): { value: string; end: number; newlines: number } | 'open' {
  let value = '';
  let from = open + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || quote - open > MAX_RECORD) return 'open';
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      return { value, end: quote + 1, newlines: countNewlines(value) };
    }
    value += '"';
    from = quote + 2;
  }
}

function cellEnd(text: string, at: number, delimiter: string): number {
  for (let end = at; end < text.length; end++) {
    const character = text[end];
    if (character === delimiter || character === '\n') return end;
  }
  return text.length;
}

function countNewlines(value: string): number {
  let count = 0;
  for (let at = value.indexOf('\n'); at >= 0; at = value.indexOf('\n', at + 1)) count++;
  return count;
}

/** Excel's own hint in the first line of a file: `sep=;`. */
const SEPARATOR_HINT = /^sep=([;,\t])$/i;

interface CsvHead {
  delimiter: Delimiter;
  header: string[];
  /** Index behind the header's line end, and the lines up to there. */
  end: number;
  lines: number;
}

/**
 * Finds the header: skips empty lines and Excel's `sep=` line, takes the delimiter that parts the header into most cells.
 * @returns undefined when there is no line with text
 */
export function readHead(text: string): CsvHead | undefined {
  let at = 0;
  let lines = 0;
  let hinted: Delimiter | undefined;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end);
    const hint = SEPARATOR_HINT.exec(line);
    if (hint === null && line.trim() !== '') break;
    if (hint !== null) hinted = hint[1] as Delimiter;
    at = end + 1;
    lines++;
  }
  if (at >= text.length) return undefined;
  const candidates = (hinted === undefined ? DELIMITERS : [hinted]).map((delimiter) => ({
    delimiter,
    record: readRecord(text, at, delimiter, true),
  }));
  const best = candidates.reduce((a, b) =>
    !b.record?.malformed && (a.record?.malformed || size(b.record) > size(a.record)) ? b : a,
  );
  if (best.record === undefined) return undefined;
  return {
    delimiter: best.record.cells.length === 1 ? (hinted ?? ';') : best.delimiter,
    header: best.record.cells,
    end: best.record.end,
    lines: lines + best.record.lines,
  };
}

function size(record: CsvRecord | undefined): number {
  return record?.cells.length ?? 0;
}
