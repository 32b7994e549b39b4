/**
 * Columns of a file as a person chose them, said as an import takes them.
 * @module
 */
import type { UploadPreview } from '../../../contracts/http/lists.ts';
import { IMPORT_COLUMNS, type ImportColumn } from '../../../contracts/model/import.ts';
import { NO_COLUMN } from '../../../domain/import-columns.ts';

type Columns = UploadPreview['columns'];
/** The preview cuts longer headers. */
const WHOLE_HEADER = 200;

/**
 * All known columns, each with where it is or that it is nowhere: nothing is found by its header any more. What was this
 * known column before is kept as it is called.
 */
export function columnsWith(
  seen: Columns,
  index: number,
  known: ImportColumn | null,
): Partial<Record<ImportColumn, string>> {
  const of = seen.map((column, at) => (at === index ? known : column.known === known ? null : column.known));
  return Object.fromEntries(
    IMPORT_COLUMNS.map((column) => {
      const at = of.indexOf(column);
      return [column, at < 0 ? NO_COLUMN : nameOf(seen, at)];
    }),
  );
}

/** By its header where that names no other column; else by its place. */
function nameOf(seen: Columns, at: number): string {
  const header = seen[at]?.header.trim() ?? '';
  const alone = seen.filter((column) => column.header.trim() === header).length === 1;
  const plain = header !== '' && header !== NO_COLUMN && header.length < WHOLE_HEADER;
  return alone && plain ? header : String(at + 1);
}
