/**
 * A CSV file as records, a window of it at a time.
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import type { CsvRecord } from './csv-record.ts';
import { MAX_RECORD_BYTES, parseRecords } from './csv-records.ts';

/** Several times the longest record, so that each window has one; a few thousand rows. */
const WINDOW_BYTES = 4 * MAX_RECORD_BYTES;
const NEWLINE = 10;

interface CsvWindow {
  records: CsvRecord[];
  /** Where the window begins in the file: `end` of its records counts from here. */
  at: number;
}

/** @param from byte where a record begins; reads whatever is behind it, however often it is begun anew */
export async function* readWindows(
  file: FileHandle,
  from: number,
  delimiter: string,
): AsyncGenerator<CsvWindow> {
  const buffer = Buffer.allocUnsafe(WINDOW_BYTES);
  for (let at = from; ;) {
    const bytes = buffer.subarray(0, await fill(file, buffer, at));
    const atEnd = bytes.length < buffer.length;
    const records = parseRecords(bytes, delimiter, atEnd);
    const last = records.at(-1);
    if (last === undefined) return;
    // A malformed line longer than the window: only its beginning is looked at.
    if (!atEnd && last.end === bytes.length && bytes.at(-1) !== NEWLINE) {
      last.end = (await findLineEnd(file, at + last.end)) - at;
    }
    yield { records, at };
    at += last.end;
  }
}

/** Reads until the buffer is full or the file ends. */
async function fill(file: FileHandle, buffer: Buffer, from: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** Behind the next line end, or the end of the file. */
async function findLineEnd(file: FileHandle, from: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(MAX_RECORD_BYTES);
  for (let at = from; ;) {
    const length = await fill(file, buffer, at);
    const newline = buffer.subarray(0, length).indexOf(NEWLINE);
    if (newline >= 0) return at + newline + 1;
    at += length;
    if (length < buffer.length) return at;
  }
}
