/**
 * @module
 */
import type { ImportResult } from '../../contracts/model/import.ts';
import { writeAudit } from '../../db/audit.ts';
import {
  analyzeContacts,
  closeImport,
  countRejects,
  readImport,
  type ImportRow,
} from '../../db/import-rows.ts';
import { inTransaction } from '../../db/transaction.ts';
import { toFailure } from '../failure.ts';
import type { ImportDependencies, Pulse } from './dependencies.ts';
import { removeRejectDrafts, writeRejectsFile } from './rejects-file.ts';
import { removeSpoolCopy } from './spool.ts';

/** Fewer new rows change no plan. */
const ANALYZE_ABOVE = 10_000;

/** Writes the rejects file, then closes the import. Run again it answers the same. */
export async function finishImport(
  deps: ImportDependencies,
  { importId, cancelled }: { importId: string; cancelled: boolean },
  pulse: Pulse,
): Promise<ImportResult> {
  const row = await mustRead(deps, importId);
  if (row.state === 'open') {
    const rejectsFile = await writeRejectsFile(deps, row, pulse);
    pulse.signal.throwIfAborted();
    if (!row.input.dryRun && row.accepted > ANALYZE_ABOVE) await analyze(deps, row);
    await inTransaction(deps.db, async (client) => {
      const now = deps.clock.now();
      const state = cancelled ? 'cancelled' : 'done';
      const closed = await closeImport(client, {
        id: importId,
        state,
        ...(rejectsFile && { rejectsFile }),
        now,
      });
      if (!closed || row.input.dryRun) return;
      await writeAudit(client, {
        actor: 'system',
        action: 'import.finish',
        objectKind: 'import',
        objectId: importId,
        after: { workflowId: row.workflowId, campaign: row.input.campaign, accepted: row.accepted, state },
        at: now,
      });
    });
  }
  const closed = await mustRead(deps, importId);
  const result = await toResult(deps, closed);
  await removeRejectDrafts(deps, closed);
  await removeSpoolCopy(deps.spoolFolder, importId);
  return result;
}

/** The import is right without it. */
async function analyze(deps: ImportDependencies, { workflowId }: ImportRow): Promise<void> {
  await analyzeContacts(deps.db.pool).catch((error: unknown) => {
    deps.logger.warn({ err: error, workflowId }, 'tables not analysed after an import');
  });
}

async function mustRead(deps: ImportDependencies, id: string): Promise<ImportRow> {
  const row = await readImport(deps.db.pool, { id });
  if (row === undefined) throw toFailure('not-found', 'importul nu există');
  return row;
}

async function toResult(deps: ImportDependencies, row: ImportRow): Promise<ImportResult> {
  const { rows, accepted, duplicate, invalid, suppressed } = row;
  const byReason = await countRejects(deps.db.pool, { importId: row.id });
  const rejected = Object.values(byReason).reduce((sum, n) => sum + n, 0);
  // Invariant 9: every row is accounted for, and every rejected one is kept with its reason.
  if (rows !== accepted + duplicate + invalid + suppressed || rejected !== rows - accepted) {
    throw toFailure(
      'unexpected',
      `import ${row.id}: ${rows} rows, ${accepted} accepted, ${rejected} rejects kept`,
    );
  }
  return {
    importId: row.id,
    outcome: outcomeOf(row),
    ...(row.list !== null && { list: row.list }),
    rows,
    accepted,
    duplicate,
    invalid,
    suppressed,
    byReason,
    unknownColumns: row.layout.unknownColumns,
    ...(row.rejectsFile !== null && { rejectsFile: row.rejectsFile }),
  };
}

function outcomeOf(row: ImportRow): ImportResult['outcome'] {
  // Undone while it ran: the undo has ended it.
  if (row.state === 'cancelled' || row.state === 'undone') return 'cancelled';
  return row.input.dryRun ? 'dry-run' : 'imported';
}
