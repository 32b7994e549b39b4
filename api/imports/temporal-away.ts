/**
 * @module
 */
import type { Logger } from '../../platform/logger.ts';
import { ApiProblem } from '../http/problem.ts';

/** @throws ApiProblem `unavailable` when Temporal did not do it in time; the cause goes to the log */
export async function orTemporalAway<T>(logger: Logger, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    logger.warn({ err: error }, 'Temporal did not answer');
    throw new ApiProblem('unavailable', { part: 'temporal' });
  }
}
