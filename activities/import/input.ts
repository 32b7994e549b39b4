/**
 * The operator's input, checked here and not in the workflow, so that a wrong one is one readable failure.
 * @module
 */
import { IMPORT_COLUMNS, LIST_KINDS, type ImportListInput } from '../../contracts/model/import.ts';
import { toFailure } from '../failure.ts';

const KEYS = ['file', 'kind', 'campaign', 'columns', 'dryRun', 'force'] as const;
const MAX_TEXT = 255;

/** @throws ApplicationFailure `invalid-input` naming the field */
export function checkInput(raw: unknown): ImportListInput {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw wrong('input', `trebuie să fie un obiect JSON cu ${quoted(KEYS)}`);
  }
  const input = raw as Record<string, unknown>;
  const unknown = Object.keys(input).find((key) => !(KEYS as readonly string[]).includes(key));
  if (unknown !== undefined) throw wrong(shown(unknown), `câmp necunoscut; sunt cunoscute ${quoted(KEYS)}`);
  const file = requireText(input, 'file', 'numele fișierului din dosarul de importuri');
  const campaign = requireText(input, 'campaign', 'numele campaniei');
  const kind = LIST_KINDS.find((one) => one === input['kind']);
  if (kind === undefined) throw wrong('kind', `trebuie să fie ${quoted(LIST_KINDS, ' sau ')}`);
  const columns = checkColumns(input['columns']);
  return {
    file,
    kind,
    campaign,
    ...(columns && { columns }),
    ...checkFlag(input, 'dryRun'),
    ...checkFlag(input, 'force'),
  };
}

function requireText(input: Record<string, unknown>, key: string, what: string): string {
  const value = input[key];
  if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT) return value.trim();
  throw wrong(key, `trebuie dat: ${what}`);
}

function checkFlag(input: Record<string, unknown>, key: 'dryRun' | 'force'): Partial<ImportListInput> {
  const value = input[key];
  if (value === undefined || value === false) return {};
  if (value !== true) throw wrong(key, 'trebuie să fie true sau false');
  return { [key]: true };
}

function checkColumns(raw: unknown): ImportListInput['columns'] {
  if (raw === undefined) return undefined;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw wrong('columns', 'trebuie să fie un obiect, de exemplu {"phone":"Nr. contact"}');
  }
  const columns: Record<string, string> = {};
  for (const [column, header] of Object.entries(raw)) {
    if (!(IMPORT_COLUMNS as readonly string[]).includes(column)) {
      throw wrong(
        `columns.${shown(column)}`,
        `coloană necunoscută; sunt cunoscute ${quoted(IMPORT_COLUMNS)}`,
      );
    }
    const text: unknown = typeof header === 'number' ? String(header) : header;
    if (typeof text !== 'string' || text.trim() === '' || text.length > MAX_TEXT) {
      throw wrong(`columns.${column}`, 'trebuie să fie textul din antet sau poziția coloanei („3”)');
    }
    columns[column] = text;
  }
  return columns;
}

/** The failure of a wrong field, as the operator reads it. */
export function wrong(field: string, message: string) {
  return toFailure('invalid-input', `${field}: ${message}`);
}

function quoted(words: readonly string[], separator = ', '): string {
  return words.map((word) => `"${word}"`).join(separator);
}

/** An unknown key is the operator's typing; only its beginning is repeated, and no digits that could be a number. */
function shown(key: string): string {
  return key.slice(0, 40).replace(/\d{4,}/g, '…');
}
