/**
 * The sweep: open calls whose workflow is closed or was never started get their outcome here.
 * @module
 */
import type { Database } from '../db/client.ts';
import type { Logger } from '../platform/logger.ts';
import type { EdgeControl } from './edge-control.ts';
import { readEdge } from './edge-queries.ts';
import { oldOpenCalls, type OpenCall } from './live-call-queries.ts';
import { endCall, workflowStateOf, type SettleCallDeps } from './settle-call.ts';

export interface SweepDeps extends SettleCallDeps {
  db: Database;
  edgeControl: EdgeControl;
  logger: Logger;
}

/** A leader starts within seconds what another one claimed; after this nobody will. */
const UNSTARTED_MS = 30_000;
/** A started call is first looked at when most are over. */
const STARTED_MS = 45_000;
/** A call that was found running is left alone for a while: each look is a request to Temporal. */
const LOOK_AGAIN_MS = 60_000;
const BATCH = 50;
const RELEASE_TIMEOUT_MS = 2_000;

/** Holds when each running call was last looked at; one per process. `run` never runs twice at once. */
export function createSweep(deps: SweepDeps): { run(): Promise<{ swept: number }> } {
  const lookedAt = new Map<string, number>();
  return {
    run: async () => {
      const now = deps.clock.now().getTime();
      for (const [callId, at] of lookedAt) if (at < now - LOOK_AGAIN_MS) lookedAt.delete(callId);
      const calls = await oldOpenCalls(deps.db.pool, {
        unstartedBefore: new Date(now - UNSTARTED_MS),
        startedBefore: new Date(now - STARTED_MS),
        exclude: [...lookedAt.keys()],
        limit: BATCH,
      });
      let swept = 0;
      for (const call of calls) {
        if ((await workflowStateOf(deps.client, call)) === 'running') lookedAt.set(call.callId, now);
        else if (await settle(deps, call)) swept += 1;
      }
      if (swept > 0) deps.logger.warn({ swept }, 'calls without a workflow were settled');
      return { swept };
    },
  };
}

/**
 * A living edge may still be talking (somebody terminated the workflow): it is told to hang up, and the next sweep finds
 * the call off the edge. A dead edge's calls belong to its `edgeNode`, which comes to the same end.
 */
async function settle(deps: SweepDeps, call: OpenCall): Promise<boolean> {
  if (call.invitedAt !== null) {
    const edge = await readEdge(deps.db.pool, call.edge);
    if (edge && !edge.endedAt) {
      const reply = await deps.edgeControl.release(edge.controlUrl, call.callId, RELEASE_TIMEOUT_MS);
      if (reply?.outcome !== 'not-on-edge') return false;
    }
  }
  await deps.commitCall({ callId: call.callId, placed: await endCall(deps, call) });
  return true;
}
