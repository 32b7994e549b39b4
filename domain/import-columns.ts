/**
 * Which column of a list is what: header cells to known columns.
 * @module
 */
import type { ImportColumn, ImportListInput } from '../contracts/model/import.ts';
import { COLUMN_BY_HEADER, REPORT_HEADERS } from './import-headers.ts';
import { cut } from './import-text.ts';

/** One cell of the header: a known column, an attribute under its own name, or nothing to keep. */
export type ColumnTarget =
  { known: ImportColumn } | { attribute: string } | { ignored: 'no-header' | 'reject-report' };

export type ColumnMapping =
  | { ok: true; targets: ColumnTarget[]; unknownColumns: string[] }
  /** `field` is the input's field to blame; the message is for the operator and holds no personal data. */
  | { ok: false; field: string; message: string };

/** In the place of a header: no column is this one, whatever its header says. */
export const NO_COLUMN = '-';

const PHONES = ['phone', 'phone2', 'phone3'] as const;
const MAX_COLUMNS = 200;
const MAX_HEADER = 100;

/**
 * Maps a header. Romanian and English names, any case, with or without diacritics; `overrides` by header text or 1-based
 * position win, and `NO_COLUMN` keeps a known column from being found. A second and third phone column become `phone2` and `phone3`; other repeated headers are kept as
 * attributes with a number. Unknown headers are attributes.
 */
export function mapColumns(header: readonly string[], overrides: ImportListInput['columns']): ColumnMapping {
  if (header.length > MAX_COLUMNS) {
    return {
      ok: false,
      field: 'file',
      message: `antetul are ${header.length} coloane; cel mult ${MAX_COLUMNS}`,
    };
  }
  // Also where columns are given by position: a person would be lost as a header, and told to Temporal as its columns.
  if (header.some(isData)) return { ok: false, field: 'file', message: NO_HEADER };
  const chosen = new Map<number, ImportColumn>();
  const none = new Set<ImportColumn>();
  for (const [column, wanted] of Object.entries(overrides ?? {}) as [ImportColumn, string][]) {
    if (wanted.trim() === NO_COLUMN) {
      none.add(column);
      continue;
    }
    const index = findOverride(header, wanted);
    if (index === undefined) {
      return { ok: false, field: `columns.${column}`, message: `nu există coloana cerută; ${seen(header)}` };
    }
    if (chosen.has(index)) {
      return { ok: false, field: `columns.${column}`, message: 'aceeași coloană este cerută de două ori' };
    }
    chosen.set(index, column);
  }
  const targets = assignTargets(header, chosen, none);
  if (!targets.some((target) => 'known' in target && isPhoneColumn(target.known))) {
    return {
      ok: false,
      field: 'file',
      message:
        `nu există o coloană de telefon; ${seen(header)}. ` +
        'Numiți coloana „telefon” sau indicați-o prin "columns":{"phone":"…"}',
    };
  }
  const unknownColumns = targets.flatMap((target) => ('attribute' in target ? [target.attribute] : []));
  return { ok: true, targets, unknownColumns };
}

export function isPhoneColumn(column: ImportColumn): column is (typeof PHONES)[number] {
  return (PHONES as readonly ImportColumn[]).includes(column);
}

/** `Nr. Telefon ` → `nrtelefon`, `JUDEŢ` and `județ` → `judet`. */
export function normaliseHeader(cell: string): string {
  return cell
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

function findOverride(header: readonly string[], wanted: string): number | undefined {
  const exact = header.findIndex((cell) => cell.trim() === wanted.trim());
  if (exact >= 0) return exact;
  const name = normaliseHeader(wanted);
  const index = name === '' ? -1 : header.findIndex((cell) => normaliseHeader(cell) === name);
  if (index >= 0) return index;
  const position = /^\d{1,3}$/.test(wanted.trim()) ? Number(wanted) : 0;
  return position >= 1 && position <= header.length ? position - 1 : undefined;
}

function assignTargets(
  header: readonly string[],
  chosen: ReadonlyMap<number, ImportColumn>,
  none: ReadonlySet<ImportColumn>,
): ColumnTarget[] {
  const taken = new Set<ImportColumn>([...chosen.values(), ...none]);
  const names = new Set<string>();
  const isReport = REPORT_HEADERS.every((name, index) => normaliseHeader(header[index] ?? '') === name);
  return header.map((cell, index): ColumnTarget => {
    const override = chosen.get(index);
    if (override !== undefined) return { known: override };
    if (isReport && index < REPORT_HEADERS.length) return { ignored: 'reject-report' };
    const known = freeColumn(COLUMN_BY_HEADER.get(normaliseHeader(cell)), taken);
    if (known !== undefined) {
      taken.add(known);
      return { known };
    }
    const name = cut(cell.trim(), MAX_HEADER);
    if (name === '') return { ignored: 'no-header' };
    return { attribute: uniqueName(name, names) };
  });
}

/** A repeated phone header means one more number of the contact; any other repetition is an attribute. */
function freeColumn(column: ImportColumn | undefined, taken: ReadonlySet<ImportColumn>) {
  if (column === undefined || !taken.has(column)) return column;
  return isPhoneColumn(column) ? PHONES.find((phone) => !taken.has(phone)) : undefined;
}

function uniqueName(name: string, names: Set<string>): string {
  let unique = name;
  for (let n = 2; names.has(unique); n++) unique = `${name} (${n})`;
  names.add(unique);
  return unique;
}

const NO_HEADER =
  'primul rând pare să fie deja unul de date: fișierul trebuie să înceapă cu un rând de antet';
/** The fewest digits of a Romanian number as people write it. */
const PHONE_DIGITS = 9;

/** A telephone number or an address of mail: no header is one. */
function isData(cell: string): boolean {
  const text = cell.trim();
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return true;
  return /^[+(]?\d[\d\s().\-/]*$/.test(text) && text.replace(/\D/g, '').length >= PHONE_DIGITS;
}

/** A file without a header shows its first row here: numbers and addresses must not reach a message. */
const PERSONAL = /\d{5,}|(?:\d[\s.-]?){6,}|@/;

function seen(header: readonly string[]): string {
  if (header.some((cell) => PERSONAL.test(cell))) return NO_HEADER;
  const cells = header.map((cell) => cut(cell.trim(), 40)).filter((cell) => cell !== '');
  const shown = cells.slice(0, 20).map((cell) => `„${cell}”`);
  return `antetul are: ${shown.join(', ')}${cells.length > shown.length ? ', …' : ''}`;
}
