/**
 * Why somebody on our side ends a call, carried by the abort signal that says so, and what end that makes.
 * @module
 */
import type { CallEnd } from '../contracts/model/call.ts';

/**
 * `released`: an operator, a settlement, or an edge that leaves. `hang-up`: the agent. `desk-lost`: the agent's desk was away
 * for too long.
 */
export type StopReason = 'released' | 'hang-up' | 'desk-lost';

export function stopReason(signal: AbortSignal): StopReason {
  return signal.reason === 'hang-up' || signal.reason === 'desk-lost' ? signal.reason : 'released';
}

/** End of a call that was stopped before the answer. A phone that rang until the agent gave up was not answered. */
export function endOfStop(signal: AbortSignal, { ringing }: { ringing: boolean }): CallEnd {
  switch (stopReason(signal)) {
    case 'hang-up':
      return ringing
        ? { result: 'customer', reason: 'no-answer' }
        : { result: 'platform', reason: 'released' };
    case 'desk-lost':
      return { result: 'platform', reason: 'desk-unreachable' };
    default:
      return { result: 'platform', reason: 'released' };
  }
}
