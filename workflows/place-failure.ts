/**
 * @module
 */
import { ActivityFailure, TimeoutFailure } from '@temporalio/workflow';
import type { EdgeRef, EndReason } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';

/**
 * The result of a `placeCall` that gave none. Schedule-to-start means that no edge ever took the task: nothing was
 * dialed. Everything else may have rung somebody, and is said to be the platform's fault; the commit adds what the live
 * row knows (whether an INVITE left).
 *
 * @param at workflow time
 */
export function placedFromFailure(failure: unknown, edge: EdgeRef, at: Date): PlacedCall {
  const reason = reasonOf(failure);
  const endedAt = at.toISOString();
  return {
    end: { result: 'platform', reason },
    edge,
    endedAt,
    talkMs: 0,
    recording:
      reason === 'not-placed'
        ? { state: 'none', reason: 'not-answered' }
        : { state: 'lost', reason: 'edge-unreachable' },
    timeline: [{ at: endedAt, kind: 'failed', detail: reason }],
  };
}

function reasonOf(failure: unknown): EndReason {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (!(cause instanceof TimeoutFailure)) return 'internal-error';
  return cause.timeoutType === 'SCHEDULE_TO_START' ? 'not-placed' : 'timed-out';
}
