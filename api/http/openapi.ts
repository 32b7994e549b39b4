/**
 * The pieces that every described route is made of.
 * @module
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { FieldIssue } from '../../contracts/http/problem.ts';
import type { ApiEnv } from '../env.ts';
import { ApiProblem } from './problem.ts';

/** A router whose wrong input ends as `invalid-request` that names the fields. */
export function createRouter(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
}

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** Names fields and what is wrong with them, never the values. */
function invalidRequest(error: { issues: readonly z.core.$ZodIssue[] }): ApiProblem {
  const issues: FieldIssue[] = error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  return new ApiProblem('invalid-request', { issues });
}
