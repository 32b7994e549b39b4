/**
 * The staging table of a connection that imports, and the lines that are copied.
 * @module
 */
import type pg from 'pg';
import type { ImportedContact, RowReject } from '../domain/import-row.ts';
import { cut } from '../domain/import-text.ts';
import { arrayLiteral, copyLine } from './import-copy.ts';

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

export function contactLine(rowNo: number, contact: ImportedContact, numbers: readonly string[]): string {
  const { fields, attributes } = contact;
  const extra = Object.keys(attributes).length === 0 ? undefined : JSON.stringify(attributes);
  return copyLine([
    rowNo,
    numbers[0],
    numbers[1],
    numbers[2],
    fields.externalId,
    fields.lastName,
    fields.firstName,
    fields.locality,
    fields.county,
    contact.age,
    fields.ageBand,
    fields.address,
    fields.email,
    fields.language,
    fields.note,
    contact.consentAt,
    fields.consentSource,
    extra,
  ]);
}

/** Enough of a broken row to recognise it. */
const MAX_CELLS = 250;
const MAX_CELL = 4_000;

export function rejectLine(
  importId: string,
  row: { rowNo: number; line: number; cells: readonly string[] },
  reject: RowReject,
): string {
  const cells = row.cells.slice(0, MAX_CELLS).map((cell) => cut(cell, MAX_CELL));
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
