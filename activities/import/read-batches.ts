/**
 * The spool copy as batches of rows, from a byte position on.
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import type { Batch, BatchRow } from '../../db/import-batch.ts';
import { readRecord, type CsvRecord } from '../../domain/import-csv.ts';
import type { ColumnTarget } from '../../domain/import-columns.ts';
import { readRow, type RowRules } from '../../domain/import-row.ts';

interface ReadBatchesParams {
  file: FileHandle;
  delimiter: string;
  targets: readonly ColumnTarget[];
  rules: RowRules;
  /** Committed position: byte, line and row already done. */
  from: { bytes: number; lines: number; rows: number };
  /** Rows of the n-th batch of this call, 0-based. */
  batchRows: (n: number) => number;
}

const BLOCK_BYTES = 512 * 1024;

/**
 * Yields batches until the file ends; the last one may be empty of rows, when only blank lines were left. Memory: one
 * block of text and one batch.
 */
export async function* readBatches(params: ReadBatchesParams): AsyncGenerator<Batch> {
  const { from } = params;
  const state = { bytes: from.bytes, lines: from.lines, rows: from.rows };
  let rows: BatchRow[] = [];
  let bytesFrom = from.bytes;
  let n = 0;
  for await (const { text, atEnd, consumed } of blocks(params.file, from.bytes)) {
    let at = 0;
    let counted = 0;
    for (;;) {
      const record = at < text.length ? readRecord(text, at, params.delimiter, atEnd) : undefined;
      if (record === undefined) break;
      at = record.end;
      const row = toRow(record, state, params);
      state.lines += record.lines;
      if (row !== undefined) rows.push(row);
      if (rows.length >= params.batchRows(n)) {
        state.bytes += bytesOf(text, counted, at);
        counted = at;
        yield { rows, bytesFrom, bytesTo: state.bytes, linesTo: state.lines };
        n++;
        rows = [];
        bytesFrom = state.bytes;
      }
    }
    state.bytes += bytesOf(text, counted, at);
    consumed(Math.min(at, text.length));
  }
  if (state.bytes > bytesFrom) yield { rows, bytesFrom, bytesTo: state.bytes, linesTo: state.lines };
}

/** Blank lines, and rows of nothing but delimiters as spreadsheets append them, are no rows. */
function toRow(
  record: CsvRecord,
  state: { lines: number; rows: number },
  params: ReadBatchesParams,
): BatchRow | undefined {
  const { cells } = record;
  if (!record.malformed && cells.every((cell) => cell === '' || cell.trim() === '')) return undefined;
  state.rows++;
  const base = { rowNo: state.rows, line: state.lines + 1, cells };
  if (record.malformed) {
    return { ...base, result: { ok: false, reject: { outcome: 'invalid', reason: 'row-malformed' } } };
  }
  return { ...base, result: readRow(cells, params.targets, params.rules) };
}

/** The end of a last line without line end lies one behind the text. */
function bytesOf(text: string, from: number, to: number): number {
  return Buffer.byteLength(text.slice(from, to));
}

interface Block {
  /** What was left of the block before, and the next one. */
  text: string;
  atEnd: boolean;
  /** Tells how many characters were used up; the rest comes again with the next block. */
  consumed: (characters: number) => void;
}

async function* blocks(file: FileHandle, position: number): AsyncGenerator<Block> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let at = position;
  let rest = '';
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, BLOCK_BYTES, at);
    at += bytesRead;
    const atEnd = bytesRead === 0;
    const text = rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: !atEnd });
    let used = 0;
    yield {
      text,
      atEnd,
      consumed: (characters) => {
        used = characters;
      },
    };
    if (atEnd) return;
    rest = text.slice(used);
  }
}
