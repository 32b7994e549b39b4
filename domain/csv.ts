/**
 * Lines of CSV as spreadsheets of this country open it.
 * @module
 */

/** Excel takes a file without it for the local code page. */
export const BYTE_ORDER_MARK = '\ufeff';
/** Spreadsheets run a cell that begins so as a formula (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
/** A phone in international form begins with `+`, and must stay what it is. */
const PHONE = /^\+\d[\d\s()./-]*$/;

/** One line with its line end: `;` as Romanian Excel has it, quotes where needed, formulas made harmless. */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => quote(neutralise(String(cell)))).join(';')}\r\n`;
}

/** Puts an apostrophe before what a spreadsheet would run; the import takes it away again. */
export function neutralise(cell: string): string {
  return FORMULA.test(cell) && !PHONE.test(cell) ? `'${cell}` : cell;
}

function quote(cell: string): string {
  return /[";\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
