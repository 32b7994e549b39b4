/**
 * Bounds of every request: its size and its time.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ApiEnv } from '../env.ts';
import { ApiProblem } from './problem.ts';

/** Longer than the statement time-out of the API's own pool, so that its clearer error comes first. */
const ANSWER_WITHIN_MS = 12_000;

export function maxBody(maxSize: number): MiddlewareHandler<ApiEnv> {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new ApiProblem('too-large', { maxBytes: maxSize });
    },
  });
}

/**
 * The head of the answer must be there in time; streams go on after it. A client that has not sent its body by then is
 * told so: its slowness is no failure of ours.
 */
export function answerInTime(withinMs = ANSWER_WITHIN_MS): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const waits = c.env?.incoming?.complete === false;
        reject(waits ? new ApiProblem('timed-out') : new ApiProblem('unavailable', { part: 'api' }));
      }, withinMs);
    });
    try {
      await Promise.race([next(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
