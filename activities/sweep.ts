/**
 * The sweep: open calls whose workflow is closed or was never started get their outcome here.
 * @module
 */
import type { Database } from '../db/client.ts';
import { WorkflowNotFoundError } from '@temporalio/client';
import { edgeWorkflowId } from '../contracts/temporal/ids.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import { edgeControlUrl, endEpoch, isEpochOpen } from '../db/edges.ts';
import { openCallsOlderThan, type OpenCall } from '../db/open-calls.ts';
import type { Logger } from '../platform/logger.ts';
import type { EdgeControl } from '../platform/edge-control.ts';
import { endCall, workflowStateOf, type SettleCallDeps } from './settle-call.ts';

export interface SweepDeps extends SettleCallDeps {
  db: Database;
  edgeControl: Pick<EdgeControl, 'isAlive' | 'release'>;
  logger: Logger;
}

/** A leader starts within seconds what another one claimed; after this nobody will. */
const UNSTARTED_MS = 30_000;
/** A started call is first looked at when most are over. */
const STARTED_MS = 45_000;
/** A call that was found running is left alone for a while: each look is a request to Temporal. */
const LOOK_AGAIN_MS = 60_000;
/** More open calls than any site has. */
const MOST_OPEN = 5_000;
const BATCH = 50;
const RELEASE_TIMEOUT_MS = 2_000;

/** Holds when each running call was last looked at; one per process. `run` never runs twice at once. */
export function createSweep(deps: SweepDeps): { run(): Promise<{ swept: number }> } {
  const lookedAt = new Map<string, number>();
  return {
    run: async () => {
      const now = deps.clock.now().getTime();
      const steadyMs = performance.now();
      for (const [callId, at] of lookedAt) if (at < steadyMs - LOOK_AGAIN_MS) lookedAt.delete(callId);
      const old = await openCallsOlderThan(deps.db.pool, {
        claimedBefore: new Date(now - UNSTARTED_MS),
        limit: MOST_OPEN,
      });
      const calls = old.filter((call) => !lookedAt.has(call.callId) && isDue(call, now)).slice(0, BATCH);
      let swept = 0;
      for (const call of calls) {
        if ((await workflowStateOf(deps.client, call)) === 'running') lookedAt.set(call.callId, steadyMs);
        else if (await settle(deps, call)) swept += 1;
      }
      if (swept > 0) deps.logger.warn({ swept }, 'calls without a workflow were settled');
      return { swept };
    },
  };
}

function isDue(call: OpenCall, now: number): boolean {
  // Those that nobody dialed in time are skipped by the upkeep.
  if (call.isPreview) return false;
  // Looked at for a while, then dialed: its starter has as long as any other.
  if (call.agentId !== undefined && call.startedAt === undefined)
    return call.stageAt.getTime() < now - UNSTARTED_MS;
  return call.startedAt === undefined || call.claimedAt.getTime() < now - STARTED_MS;
}

/**
 * A living edge may still be talking (somebody terminated the workflow): it is told to hang up, and the next sweep finds
 * the call off the edge. A dead edge's calls belong to its `edgeNode`, which comes to the same end; where that workflow is
 * gone too (Temporal lost its database), nobody else would ever end them.
 */
async function settle(deps: SweepDeps, call: OpenCall): Promise<boolean> {
  if (call.invitedAt !== undefined) {
    const url = await edgeControlUrl(deps.db.pool, call.edge);
    if (url !== undefined && (await isEpochOpen(deps.db.pool, call.edge))) {
      const reply = await deps.edgeControl.release(url, call.callId, RELEASE_TIMEOUT_MS);
      if (reply?.outcome === 'hanging-up') return false;
      if (!reply && !(await takeForsakenEpoch(deps, call.edge, url))) return false;
    }
  }
  await deps.commitCall({ callId: call.callId, placed: await endCall(deps, call) });
  return true;
}

const PROBES = 3;
const PROBE_TIMEOUT_MS = 1_000;

/** Ends the epoch of an edge that does not answer and that no workflow watches. @returns false when it is not ours to end */
async function takeForsakenEpoch(deps: SweepDeps, edge: EdgeRef, url: string): Promise<boolean> {
  if (await isWatched(deps, edge)) return false;
  for (let probe = 0; probe < PROBES; probe++) {
    if (await deps.edgeControl.isAlive(url, edge, PROBE_TIMEOUT_MS)) return false;
  }
  if (await endEpoch(deps.db.pool, { edge, by: 'sweep', now: deps.clock.now() })) {
    deps.logger.warn({ ...edge }, 'epoch ended: the edge is gone, and so is the workflow that watched it');
  }
  return true;
}

async function isWatched({ client }: SweepDeps, edge: EdgeRef): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(edgeWorkflowId(edge)).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
