/**
 * The staging table of a connection that imports, and the lines that are copied.
 * @module
 */
import type pg from 'pg';
import type { ImportedContact, RowReject } from '../domain/import-row.ts';
import { cut } from '../domain/import-text.ts';
import { arrayLiteral, copyLine, copyText } from './import-copy.ts';

export const STAGE_TABLE = 'import_stage';
export const STAGE_COLUMNS =
  'row_no, e1, e2, e3, external_id, last_name, first_name, locality, county, age, age_band, address, email, ' +
  'language, note, consent_at, consent_source, attributes';
export const REJECT_COLUMNS = 'import_id, row_no, line, outcome, reason, "column", list_id, cells';

/** Makes the temporary tables of this connection. The contact's id is drawn here, so nothing must be joined back. */
export async function prepareStage(client: pg.ClientBase, params: { dryRun: boolean }): Promise<void> {
  await client.query(`
    create temporary table if not exists ${STAGE_TABLE} (
      id bigint default nextval(pg_get_serial_sequence('contacts', 'id')),
      row_no int, e1 text, e2 text, e3 text, external_id text, last_name text, first_name text, locality text,
      county text, age smallint, age_band text, address text, email text, language text, note text,
      consent_at date, consent_source text, attributes jsonb
    ) on commit delete rows`);
  if (!params.dryRun) return;
  await client.query('drop table if exists import_dry_seen');
  await client.query('create temporary table import_dry_seen (e164 text primary key)');
}

/**
 * A contact until its batch is stored. Texts, not objects: what waits for Postgres outlives the young generation of the
 * heap, and of each row some thirty small objects would be copied there and collected again.
 */
export interface StagedContact {
  /** E.164, in order. */
  numbers: string[];
  /** Columns of the line behind the numbers. */
  rest: string;
}

export function stageContact({
  numbers,
  fields,
  age,
  consentAt,
  attributes,
}: ImportedContact): StagedContact {
  const rest = [
    cell(fields.externalId),
    cell(fields.lastName),
    cell(fields.firstName),
    cell(fields.locality),
    cell(fields.county),
    age ?? NULL,
    cell(fields.ageBand),
    cell(fields.address),
    cell(fields.email),
    cell(fields.language),
    cell(fields.note),
    consentAt ?? NULL,
    cell(fields.consentSource),
    Object.keys(attributes).length === 0 ? NULL : copyText(JSON.stringify(attributes)),
  ];
  return { numbers, rest: rest.join('\t') };
}

const NULL = '\\N';

function cell(text: string | undefined): string {
  return text === undefined ? NULL : copyText(text);
}

/** @param numbers those of the contact that it gets */
export function contactLine(
  rowNo: number,
  { rest }: Pick<StagedContact, 'rest'>,
  [first = NULL, second = NULL, third = NULL]: readonly string[],
): string {
  return `${rowNo}\t${first}\t${second}\t${third}\t${rest}\n`;
}

/** Cells of a row as one text, for the same reason; no list has this character (`spool.ts`). */
const BETWEEN_CELLS = '\0';

export function joinCells(cells: readonly string[]): string {
  return cells.join(BETWEEN_CELLS);
}

/** Enough of a broken row to recognise it. */
const MAX_CELLS = 250;
const MAX_CELL = 4_000;

export function rejectLine(
  importId: string,
  row: { rowNo: number; line: number; cells: string },
  reject: RowReject,
): string {
  const cells = row.cells.split(BETWEEN_CELLS, MAX_CELLS).map((text) => cut(text, MAX_CELL));
  return copyLine([
    importId,
    row.rowNo,
    row.line,
    reject.outcome,
    reject.reason,
    reject.column,
    reject.listId,
    arrayLiteral(cells),
  ]);
}
