/**
 * @module
 */
import type { CallActivities } from '../contracts/temporal/activities.ts';
import type { Database } from '../db/client.ts';
import type { EdgeControl } from './edge-control.ts';
import { readEdge } from './edge-queries.ts';

/** Below the activity's own time-out of 5 s, so that the answer is ours and not a time-out's. */
const RELEASE_TIMEOUT_MS = 2_000;

/** Asks the edge to end the call. An edge that is gone is settled by its `edgeNode`, which ends the call as well. */
export function createReleaseCall(deps: {
  db: Database;
  edgeControl: EdgeControl;
}): CallActivities['releaseCall'] {
  return async ({ callId, edge }) => {
    const row = await readEdge(deps.db.pool, edge);
    if (!row || row.endedAt) return { outcome: 'edge-unreachable' };
    const reply = await deps.edgeControl.release(row.controlUrl, callId, RELEASE_TIMEOUT_MS);
    return reply ?? { outcome: 'edge-unreachable' };
  };
}
