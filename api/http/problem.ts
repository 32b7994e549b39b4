/**
 * Problems as exceptions inside the API, problem documents (RFC 9457) on the wire.
 * @module
 */
import type { Context } from 'hono';
import type { ApiEnv } from '../env.ts';
import type { Problem, ProblemCode } from '../../contracts/http/problem.ts';

const PROBLEMS = {
  'invalid-request': [400, 'The request is not valid'],
  unauthenticated: [401, 'Log in first'],
  'bad-credentials': [401, 'Wrong name or password'],
  forbidden: [403, 'Your role may not do this'],
  'bad-origin': [403, 'Requests from other origins are refused'],
  'https-needed': [403, 'Log in over HTTPS, or on this machine itself'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'Method not allowed'],
  'timed-out': [408, 'The request took too long'],
  conflict: [409, 'It has changed meanwhile'],
  'too-late': [409, 'The time in which it could be saved is over'],
  'agent-busy': [409, 'Not from the state the agent is in'],
  'desk-elsewhere': [409, 'The shift is at another desk'],
  'recording-lost': [410, 'The recording cannot be had'],
  'recording-deleted': [410, 'The sound of this call was deleted'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'Only application/json is accepted'],
  'range-not-satisfiable': [416, 'No such range'],
  throttled: [429, 'Too many attempts'],
  'headers-too-large': [431, 'The header of the request is too large'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'A part of the system does not answer'],
} as const satisfies Record<ProblemCode, readonly [number, string]>;

/** Ends a request with a problem document. Never carries personal data or a cause meant for the log. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;
  readonly params: Problem['params'];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, params: Problem['params'] = {}, headers: Record<string, string> = {}) {
    super(code);
    this.code = code;
    this.params = params;
    this.headers = headers;
  }
}

/** The document itself. */
export function problemBody(code: ProblemCode, params: Problem['params'], requestId: string): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: `urn:apel:problem:${code}`, title, status, code, params, requestId };
}

/** The HTTP answer of a problem. */
export function problemResponse(c: Context<ApiEnv>, problem: ApiProblem): Response {
  const body = problemBody(problem.code, problem.params, c.get('requestId') ?? '');
  return c.body(JSON.stringify(body), PROBLEMS[problem.code][0], {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...problem.headers,
  });
}
