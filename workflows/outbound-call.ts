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
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { CallActivities, CommitCallInput } from '../contracts/temporal/activities.ts';
import {
  extendWrapUpSignal,
  releaseUpdate,
  setOutcomeUpdate,
  statusQuery,
  wrapUpSignal,
} from '../contracts/temporal/messages.ts';
import type { CallSummary, OutboundCallInput } from '../contracts/temporal/workflow-types.ts';
import { CallState } from './call-state.ts';
import { commitAgentCall } from './commit-agent-call.ts';
import { placeOnEdge } from './place-on-edge.ts';
import { stageAttributes } from './stage-attributes.ts';
import { declareVersioning } from './versioning.ts';
import { WrapUpState } from './wrap-up-state.ts';

/** An operator's command: quick or not at all, the operator tries again. Idempotent. */
const { releaseCall } = proxyActivities<CallActivities>({
  startToCloseTimeout: '5 seconds',
  scheduleToCloseTimeout: '15 seconds',
  retry: { maximumAttempts: 3, initialInterval: '200 milliseconds' },
});

/**
 * One call with an agent: place it on the edge where the agent's desk is registered, wait for what the agent saves (it may
 * have come while they talked), commit it.
 *
 * Ends after the commit and in no other way. How long it waits: an answered call that `keep`s, until the agent saves or an
 * operator decides (`setOutcome`); every other, until its deadline.
 * History of an answered call: 17 events and 3 workflow tasks, 5 actions; 6 with a deadline, 4 when the agent saved before
 * the end. Nothing while people talk.
 */
export async function outboundCall(input: OutboundCallInput): Promise<CallSummary> {
  const { callId, edge } = input;
  const call = new CallState(input);
  const wrapUp = new WrapUpState(input.wrapUp);
  const release = () => releaseCall({ callId, edge });
  setHandler(statusQuery, () => call.view());
  setHandler(releaseUpdate, release, { validator: () => call.mustBeOnEdge() });
  setHandler(setOutcomeUpdate, (outcome) => call.overrideOutcome(outcome), {
    validator: (outcome) => call.mustAcceptOutcome(outcome),
  });
  setHandler(wrapUpSignal, (meta, details) => wrapUp.store(meta, details));
  setHandler(extendWrapUpSignal, () => wrapUp.extend());
  // Cancel never reaches an activity without heartbeats: the edge is asked instead, and the call ends in order.
  CancellationScope.current().cancelRequested.catch(() =>
    CancellationScope.nonCancellable(release).catch(() => {}),
  );

  return CancellationScope.nonCancellable(async () => {
    const placed = await placeOnEdge({ callId, edge });
    const from = new Date();
    const isOver = () => wrapUp.stored !== undefined || call.isDecided;
    if (!isOver()) await waitForWrapUp({ call, wrapUp, placed, from, isOver });
    const to = new Date();

    call.enter('committing');
    const commitInput = (): CommitCallInput => ({
      callId,
      placed,
      wrapUpFrom: from.toISOString(),
      wrapUpTo: to.toISOString(),
      ...(wrapUp.stored ? { wrapUp: wrapUp.stored } : { wrapUpOver: true }),
      ...call.statusOverride(),
    });
    const { status } = await commitAgentCall(commitInput, () =>
      upsertSearchAttributes(stageAttributes('committing')),
    );
    call.committed(status);
    await condition(allHandlersFinished);
    return { status, end: placed.end, talkMs: placed.talkMs, recording: placed.recording.state };
  });
}

interface Waiting {
  call: CallState;
  wrapUp: WrapUpState;
  placed: PlacedCall;
  from: Date;
  isOver: () => boolean;
}

/** Returns when it is over or the time is; a longer time that was asked for meanwhile counts from the same beginning. */
async function waitForWrapUp({ call, wrapUp, placed, from, isOver }: Waiting): Promise<void> {
  const shape = { invited: placed.invitedAt !== undefined, answered: placed.answeredAt !== undefined };
  if (wrapUp.patienceSeconds(shape) === 0) return;
  call.enter('wrap-up');
  upsertSearchAttributes(stageAttributes('wrap-up'));
  for (;;) {
    const seconds = wrapUp.patienceSeconds(shape);
    if (seconds === 'unbounded') return condition(isOver);
    const leftMs = from.getTime() + seconds * 1_000 - Date.now();
    if (leftMs <= 0) return;
    const seen = wrapUp.extendedBySeconds;
    const happened = await condition(() => isOver() || wrapUp.extendedBySeconds !== seen, leftMs);
    if (!happened || isOver()) return;
  }
}

declareVersioning('PINNED', outboundCall);
