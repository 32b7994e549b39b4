/**
 * What every answer of the API must be, whatever was asked.
 * @module
 */
import { expect } from 'vitest';
import { problemSchema, type Problem } from '../../contracts/http/problem.ts';
import type { RawAnswer } from './raw-http.ts';

/** @returns the problem, when it is one with a body */
export function judgeAnswer(answer: RawAnswer, method: string): Problem | undefined {
  expect(answer.status).toBeGreaterThanOrEqual(200);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(answer.headers['referrer-policy']).toBe('same-origin');
  expect(answer.body).not.toMatch(/\n\s+at |node_modules|[A-Z]\w+Error:/);
  if (answer.status < 400) return undefined;
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['cache-control']).toBe('no-store');
  if (method === 'HEAD') return undefined;
  const problem = problemSchema.strict().parse(JSON.parse(answer.body));
  expect(problem.status).toBe(answer.status);
  expect(problem.type).toBe(`urn:apel:problem:${problem.code}`);
  expect(problem.requestId).toBe(answer.headers['x-request-id']);
  return problem;
}
