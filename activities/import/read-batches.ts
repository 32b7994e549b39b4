/**
 * The spool copy as batches of rows, from a byte position on.
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import type { Batch, BatchRow } from '../../db/import-batch.ts';
import { joinCells, stageContact } from '../../db/import-stage.ts';
import type { ColumnTarget } from '../../domain/import-columns.ts';
import { readRow, type RowRules } from '../../domain/import-row.ts';
import type { CsvRecord } from './csv-record.ts';
import { readWindows } from './csv-windows.ts';

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

/** Of a usual list not even half; a list of rows as long as they may be would fill the memory with 2,500 of them. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

/**
 * Yields batches until the file ends; the last one may be empty of rows, when only blank lines were left. Memory: one
 * window of the file as records, and one batch.
 */
export async function* readBatches(params: ReadBatchesParams): AsyncGenerator<Batch> {
  const { from } = params;
  const state = { lines: from.lines, rows: from.rows };
  let rows: BatchRow[] = [];
  let bytesFrom = from.bytes;
  let n = 0;
  let bytesTo = from.bytes;
  for await (const { records, at } of readWindows(params.file, from.bytes, params.delimiter)) {
    for (const record of records) {
      const row = toRow(record, state, params);
      state.lines += record.lines;
      bytesTo = at + record.end;
      if (row !== undefined) rows.push(row);
      if (rows.length < params.batchRows(n) && bytesTo - bytesFrom < MAX_BATCH_BYTES) continue;
      yield { rows, bytesFrom, bytesTo, linesTo: state.lines };
      n++;
      rows = [];
      bytesFrom = bytesTo;
    }
  }
  if (bytesTo > bytesFrom) yield { rows, bytesFrom, bytesTo, linesTo: state.lines };
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
  const base = { rowNo: state.rows, line: state.lines + 1, cells: joinCells(cells) };
  if (record.malformed) {
    return { ...base, result: { ok: false, reject: { outcome: 'invalid', reason: 'row-malformed' } } };
  }
  const result = readRow(cells, params.targets, params.rules);
  return { ...base, result: result.ok ? { ok: true, contact: stageContact(result.contact) } : result };
}
