/**
 * @module
 */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { EdgeActivities, PlaceCallInput } from '../contracts/temporal/activities.ts';
import { PLACE_ACTIVITY_ID } from '../contracts/temporal/ids.ts';
import { edgeQueue } from '../contracts/temporal/queues.ts';
import { placedFromFailure } from './place-failure.ts';

/**
 * After an INVITE has left, nothing redials: one attempt. No heartbeat either: a call costs nothing while people talk,
 * and an edge that dies is noticed by `edgeNode`, which completes this activity by its id.
 */
export async function placeOnEdge({ callId, edge }: PlaceCallInput): Promise<PlacedCall> {
  const { placeCall } = proxyActivities<EdgeActivities>({
    activityId: PLACE_ACTIVITY_ID,
    taskQueue: edgeQueue(edge),
    scheduleToStartTimeout: '5 seconds',
    startToCloseTimeout: '4 hours',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 1 },
  });
  try {
    return await placeCall({ callId, edge });
  } catch (failure) {
    return placedFromFailure(failure, edge, new Date());
  }
}
