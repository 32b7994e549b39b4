/**
 * Imports as rows: opened, read, counted, closed.
 * @module
 */
import type { ImportCounts, ImportListInput, ListKind, RejectReason } from '../contracts/model/import.ts';
import type { ColumnTarget } from '../domain/import-columns.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/** What `openImport` found out about the file; kept with the import so that each chunk reads the same way. */
export interface ImportLayout {
  delimiter: string;
  encoding: string;
  header: string[];
  targets: ColumnTarget[];
  unknownColumns: string[];
  /** Where the first data row begins in the copy, and the lines before it. */
  headBytes: number;
  headLines: number;
}

export interface ImportRow extends ImportCounts {
  id: string;
  workflowId: string;
  campaignId: number;
  listId: number | null;
  list: string | null;
  listKind: ListKind | null;
  input: ImportListInput;
  fileSha256: string;
  state: 'open' | 'done' | 'cancelled' | 'undone';
  layout: ImportLayout;
  bytesTotal: number;
  bytesDone: number;
  linesDone: number;
  rejectsFile: string | null;
}

const SELECT = `
  select i.id, i.workflow_id as "workflowId", i.campaign_id as "campaignId", i.list_id as "listId",
    l.name as list, l.kind as "listKind", i.input, i.file_sha256 as "fileSha256", i.state, i.layout,
    i.bytes_total as "bytesTotal", i.bytes_done as "bytesDone", i.lines_done as "linesDone",
    i.rows_done as rows, i.accepted, i.duplicate, i.invalid, i.suppressed, i.rejects_file as "rejectsFile"
  from imports i left join lists l on l.id = i.list_id`;

export async function readImport(on: Queryable, params: { id: string }): Promise<ImportRow | undefined> {
  const [row] = await rowsOf<ImportRow>(on, `${SELECT} where i.id = $1`, [params.id]);
  return row;
}

/** The import that an earlier run of the same workflow id left open: it is gone on with. */
export async function readOpenImport(
  on: Queryable,
  params: { workflowId: string },
): Promise<ImportRow | undefined> {
  const [row] = await rowsOf<ImportRow>(
    on,
    `${SELECT} where i.workflow_id = $1 and i.state = 'open' order by i.started_at desc limit 1`,
    [params.workflowId],
  );
  return row;
}

/** A finished import of the same bytes into the same campaign, whose contacts are still there. */
export async function readSameFile(
  on: Queryable,
  params: { campaignId: number; fileSha256: string },
): Promise<ImportRow | undefined> {
  const [row] = await rowsOf<ImportRow>(
    on,
    `${SELECT} where i.campaign_id = $1 and i.file_sha256 = $2 and i.state = 'done'
       and not coalesce((i.input->>'dryRun')::boolean, false)
     order by i.started_at desc limit 1`,
    [params.campaignId, params.fileSha256],
  );
  return row;
}

interface InsertImportParams {
  id: string;
  workflowId: string;
  campaignId: number;
  input: ImportListInput;
  fileSha256: string;
  layout: ImportLayout;
  bytesTotal: number;
  /** Absent for a dry run, which makes no list. */
  listName?: string;
  now: Date;
}

/** One statement: the list (under a free name) and the import. Call it under the campaign's import lock. */
export async function insertImport(on: Queryable, params: InsertImportParams): Promise<void> {
  const listId =
    params.listName === undefined ? null : await insertList(on, { ...params, name: params.listName });
  await rowsOf(
    on,
    `insert into imports (id, workflow_id, campaign_id, list_id, input, file_sha256, state, layout, bytes_total,
       bytes_done, lines_done, started_at)
     values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11)`,
    [
      params.id,
      params.workflowId,
      params.campaignId,
      listId,
      JSON.stringify(params.input),
      params.fileSha256,
      JSON.stringify(params.layout),
      params.bytesTotal,
      params.layout.headBytes,
      params.layout.headLines,
      params.now,
    ],
  );
}

async function insertList(
  on: Queryable,
  params: { campaignId: number; name: string; input: ImportListInput; now: Date },
): Promise<number> {
  const [row] = await rowsOf<{ id: number }>(
    on,
    `insert into lists (campaign_id, name, kind, created_at)
     select $1, case when n = 1 then $2 else $2 || ' (' || n || ')' end, $3, $4
     from generate_series(1, 10000) n
     where not exists (
       select from lists l
       where l.campaign_id = $1 and l.name = case when n = 1 then $2 else $2 || ' (' || n || ')' end)
     order by n limit 1
     returning id`,
    [params.campaignId, params.name, params.input.kind, params.now],
  );
  if (row === undefined) throw new Error('no free list name');
  return row.id;
}

/** Serialises the batches of imports into one campaign, until the end of the transaction. */
export async function lockCampaignImports(on: Queryable, campaignId: number): Promise<void> {
  await rowsOf(on, 'select pg_advisory_xact_lock($1, $2)', [IMPORT_LOCK_CLASS, campaignId]);
}
/** Any constant of ours; the two-key locks are apart from the one-key ones. */
const IMPORT_LOCK_CLASS = 402_710;

/** Empties the counts of a dry run: what it has seen does not outlive its connection. Returns where it begins. */
export async function restartDryRun(
  on: Queryable,
  row: ImportRow,
): Promise<Pick<ImportRow, 'bytesDone' | 'linesDone' | 'rows'>> {
  const { headBytes, headLines } = row.layout;
  await rowsOf(on, 'delete from import_rejects where import_id = $1', [row.id]);
  await rowsOf(
    on,
    `update imports set bytes_done = $2, lines_done = $3, rows_done = 0, accepted = 0, duplicate = 0, invalid = 0,
       suppressed = 0
     where id = $1 and state = 'open'`,
    [row.id, headBytes, headLines],
  );
  return { bytesDone: headBytes, linesDone: headLines, rows: 0 };
}

/** Idempotent: only an open import is closed, and `rejectsFile` is set once. @returns whether it was open */
export async function closeImport(
  on: Queryable,
  params: { id: string; state: 'done' | 'cancelled'; rejectsFile?: string; now: Date },
): Promise<boolean> {
  const rows = await rowsOf(
    on,
    `update imports set state = $2, rejects_file = $3, finished_at = $4 where id = $1 and state = 'open' returning id`,
    [params.id, params.state, params.rejectsFile ?? null, params.now],
  );
  return rows.length > 0;
}

/**
 * Tells the planner what an import has added. Autovacuum would do so within minutes; until then the dialer's claim is
 * planned for the tables as they were.
 */
export async function analyzeContacts(on: Queryable): Promise<void> {
  await rowsOf(on, 'analyze contacts, numbers, contact_numbers, dial_queue');
}

/**
 * Since when the campaign is out of use; undefined: it is not, and in a transaction stays so until its end. Two statements: the
 * second one sees what the first waited for.
 */
export async function campaignRetiredAt(on: Queryable, campaignId: number): Promise<Date | undefined> {
  await rowsOf(on, 'select 1 from campaigns where id = $1 for share', [campaignId]);
  const [row] = await rowsOf<{ at: Date | null }>(
    on,
    'select retired_at as at from config_objects where id = $1',
    [campaignId],
  );
  return row?.at ?? undefined;
}

/** Names of campaigns in use, in order, for an operator who typed another one. */
export async function someCampaignNames(on: Queryable, params: { limit: number }): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    on,
    `select c.name from campaigns c join config_objects o on o.id = c.id
     where o.retired_at is null order by c.name limit $1`,
    [params.limit],
  );
  return rows.map((row) => row.name);
}

export async function countRejects(
  on: Queryable,
  params: { importId: string },
): Promise<Partial<Record<RejectReason, number>>> {
  const rows = await rowsOf<{ reason: RejectReason; n: number }>(
    on,
    `select reason, count(*)::int as n from import_rejects where import_id = $1 group by reason order by reason`,
    [params.importId],
  );
  return Object.fromEntries(rows.map((row) => [row.reason, row.n]));
}

export interface RejectRow {
  rowNo: number;
  line: number;
  reason: RejectReason;
  column: string | null;
  /** Name of the list that had the number, of a duplicate in the campaign. */
  list: string | null;
  cells: string[];
}

/** Rejects in file order, a page at a time. */
export function readRejects(
  on: Queryable,
  params: { importId: string; afterRow: number; limit: number },
): Promise<RejectRow[]> {
  return rowsOf<RejectRow>(
    on,
    `select r.row_no as "rowNo", r.line, r.reason, r."column", r.cells,
       (select l.name from lists l where l.id = r.list_id) as list
     from import_rejects r
     where r.import_id = $1 and r.row_no > $2 order by r.row_no limit $3`,
    [params.importId, params.afterRow, params.limit],
  );
}
