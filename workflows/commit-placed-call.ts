/**
 * @module
 */
import {
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';
import type { CallActivities, CommitCallInput, CommitCallResult } from '../contracts/temporal/activities.ts';

/**
 * The usual way: within the workflow task that received the result. Idempotent (unique on the call).
 * Both bounds are needed: time-outs alone do not end one that fails fast, attempts alone not one that hangs.
 */
export const LOCAL_COMMIT: LocalActivityOptions = {
  startToCloseTimeout: '2 seconds',
  scheduleToCloseTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '1 second', maximumAttempts: 7 },
};

/** While Postgres is away: without end, because a call's result is never given up. Idempotent like the local one. */
export const PATIENT_COMMIT: ActivityOptions = {
  startToCloseTimeout: '5 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '15 seconds' },
};

const local = proxyLocalActivities<CallActivities>(LOCAL_COMMIT);
const patient = proxyActivities<CallActivities>(PATIENT_COMMIT);

/**
 * Commits a call, for as long as it takes.
 *
 * @param input asked again for the patient try: an operator may have chosen another status meanwhile
 * @param onWaiting runs once when the quick way failed, to make the waiting visible
 */
export async function commitPlacedCall(
  input: () => CommitCallInput,
  onWaiting: () => void,
): Promise<CommitCallResult> {
  try {
    return await local.commitCall(input());
  } catch {
    onWaiting();
    return await patient.commitCall(input());
  }
}
