/**
 * Lines of the rejects CSV.
 * @module
 */
import type { RejectReason } from '../contracts/model/import.ts';
import { BYTE_ORDER_MARK, csvLine } from './csv.ts';
import { isPhoneColumn, type ColumnTarget } from './import-columns.ts';
import { REPORT_HEADERS } from './import-headers.ts';
import { rejectWords } from './import-reject-words.ts';

const COLUMN_TITLES = REPORT_HEADERS.map((name) => (name === 'rand' ? 'rând' : name));

/** Header and columns of the list that was imported. */
export interface RejectLayout {
  header: readonly string[];
  targets: readonly ColumnTarget[];
}

/** A row that was not accepted. */
export interface RejectedRow {
  rowNo: number;
  line: number;
  reason: RejectReason;
  /** Known column to blame, or the header of an attribute. */
  column: string | null;
  /** Name of the list that had the number, of a duplicate in the campaign. */
  list: string | null;
  cells: readonly string[];
}

/** The first line, with the mark before it. */
export function rejectsHead({ header }: RejectLayout): string {
  return BYTE_ORDER_MARK + csvLine([...COLUMN_TITLES, ...header]);
}

export function rejectLine(layout: RejectLayout, reject: RejectedRow): string {
  const { header, words } = explainReject(layout, reject);
  return csvLine([reject.line, reject.rowNo, words, header, ...reject.cells]);
}

/** The column to blame, as the list calls it, and what is wrong, in words. */
export function explainReject(layout: RejectLayout, reject: RejectedRow): { header: string; words: string } {
  const index = layout.targets.findIndex(
    (target) =>
      ('known' in target && target.known === reject.column) ||
      ('attribute' in target && target.attribute === reject.column),
  );
  const target = layout.targets[index];
  const phone = target && 'known' in target && isPhoneColumn(target.known) ? reject.cells[index] : undefined;
  return {
    header: layout.header[index] ?? '',
    words: rejectWords(reject.reason, {
      ...(phone !== undefined && { phone }),
      ...(reject.list !== null && { list: reject.list }),
    }),
  };
}
