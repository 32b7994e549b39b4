/**
 * The peer of a robot call: a workflow of as many steps, each of them empty. Options as in `workflows/robot-call.ts` and
 * `workflows/commit-placed-call.ts`, so that its history has the same events.
 * @module
 */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

export interface EmptyActivities {
  emptyPlace(input: { callId: string }): Promise<{ end: string }>;
  emptyCommit(input: { callId: string; placed: { end: string } }): Promise<{ status: string }>;
}

/** Queue of the empty place step, polled by a process of its own as an edge's is. */
export const EMPTY_EDGE_QUEUE = 'bench-empty-edge';
export const EMPTY_CALLS_QUEUE = 'bench-empty-calls';

const { emptyCommit } = proxyLocalActivities<EmptyActivities>({
  startToCloseTimeout: '2 seconds',
  scheduleToCloseTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '1 second', maximumAttempts: 7 },
});

export async function emptyCall({ callId }: { callId: string }): Promise<{ status: string }> {
  const { emptyPlace } = proxyActivities<EmptyActivities>({
    activityId: 'place',
    taskQueue: EMPTY_EDGE_QUEUE,
    scheduleToStartTimeout: '5 seconds',
    startToCloseTimeout: '4 hours',
    retry: { maximumAttempts: 1 },
  });
  // As a call does: one that no process picked up in time is committed as well, and the round ends.
  const placed = await emptyPlace({ callId }).catch(() => ({ end: 'platform' }));
  return emptyCommit({ callId, placed });
}
