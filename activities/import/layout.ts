/**
 * @module
 */
import { open } from 'node:fs/promises';
import type { ImportListInput } from '../../contracts/model/import.ts';
import type { ImportLayout } from '../../db/import-rows.ts';
import { mapColumns } from '../../domain/import-columns.ts';
import { toFailure } from '../failure.ts';
import { readHead } from './csv-head.ts';
import { wrong } from './input.ts';
import type { SpoolCopy } from './spool.ts';

const HEAD_BYTES = 256 * 1024;

export interface FileHead {
  layout: ImportLayout;
  bytesTotal: number;
}

/** @throws ApplicationFailure `file-unusable` without a header, `invalid-input` naming the field for a wrong one */
export async function readLayout(copy: SpoolCopy, columns: ImportListInput['columns']): Promise<FileHead> {
  const file = await open(copy.path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(HEAD_BYTES, size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    const head = readHead(buffer.subarray(0, bytesRead));
    if (head === undefined) throw toFailure('file-unusable', 'file: fișierul este gol');
    const mapping = mapColumns(head.header, columns);
    if (!mapping.ok) throw wrong(mapping.field, mapping.message);
    return {
      bytesTotal: size,
      layout: {
        delimiter: head.delimiter,
        encoding: copy.encoding,
        header: head.header.map((cell) => cell.trim()),
        targets: mapping.targets,
        unknownColumns: mapping.unknownColumns,
        headBytes: head.end,
        headLines: head.lines,
      },
    };
  } finally {
    await file.close();
  }
}
