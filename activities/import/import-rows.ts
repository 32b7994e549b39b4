/**
 * @module
 */
import type pg from 'pg';
import type { ImportChunkResult } from '../../contracts/temporal/activities.ts';
import { readCampaign, type CampaignSetup } from '../../db/campaigns.ts';
import {
  BatchConflict,
  commitBatch,
  ImportMovedOn,
  type Batch,
  type BatchTarget,
} from '../../db/import-batch.ts';
import { readImport, restartDryRun, type ImportRow } from '../../db/import-rows.ts';
import { prepareStage } from '../../db/import-stage.ts';
import { toFailure } from '../failure.ts';
import type { ImportDependencies, Pulse } from './dependencies.ts';
import { readBatches } from './read-batches.ts';
import { openSpoolCopy } from './spool.ts';

/** Rows of one activity: an import of a million rows is ten of them. A dry run is one, whatever its size. */
const CHUNK_ROWS = 100_000;
/** The first batches are small: their contacts can be called while the rest is still being read. */
const BATCH_ROWS = [1_000, 2_000];
/** Larger ones are no faster, but outlive the young generation of the heap: 5,000 cost 25 MB more. */
const FULL_BATCH_ROWS = 2_500;
/** Unique violation and deadlock: another transaction took a number first; the next look-up sees it. */
const CONFLICT_SQLSTATES = new Set(['23505', '40P01']);
const CONFLICT_TRIES = 5;

/**
 * Imports from the committed position on, until the file ends or `CHUNK_ROWS` are done. While Postgres writes one batch the
 * next one is read. Killed at any moment, it goes on behind the last committed batch.
 */
export async function importRows(
  deps: ImportDependencies,
  { importId, pulse }: { importId: string; pulse: Pulse },
): Promise<ImportChunkResult> {
  const start = await readImport(deps.db.pool, { id: importId });
  if (start === undefined) throw toFailure('not-found', 'importul nu există');
  if (start.state !== 'open') return chunkResult(start, true);
  const campaign = await readCampaign(deps.db.pool, { id: start.campaignId });
  if (campaign === undefined) throw toFailure('not-found', 'campania importului nu mai există');
  const client = await deps.db.pool.connect();
  try {
    await importOn(client, deps, { import: start, campaign, pulse });
    client.release();
  } catch (error) {
    // Its temporary tables, and whatever still runs on it, go with the connection.
    client.release(true);
    // Another attempt is ahead (this one's result is ignored), or the import was closed: the row says how it stands.
    if (!(error instanceof ImportMovedOn)) throw error;
  }
  const end = await readImport(deps.db.pool, { id: importId });
  if (end === undefined) throw toFailure('not-found', 'importul nu există');
  return chunkResult(end, end.state !== 'open' || end.bytesDone >= end.bytesTotal);
}

interface Work {
  import: ImportRow;
  campaign: CampaignSetup;
  pulse: Pulse;
}

async function importOn(client: pg.PoolClient, deps: ImportDependencies, work: Work): Promise<void> {
  const { pulse, campaign } = work;
  const dryRun = work.import.input.dryRun === true;
  await prepareStage(client, { dryRun });
  // What a dry run has seen lives in this connection only, so it always begins at the top.
  const position = dryRun ? await restartDryRun(client, work.import) : work.import;
  const file = await openSpoolCopy(deps.spoolFolder, work.import.id, work.import.bytesTotal);
  const batches = readBatches({
    file,
    delimiter: work.import.layout.delimiter,
    targets: work.import.layout.targets,
    rules: {
      permittedPrefixes: campaign.trunk.permittedPrefixes,
      consentRequired: campaign.campaign.consentRequired || campaign.campaign.mode === 'robot',
      today: localDay(deps.clock.now(), campaign.calendar.zone),
    },
    from: { bytes: position.bytesDone, lines: position.linesDone, rows: position.rows },
    batchRows: (n) => (position.rows === 0 ? (BATCH_ROWS[n] ?? FULL_BATCH_ROWS) : FULL_BATCH_ROWS),
  });
  try {
    const enough = dryRun ? Infinity : CHUNK_ROWS;
    const { next, readAhead } = oneAhead(batches);
    for (let rows = 0; rows < enough;) {
      const { value: batch, done } = await next();
      if (done) break;
      pulse.signal.throwIfAborted();
      await commitWithRetry(client, deps, { work, batch, meanwhile: readAhead });
      rows += batch.rows.length;
      pulse.beat({
        rows: position.rows + rows,
        bytesRead: batch.bytesTo,
        bytesTotal: work.import.bytesTotal,
      });
    }
  } finally {
    await batches.return(undefined).catch(() => {});
    await file.close();
  }
}

/** `readAhead` begins on the batch that `next` will give; called again before that, it does nothing. */
function oneAhead(batches: AsyncGenerator<Batch>) {
  let ahead: Promise<IteratorResult<Batch>> | undefined;
  const readAhead = (): void => {
    if (ahead !== undefined) return;
    ahead = batches.next();
    // Looked at only in the next round; until then its failure must not count as unhandled.
    ahead.catch(() => {});
  };
  const next = (): Promise<IteratorResult<Batch>> => {
    const given = ahead ?? batches.next();
    ahead = undefined;
    return given;
  };
  return { next, readAhead };
}

async function commitWithRetry(
  client: pg.PoolClient,
  deps: ImportDependencies,
  { work, batch, meanwhile }: { work: Work; batch: Batch; meanwhile: () => void },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await commitBatch(client, targetOf(deps, work), batch, meanwhile);
    } catch (error) {
      if (attempt >= CONFLICT_TRIES || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof BatchConflict || CONFLICT_SQLSTATES.has(String((error as { code?: unknown }).code));
}

function targetOf(deps: ImportDependencies, { import: row, campaign }: Work): BatchTarget {
  return {
    importId: row.id,
    campaignId: row.campaignId,
    ...(row.listId !== null && { listId: row.listId }),
    rank: row.input.kind === 'priority' ? 0 : 2,
    ...(campaign.trunk.simulated && { onlyTrunkId: campaign.trunkId }),
    now: deps.clock.now(),
  };
}

function chunkResult(row: ImportRow, done: boolean): ImportChunkResult {
  const { rows, accepted, duplicate, invalid, suppressed, bytesDone, bytesTotal } = row;
  return { done, rows, accepted, duplicate, invalid, suppressed, bytesRead: bytesDone, bytesTotal };
}

/** `YYYY-MM-DD` where the campaign works. */
function localDay(now: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(now);
}
