/**
 * Ends one open call whose edge or workflow is gone, and makes its result true. Used by settlement and by the sweep.
 * @module
 */
import { ActivityNotFoundError, type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { CallActivities } from '../contracts/temporal/activities.ts';
import { agentCallWorkflowId, PLACE_ACTIVITY_ID } from '../contracts/temporal/ids.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { OpenCall } from '../db/open-calls.ts';
import type { Clock } from '../platform/clock.ts';
import type { OrphanEnder } from './ports.ts';

export interface SettleCallDeps {
  client: Client;
  orphanEnder: OrphanEnder;
  commitCall: CallActivities['commitCall'];
  clock: Clock;
}

/** `absent`: never started, or forgotten after the retention. */
export type WorkflowState = 'running' | 'closed' | 'absent';

export async function workflowStateOf(client: Client, call: OpenCall): Promise<WorkflowState> {
  try {
    const { status } = await client.workflow.getHandle(agentCallWorkflowId(call)).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'running' : 'closed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'absent';
    throw error;
  }
}

/** What became of a call: from its journal, or plainly nothing when its leg was never opened. */
export async function endCall(deps: SettleCallDeps, call: OpenCall): Promise<PlacedCall> {
  if (call.stage === 'claimed' && call.invitedAt === undefined) return notPlaced(call, deps.clock.now());
  return deps.orphanEnder.endOrphan({ callId: call.callId, edge: call.edge });
}

/**
 * Gives the result to the call's workflow by workflow id and activity id (works for an activity of a killed worker and
 * for one never started); where no workflow waits for it, commits it directly. Idempotent.
 *
 * @returns `waiting` when the workflow has a result already and is on its way to commit it
 */
export async function handOver(
  deps: SettleCallDeps,
  call: OpenCall,
  placed: PlacedCall,
): Promise<'completed' | 'committed' | 'waiting'> {
  if (await completePlace(deps.client, call, placed)) return 'completed';
  if ((await workflowStateOf(deps.client, call)) === 'running') return 'waiting';
  await deps.commitCall({ callId: call.callId, placed });
  return 'committed';
}

async function completePlace(client: Client, call: OpenCall, placed: PlacedCall): Promise<boolean> {
  try {
    await client.activity.complete(
      { workflowId: agentCallWorkflowId(call), activityId: PLACE_ACTIVITY_ID },
      placed,
    );
    return true;
  } catch (error) {
    if (error instanceof ActivityNotFoundError || error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function notPlaced(call: OpenCall, now: Date): PlacedCall {
  const at = now.toISOString();
  return {
    end: { result: 'platform', reason: 'not-placed' },
    edge: call.edge,
    endedAt: at,
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [{ at, kind: 'settled', detail: 'not-placed' }],
  };
}
