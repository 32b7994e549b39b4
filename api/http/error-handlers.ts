/**
 * Every failure becomes a problem document; its cause goes to the log.
 * @module
 */
import type { Context, ErrorHandler, Hono, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from '../../platform/logger.ts';
import type { ApiEnv } from '../env.ts';
import { isPostgresAway } from './postgres-away.ts';
import { ApiProblem, problemResponse } from './problem.ts';

export function onError(logger: Logger): ErrorHandler<ApiEnv> {
  return (error, c) => problemResponse(c, toProblem(logger, error, c));
}

function toProblem(logger: Logger, error: Error, c: Context<ApiEnv>): ApiProblem {
  if (error instanceof ApiProblem) return error;
  // Hono's own: a body that is no JSON.
  if (error instanceof HTTPException && error.status < 500) {
    return new ApiProblem('invalid-request', { issues: [{ path: '', message: 'is not valid JSON' }] });
  }
  const away = isPostgresAway(error);
  logger.error({ err: error, requestId: c.get('requestId') }, away ? 'Postgres is away' : 'unexpected error');
  return away
    ? new ApiProblem('unavailable', { part: 'postgres' }, { 'retry-after': '1' })
    : new ApiProblem('internal');
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** 405 where another method would have found something, else 404. */
export function onNotFound(app: Pick<Hono<ApiEnv>, 'router'>): NotFoundHandler<ApiEnv> {
  return (c) => {
    const allowed = METHODS.filter((method) =>
      app.router
        .match(method, c.req.path)[0]
        .some(([[, route]]) => route.method === method && !route.path.endsWith('*')),
    );
    if (allowed.length === 0 || allowed.some((method) => method === c.req.method)) {
      return problemResponse(c, new ApiProblem('not-found'));
    }
    const allow = { allow: allowed.join(', ') };
    return problemResponse(c, new ApiProblem('method-not-allowed', allow, allow));
  };
}
