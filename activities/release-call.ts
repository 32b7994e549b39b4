/**
 * @module
 */
import type { CallActivities } from '../contracts/temporal/activities.ts';
import type { Database } from '../db/client.ts';
import { edgeControlUrl, isEpochOpen } from '../db/edges.ts';
import type { EdgeControl } from '../platform/edge-control.ts';

/** Below the activity's own time-out of 5 s, so that the answer is ours and not a time-out's. */
const RELEASE_TIMEOUT_MS = 2_000;

/** Asks the edge to end the call. An edge that is gone is settled by its `edgeNode`, which ends the call as well. */
export function createReleaseCall(deps: {
  db: Database;
  edgeControl: Pick<EdgeControl, 'isAlive' | 'release'>;
}): CallActivities['releaseCall'] {
  return async ({ callId, edge }) => {
    const url = await edgeControlUrl(deps.db.pool, edge);
    if (url === undefined || !(await isEpochOpen(deps.db.pool, edge))) return { outcome: 'edge-unreachable' };
    const reply = await deps.edgeControl.release(url, callId, RELEASE_TIMEOUT_MS);
    return reply ?? { outcome: 'edge-unreachable' };
  };
}
