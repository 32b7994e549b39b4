/**
 * Lists, their imports and what those refused, as lines for COPY.
 * @module
 */
import { arrayLiteral, copyLine } from '../../db/import-copy.ts';
import { iso, known, type RowIds } from './rows.ts';
import type { HistoryList } from './shapes.ts';

export const LIST_COLUMNS = 'lists (id, campaign_id, name, kind, created_at)';

export function listLine(ids: RowIds, list: HistoryList, place: number): string {
  const { id } = known(ids.campaigns.get(list.campaign), `campaign ${list.campaign}`);
  return copyLine([ids.first.list + place, id, list.name, list.kind, iso(list.at)]);
}

export const IMPORT_COLUMNS = `imports (id, workflow_id, campaign_id, list_id, input, file_sha256, state, layout, bytes_total,
  bytes_done, rows_done, lines_done, accepted, duplicate, invalid, suppressed, started_at, finished_at)`;
const HEADER = ['telefon', 'nume', 'prenume', 'localitate'];
const TARGETS = ['phone', 'lastName', 'firstName', 'locality'].map((known) => ({ known }));
/** Bytes of a row, about. */
const ROW_BYTES = 64;
const HEAD_BYTES = 36;
/** Rows that are read in a second. */
const ROWS_A_SECOND = 20_000;

export function importLine(ids: RowIds, list: HistoryList, place: number): string {
  const { id } = known(ids.campaigns.get(list.campaign), `campaign ${list.campaign}`);
  const accepted = list.to - list.from;
  const rows = accepted + list.rejects.length;
  const bytes = HEAD_BYTES + rows * ROW_BYTES;
  const rejected = (outcome: string): number => list.rejects.filter((one) => one.outcome === outcome).length;
  return copyLine([
    list.importId,
    `import:${list.name}`,
    id,
    ids.first.list + place,
    JSON.stringify({ file: `${list.name}.csv`, kind: list.kind, campaign: list.campaign }),
    list.importId.replaceAll('-', '').repeat(2),
    'done',
    JSON.stringify({
      header: HEADER,
      targets: TARGETS,
      unknownColumns: [],
      delimiter: ';',
      encoding: 'utf-8',
      headBytes: HEAD_BYTES,
      headLines: 1,
    }),
    bytes,
    bytes,
    rows,
    rows + 1,
    accepted,
    rejected('duplicate'),
    rejected('invalid'),
    rejected('suppressed'),
    iso(list.at),
    iso(list.at + 800 + Math.round((rows / ROWS_A_SECOND) * 1_000)),
  ]);
}

export const REJECT_COLUMNS = 'import_rejects (import_id, row_no, line, outcome, reason, "column", cells)';

export function rejectLines({ importId, rejects }: HistoryList): string {
  return rejects
    .map(({ rowNo, outcome, reason, cells }) => {
      const column = reason.startsWith('phone') || reason.startsWith('duplicate') ? 'phone' : undefined;
      return copyLine([importId, rowNo, rowNo + 1, outcome, reason, column, arrayLiteral(cells)]);
    })
    .join('');
}
