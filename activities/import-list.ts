/**
 * The activities of list imports, on `IMPORTS_QUEUE`.
 * @module
 */
import { activityInfo, Context } from '@temporalio/activity';
import type { ImportActivities } from '../contracts/temporal/activities.ts';
import { guardActivities } from './failure.ts';
import type { ImportDependencies, Pulse } from './import/dependencies.ts';
import { finishImport } from './import/finish.ts';
import { importRows } from './import/import-rows.ts';
import { openImport } from './import/open.ts';
import { undoContacts } from './import/undo.ts';

/** How often a long step beats while one statement runs. The workflow's heartbeat time-out is 10 s. */
const BEAT_EVERY_MS = 4_000;

export function createImportActivities(deps: ImportDependencies): ImportActivities {
  return guardActivities<ImportActivities>(
    {
      openImport: (input) => beating((pulse) => openImport(deps, input, pulse)),
      importChunk: ({ importId }) => beating((pulse) => importRows(deps, { importId, pulse })),
      finishImport: (input) => beating((pulse) => finishImport(deps, input, pulse)),
      undoImportContacts: (input) => beating((pulse) => undoContacts(deps, input, pulse)),
    },
    ({ activity, error }) => {
      const { name, code } = error as { name?: unknown; code?: unknown };
      const { workflowId } = activityInfo().workflowExecution ?? {};
      // A driver's message and detail may quote a number.
      deps.logger.error({ activity, workflowId, name, code, pii: { err: error } }, 'import activity failed');
    },
  );
}

async function beating<T>(work: (pulse: Pulse) => Promise<T>): Promise<T> {
  const context = Context.current();
  let last: unknown;
  const beat = (details?: unknown): void => {
    last = details ?? last;
    context.heartbeat(last);
  };
  const timer = setInterval(beat, BEAT_EVERY_MS);
  try {
    return await work({ beat, signal: context.cancellationSignal });
  } finally {
    clearInterval(timer);
  }
}
