/**
 * @module
 */
import type { UndoImportInput, UndoImportResult } from '../../contracts/temporal/workflow-types.ts';
import { writeAudit } from '../../db/audit.ts';
import { closeImport, readImport } from '../../db/import-rows.ts';
import { countUndone, markUndone, withdrawContacts } from '../../db/import-undo.ts';
import { inTransaction } from '../../db/transaction.ts';
import { toFailure } from '../failure.ts';
import type { ImportDependencies, Pulse } from './dependencies.ts';
import { wrong } from './input.ts';
import { removeSpoolCopy } from './spool.ts';

const BATCH_CONTACTS = 5_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Withdraws what was never called; contacts that were called, or are on a call now, stay. An import that still runs, or
 * that was given up half way, is ended first. Idempotent.
 */
export async function undoContacts(
  deps: ImportDependencies,
  input: UndoImportInput,
  pulse: Pulse,
): Promise<UndoImportResult> {
  const importId: unknown = input?.importId;
  if (typeof importId !== 'string' || !UUID.test(importId)) {
    throw wrong('importId', 'trebuie să fie câmpul importId din rezultatul importului');
  }
  const row = await readImport(deps.db.pool, { id: importId });
  if (row === undefined) throw toFailure('not-found', 'importId: nu există un astfel de import');
  if (row.state === 'open') await endImport(deps, importId);
  for (;;) {
    pulse.signal.throwIfAborted();
    const withdrawn = await withdrawContacts(deps.db, {
      importId,
      limit: BATCH_CONTACTS,
      now: deps.clock.now(),
    });
    pulse.beat({ withdrawn });
    if (withdrawn === 0) break;
  }
  const counts = await countUndone(deps.db.pool, { importId });
  await inTransaction(deps.db, async (client) => {
    const now = deps.clock.now();
    if (!(await markUndone(client, { importId, now }))) return;
    await writeAudit(client, {
      actor: 'system',
      action: 'import.undo',
      objectKind: 'import',
      objectId: importId,
      after: counts,
      at: now,
    });
  });
  return counts;
}

/**
 * From here on no batch of it is committed: each checks and locks the row of its import. Its workflow, where there still
 * is one, finds it closed and ends as cancelled; a terminated one could not be asked.
 */
async function endImport(deps: ImportDependencies, importId: string): Promise<void> {
  await closeImport(deps.db.pool, { id: importId, state: 'cancelled', now: deps.clock.now() });
  await removeSpoolCopy(deps.spoolFolder, importId);
}
