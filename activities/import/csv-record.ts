/**
 * @module
 */

/** Lines end in `\n` only: the spool copy is written so. */
export interface CsvRecord {
  cells: string[];
  /** Byte behind the record's line end, counted from the beginning of the bytes it was read from. */
  end: number;
  /** Lines of the file it takes; more than one when a quoted cell has line breaks. */
  lines: number;
  /** The quotes make no sense; `cells` is the first line as it stands and only that line is consumed. */
  malformed: boolean;
}
