/**
 * One batch of an import, in one transaction: look up the numbers, decide, write everything, move the position.
 * @module
 */
import type pg from 'pg';
import type { RowReject } from '../domain/import-row.ts';
import { decideBatch, type KnownNumber } from '../domain/import-dedupe.ts';
import { copyInto } from './import-copy.ts';
import {
  contactLine,
  rejectLine,
  REJECT_COLUMNS,
  STAGE_COLUMNS,
  STAGE_TABLE,
  type StagedContact,
} from './import-stage.ts';
import { lockCampaignImports } from './import-rows.ts';
import { rowsOf } from './queryable.ts';

/** A row as the reader gives it. */
export interface BatchRow {
  /** 1-based data row. */
  rowNo: number;
  /** 1-based line of the file on which it starts. */
  line: number;
  /** As `joinCells` makes it. */
  cells: string;
  result: { ok: true; contact: StagedContact } | { ok: false; reject: RowReject };
}

export interface Batch {
  rows: BatchRow[];
  /** Position in the spool copy before and after the batch. */
  bytesFrom: number;
  bytesTo: number;
  linesTo: number;
}

export interface BatchTarget {
  importId: string;
  campaignId: number;
  /** Absent in a dry run: nothing but counts and rejects is stored. */
  listId?: number;
  /** 0 priority, 2 normal. */
  rank: number;
  /** Set when the campaign's trunk only reaches the simulated carrier. */
  onlyTrunkId?: number;
  now: Date;
}

/** Another attempt, or an undo, moved the import on: this one must stop. */
export class ImportMovedOn extends Error {
  override readonly name = 'ImportMovedOn';
}

/** A number changed hands between look-up and write; the batch is to be repeated. */
export class BatchConflict extends Error {
  override readonly name = 'BatchConflict';
}

/**
 * Commits one batch. Repeating it after a crash is safe: the position is checked and moved in the same transaction. The
 * lock of the campaign keeps two imports from deciding about the same number at once.
 * @param meanwhile called when the long statement is on its way: the moment to read the next batch, because until then
 *   Postgres waits for us. Not called for a batch without contacts to store, and once more for each repetition
 * @throws ImportMovedOn, BatchConflict
 */
export async function commitBatch(
  client: pg.ClientBase,
  target: BatchTarget,
  batch: Batch,
  meanwhile: () => void = () => undefined,
): Promise<void> {
  await client.query(BEGIN);
  try {
    await lockCampaignImports(client, target.campaignId);
    await checkPosition(client, target, batch);
    const { accepted, rejected } = await decide(client, target, batch);
    if (accepted.length > 0) {
      if (target.listId === undefined) await rememberDryRun(client, accepted);
      else await storeContacts(client, target, accepted, meanwhile);
    }
    await storeRejects(client, target.importId, rejected);
    await movePosition(client, target, batch, accepted.length, rejected);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/**
 * A batch is small beside `numbers`, which is not analysed in a new database: the planner would read whole tables for
 * each batch, and an import would take quadratic time. So look-ups are subqueries that cannot become joins (scalar,
 * or lateral with a limit), and each is one probe of a unique index.
 */
const BEGIN = 'begin; set local enable_seqscan = off';

async function checkPosition(client: pg.ClientBase, target: BatchTarget, batch: Batch): Promise<void> {
  const [row] = await rowsOf<{ state: string; bytesDone: number }>(
    client,
    `select state, bytes_done as "bytesDone" from imports where id = $1 for update`,
    [target.importId],
  );
  if (row?.state !== 'open' || row.bytesDone !== batch.bytesFrom) throw new ImportMovedOn();
}

interface Accepted {
  row: BatchRow;
  contact: StagedContact;
  numbers: string[];
}
interface Rejected {
  row: BatchRow;
  reject: RowReject;
}

async function decide(client: pg.ClientBase, target: BatchTarget, batch: Batch) {
  const accepted: Accepted[] = [];
  const rejected: Rejected[] = [];
  const candidates = batch.rows.flatMap((row) => (row.result.ok ? [row.result.contact.numbers] : []));
  const known = await lookUp(client, target, candidates.flat());
  const decisions = decideBatch(candidates, known).values();
  for (const row of batch.rows) {
    if (!row.result.ok) {
      rejected.push({ row, reject: row.result.reject });
      continue;
    }
    const decision = decisions.next().value;
    if (decision?.ok) accepted.push({ row, contact: row.result.contact, numbers: decision.numbers });
    else if (decision) rejected.push({ row, reject: decision.reject });
  }
  return { accepted, rejected };
}

/** Only numbers that may not simply be taken come back, so a fresh list costs one index probe a number. */
async function lookUp(
  client: pg.ClientBase,
  target: BatchTarget,
  numbers: readonly string[],
): Promise<Map<string, KnownNumber>> {
  const inFile =
    target.listId === undefined
      ? '(select true from import_dry_seen d where d.e164 = w.e164)'
      : 'null::boolean';
  const rows = await rowsOf<LookedUp>(
    client,
    `select * from (
       select w.e164, n.do_not_call_at is not null as dnc, ${inFile} as "inFile",
         c.import_id::text as "importId", c.list_id as "listId",
         cn.contact_id is not null as taken,
         (n.id is not null and n.only_trunk_id is distinct from $3::int) as "otherTrunk"
       from unnest($1::text[]) w(e164)
       left join lateral (
         select id, do_not_call_at, only_trunk_id from numbers where numbers.e164 = w.e164 limit 1
       ) n on true
       left join lateral (
         select contact_id from contact_numbers x
         where x.campaign_id = $2 and x.number_id = n.id and x.active limit 1
       ) cn on true
       left join lateral (select import_id, list_id from contacts where id = cn.contact_id limit 1) c on true
     ) found
     where dnc or taken or "otherTrunk" or "inFile"`,
    // The literal of an array, made at once: E.164 has nothing to escape, and the client would look for it in each.
    [`{${numbers.join(',')}}`, target.campaignId, target.onlyTrunkId ?? null],
  );
  return new Map(
    rows.map((row) => {
      const takenBy = row.inFile || row.importId === target.importId ? 'file' : 'campaign';
      const fact: KnownNumber = { doNotCall: row.dnc, otherTrunk: row.otherTrunk };
      if (!row.taken && !row.inFile) return [row.e164, fact];
      return [row.e164, { ...fact, takenBy, ...(row.listId !== null && { takenByList: row.listId }) }];
    }),
  );
}

interface LookedUp {
  e164: string;
  dnc: boolean;
  inFile: boolean | null;
  importId: string | null;
  listId: number | null;
  taken: boolean;
  otherTrunk: boolean;
}

async function storeContacts(
  client: pg.ClientBase,
  target: BatchTarget,
  accepted: readonly Accepted[],
  meanwhile: () => void,
): Promise<void> {
  await copyInto(client, `${STAGE_TABLE} (${STAGE_COLUMNS})`, accepted, ({ row, contact, numbers }) =>
    contactLine(row.rowNo, contact, numbers),
  );
  await rowsOf(client, INSERT_NUMBERS, [target.onlyTrunkId ?? null]);
  const storing = rowsOf<{ wanted: number; stored: number }>(client, INSERT_CONTACTS, [
    target.campaignId,
    target.listId,
    target.importId,
    target.rank,
    target.now,
    target.onlyTrunkId ?? null,
  ]);
  meanwhile();
  const [counts] = await storing;
  // A number that got another trunk since the look-up is missing here.
  if (counts?.stored !== counts?.wanted) throw new BatchConflict();
}

/** In the order of the numbers, so that imports into two campaigns wait for each other instead of deadlocking. */
const INSERT_NUMBERS = `
  insert into numbers (e164, only_trunk_id)
  select e164, $1::int from (
    select e1 as e164 from ${STAGE_TABLE}
    union select e2 from ${STAGE_TABLE} where e2 is not null
    union select e3 from ${STAGE_TABLE} where e3 is not null
  ) s
  order by e164
  on conflict (e164) do nothing`;

const INSERT_CONTACTS = `
  with added as (
    insert into contacts (id, campaign_id, list_id, import_id, row_no, external_id, last_name, first_name, locality,
      county, age, age_band, address, email, language, note, consent_at, consent_source, attributes, created_at)
    overriding system value
    select id, $1, $2, $3, row_no, external_id, last_name, first_name, locality, county, age, age_band, address,
      email, language, note, consent_at, consent_source, attributes, $5
    from ${STAGE_TABLE} order by row_no
  ), wanted as materialized (
    select id, 1 as position, e1 as e164 from ${STAGE_TABLE}
    union all select id, 2, e2 from ${STAGE_TABLE} where e2 is not null
    union all select id, 3, e3 from ${STAGE_TABLE} where e3 is not null
  ), linked as (
    insert into contact_numbers (contact_id, position, campaign_id, number_id)
    select id, position, $1, number_id from (
      select w.id, w.position,
        (select n.id from numbers n
         where n.e164 = w.e164 and n.only_trunk_id is not distinct from $6::int) as number_id
      from wanted w
      offset 0 -- keeps the planner from probing once for the test and again for the value
    ) found
    where number_id is not null
    returning 1
  ), queued as (
    insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at)
    select id, $1, $2, $4, $5 from ${STAGE_TABLE} order by row_no
  )
  select (select count(*) from wanted)::int as wanted, (select count(*) from linked)::int as stored`;

async function rememberDryRun(client: pg.ClientBase, accepted: readonly Accepted[]): Promise<void> {
  await rowsOf(client, 'insert into import_dry_seen select unnest($1::text[])', [
    accepted.flatMap((one) => one.numbers),
  ]);
}

async function storeRejects(
  client: pg.ClientBase,
  importId: string,
  rejected: readonly Rejected[],
): Promise<void> {
  if (rejected.length === 0) return;
  await copyInto(client, `import_rejects (${REJECT_COLUMNS})`, rejected, ({ row, reject }) =>
    rejectLine(importId, row, reject),
  );
}

async function movePosition(
  client: pg.ClientBase,
  target: BatchTarget,
  batch: Batch,
  accepted: number,
  rejected: readonly Rejected[],
): Promise<void> {
  const of = (outcome: RowReject['outcome']) =>
    rejected.filter((one) => one.reject.outcome === outcome).length;
  await rowsOf(
    client,
    `update imports set bytes_done = $2, lines_done = $3, rows_done = rows_done + $4, accepted = accepted + $5,
       duplicate = duplicate + $6, invalid = invalid + $7, suppressed = suppressed + $8
     where id = $1`,
    [
      target.importId,
      batch.bytesTo,
      batch.linesTo,
      batch.rows.length,
      accepted,
      of('duplicate'),
      of('invalid'),
      of('suppressed'),
    ],
  );
  // The dialer of the campaign looks again at once; delivered with the commit.
  if (accepted > 0 && target.listId !== undefined) {
    await rowsOf(client, `select pg_notify('apel_dial', $1)`, [String(target.campaignId)]);
  }
}
