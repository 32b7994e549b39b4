/**
 * Journals that outlived their edge: those of calls whose far end nobody has told yet, because the process that settled them was
 * killed, and those of committed calls, which nobody needs.
 * @module
 */
import type { Database } from '../db/client.ts';
import type { Logger } from '../platform/logger.ts';
import { callsOfEndedEpochs } from './live-call-queries.ts';
import type { LeftJournals } from './ports.ts';

export interface JournalSweepDeps {
  db: Database;
  journals: LeftJournals;
  logger: Logger;
}

/** More than all living edges hold at once; what is beyond comes once these are gone. */
const LOOKED_AT = 5_000;
/** One pass. */
const BATCH = 500;
/** File names are call ids; others are not ours. */
const CALL_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Safe in several processes: to be told twice does no harm. */
export function createJournalSweep(deps: JournalSweepDeps): { run(): Promise<{ deleted: number }> } {
  const { db, journals, logger } = deps;
  return {
    run: async () => {
      const ids = (await journals.listJournals()).filter((id) => CALL_ID.test(id));
      // Ids begin with their time: the newest first, among which may be somebody who waits.
      const newest = ids.toSorted().toReversed().slice(0, LOOKED_AT);
      let deleted = 0;
      for (const call of await callsOfEndedEpochs(db.pool, newest, BATCH)) {
        if ((await journals.letGo(call)) === 'deleted') deleted += 1;
      }
      if (deleted > 0) logger.info({ deleted }, 'journals of dead edges were deleted');
      return { deleted };
    },
  };
}
