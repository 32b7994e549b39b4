/**
 * @module
 */
import {
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { CallActivities, CommitCallInput, CommitCallResult } from '../contracts/temporal/activities.ts';
import { LOCAL_COMMIT, PATIENT_COMMIT } from './commit-placed-call.ts';

const local = proxyLocalActivities<CallActivities>(LOCAL_COMMIT);
const patient = proxyActivities<CallActivities>(PATIENT_COMMIT);

/**
 * Commits a call, for as long as it takes, with what the agent saved last: while Postgres is away they may still save, and
 * what was acknowledged must not be lost to a commit that was under way without it.
 *
 * @param input what to commit now
 * @param onWaiting runs once when the quick way failed, to make the waiting visible
 */
export async function commitAgentCall(
  input: () => CommitCallInput,
  onWaiting: () => void,
): Promise<CommitCallResult> {
  const isNewer = (given: CommitCallInput) => input().wrapUp?.meta.id !== given.wrapUp?.meta.id;
  let given = input();
  try {
    const result = await local.commitCall(given);
    if (!isNewer(given)) return result;
  } catch {
    onWaiting();
  }
  for (;;) {
    given = input();
    const result = await commitUnless(given, () => isNewer(given));
    if (result && !isNewer(given)) return result;
  }
}

/** Undefined when it was given up for a newer one. */
async function commitUnless(
  given: CommitCallInput,
  outdated: () => boolean,
): Promise<CommitCallResult | undefined> {
  const scope = new CancellationScope();
  const committing = scope.run(() => patient.commitCall(given));
  let ended = false;
  const settled = committing.then(
    () => (ended = true),
    () => (ended = true),
  );
  await condition(() => ended || outdated());
  if (!ended) scope.cancel();
  await settled;
  try {
    return await committing;
  } catch (failure) {
    if (isCancellation(failure)) return undefined;
    throw failure;
  }
}
