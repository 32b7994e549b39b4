/**
 * What the database refuses, as problems that the page has words for.
 * @module
 */
import { isPostgresAway } from '../http/postgres-away.ts';
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

/** Temporal did not take it; whoever asked keeps it and tries again. */
export function temporalAway(error: unknown): Error {
  if (error instanceof ApiProblem || isPostgresAway(error)) return error as Error;
  return new ApiProblem('unavailable', { part: 'temporal' }, { 'retry-after': '1' });
}
