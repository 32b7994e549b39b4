/**
 * What the database refuses, as problems that the page has words for.
 * @module
 */
import { ApiProblem } from '../http/problem.ts';

/** Refusals that name something that is not there. */
const UNKNOWN = new Set(['no-such-reason', 'no-such-campaign', 'no-reason']);

/** A change of state or a claim that the agent's state does not allow; `params.reason` tells which. */
export function agentRefused(reason: string, path = 'reason'): ApiProblem {
  if (UNKNOWN.has(reason)) {
    return new ApiProblem('invalid-request', { issues: [{ path, message: 'does not exist' }] });
  }
  return new ApiProblem('agent-busy', { reason });
}
