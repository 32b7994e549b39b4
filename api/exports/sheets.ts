/**
 * Tables as files: CSV (`;`, with a byte order mark) and XLSX. Whoever makes a report gives sheets, words and all.
 * @module
 */
import type { Context } from 'hono';
import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import type { ExportFormat } from '../../contracts/http/reports.ts';
import { BYTE_ORDER_MARK, csvLine } from '../../domain/csv.ts';

export type SheetCell = string | number;

export interface ExportSheet {
  /** Of the tab of the sheet, and above the table in CSV; 31 characters at most, none of `[]:*?/\`. */
  name: string;
  columns: readonly string[];
  rows: readonly (readonly SheetCell[])[];
  /** The totals row. */
  totals?: readonly SheetCell[];
}

export interface ExportFile {
  /** Without its ending; ASCII. */
  fileName: string;
  /** Title, range, filters, when it was made: one line each, on every sheet. */
  head: readonly string[];
  sheets: readonly ExportSheet[];
}

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** The answer that the browser keeps as a file. */
export async function sendFile(c: Context, format: ExportFormat, file: ExportFile): Promise<Response> {
  const body = format === 'csv' ? csvOf(file) : new Uint8Array(await xlsxOf(file));
  return c.body(body, 200, {
    'content-type': TYPES[format],
    'content-disposition': `attachment; filename="${file.fileName}.${format}"`,
    'cache-control': 'no-store',
  });
}

/** All sheets one below the other, with an empty line before each. */
export function csvOf({ head, sheets }: ExportFile): string {
  const lines = sheets.flatMap(({ name, columns, rows, totals }) => [
    [],
    [name],
    columns,
    ...rows,
    ...(totals ? [totals] : []),
  ]);
  return BYTE_ORDER_MARK + [...head.map((line) => [line]), ...lines].map((cells) => csvLine(cells)).join('');
}

const FIRST_COLUMN_WIDTH = 26;
const COLUMN_WIDTH = 14;

export function xlsxOf({ head, sheets }: ExportFile): Promise<Buffer> {
  return writeExcelFile(
    sheets.map(({ name, columns, rows, totals }) => {
      const bold = (cells: readonly SheetCell[]) =>
        cells.map((value) => ({ value, fontWeight: 'bold' as const, wrap: true }));
      const data: SheetData = [
        ...head.map((line, index) => [index === 0 ? { value: line, fontWeight: 'bold' as const } : line]),
        [],
        bold(columns),
        ...rows.map((cells) => [...cells]),
        ...(totals ? [bold(totals)] : []),
      ];
      return {
        data,
        sheet: name,
        orientation: 'landscape' as const,
        stickyColumnsCount: 1,
        columns: columns.map((_, index) => ({ width: index === 0 ? FIRST_COLUMN_WIDTH : COLUMN_WIDTH })),
      };
    }),
  ).toBuffer();
}
