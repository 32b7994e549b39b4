/**
 * COPY in text format.
 * @module
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** @param into `table (columns)`, ours, never from outside; `toLine` as `copyLine` makes one */
export async function copyInto<T>(
  client: pg.ClientBase,
  into: string,
  rows: readonly T[],
  toLine: (row: T) => string,
): Promise<void> {
  await copyChunks(client, into, chunks(rows, toLine));
}

/** @param lines whole ones, as `copyLine` makes them, in buffers of any size */
export async function copyChunks(
  client: pg.ClientBase,
  into: string,
  lines: Iterable<Buffer>,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${into} from stdin`));
  await pipeline(Readable.from(lines), stream);
}

/** A few lines at a time would cost a packet each, all at once a second copy of the batch. */
const LINES_A_CHUNK = 500;

function* chunks<T>(rows: readonly T[], toLine: (row: T) => string): Generator<Buffer> {
  for (let at = 0; at < rows.length; at += LINES_A_CHUNK) {
    yield Buffer.from(
      rows
        .slice(at, at + LINES_A_CHUNK)
        .map(toLine)
        .join(''),
    );
  }
}

/** One line; undefined is NULL. */
export function copyLine(values: readonly (string | number | undefined)[]): string {
  let line = '';
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    line += at === 0 ? '' : '\t';
    line += value === undefined ? '\\N' : typeof value === 'number' ? value : copyText(value);
  }
  return `${line}\n`;
}

/** An array literal inside COPY is escaped twice: for the array, then for the line. */
export function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One text of a line. */
export function copyText(value: string): string {
  return SPECIAL.test(value) ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? '') : value;
}
