/**
 * @module
 */
import {
  CancellationScope,
  allHandlersFinished,
  condition,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { CallActivities } from '../contracts/temporal/activities.ts';
import { releaseUpdate, setOutcomeUpdate, statusQuery } from '../contracts/temporal/messages.ts';
import type { CallSummary, RobotCallInput } from '../contracts/temporal/workflow-types.ts';
import { CallState } from './call-state.ts';
import { commitPlacedCall } from './commit-placed-call.ts';
import { placeOnEdge } from './place-on-edge.ts';
import { stageAttributes } from './stage-attributes.ts';
import { declareVersioning } from './versioning.ts';

/** An operator's command: quick or not at all, the operator tries again. Idempotent. */
const { releaseCall } = proxyActivities<CallActivities>({
  startToCloseTimeout: '5 seconds',
  scheduleToCloseTimeout: '15 seconds',
  retry: { maximumAttempts: 3, initialInterval: '200 milliseconds' },
});

/**
 * One robot call: place it on the edge that the starter chose, commit what came of it.
 *
 * Ends after the commit and in no other way: a cancellation means "release the call" and is committed like any end.
 * History: 12 events and 2 workflow tasks, 3 actions; operators' commands and a commit without Postgres add some, all
 * bounded.
 */
export async function robotCall(input: RobotCallInput): Promise<CallSummary> {
  const call = new CallState(input);
  const release = () => releaseCall({ callId: input.callId, edge: input.edge });
  setHandler(statusQuery, () => call.view());
  setHandler(releaseUpdate, release, { validator: () => call.mustBeOnEdge() });
  setHandler(setOutcomeUpdate, (outcome) => call.overrideOutcome(outcome), {
    validator: (outcome) => call.mustAcceptOutcome(outcome),
  });
  // Cancel never reaches an activity without heartbeats: the edge is asked instead, and the call ends in order.
  CancellationScope.current().cancelRequested.catch(() =>
    CancellationScope.nonCancellable(release).catch(() => {}),
  );

  return CancellationScope.nonCancellable(async () => {
    const placed = await placeOnEdge({ callId: input.callId, edge: input.edge });
    call.enter('committing');
    const { status } = await commitPlacedCall(
      () => ({ callId: input.callId, placed, ...call.statusOverride() }),
      () => upsertSearchAttributes(stageAttributes('committing')),
    );
    call.committed(status);
    await condition(allHandlersFinished);
    return { status, end: placed.end, talkMs: placed.talkMs, recording: placed.recording.state };
  });
}

declareVersioning('PINNED', robotCall);
