/**
 * Problem documents (RFC 9457), media type `application/problem+json`: every answer with a status of 400 and above.
 * @module
 */
import { z } from 'zod';

/** Stable codes; the page translates `problem.<code>` with `params`. */
export const PROBLEM_CODES = [
  /** 400: `params.issues` names the fields. */
  'invalid-request',
  /** 401: no session, or it ended. */
  'unauthenticated',
  /** 401: wrong name or password, or a disabled user; never says which. */
  'bad-credentials',
  /** 403: the role may not do this. */
  'forbidden',
  /** 403: Origin missing or foreign. */
  'bad-origin',
  /** 403: log-in over plain HTTP from another machine would show the password to the network. */
  'https-needed',
  /** 404 */
  'not-found',
  /** 405: `params.allow`. */
  'method-not-allowed',
  /** 408 */
  'timed-out',
  /** 409 */
  'conflict',
  /** 409: what an agent saved came longer after the commit than the campaign allows. */
  'too-late',
  /** 409: the agent's shift is at another desk; `params.place` where known. Log on with `takeOver`. */
  'desk-elsewhere',
  /** 409: not while calling, in a call or in wrap-up; choose the next state instead. */
  'agent-busy',
  /** 410: a recording that existed, or should have, and cannot be had; `params.reason`. */
  'recording-lost',
  /** 410: the sound was deleted on purpose, as by the retention of its campaign; `params.reason`. */
  'recording-deleted',
  /** 413 */
  'too-large',
  /** 415 */
  'unsupported-media-type',
  /** 416: `params.bytes` is the size. */
  'range-not-satisfiable',
  /** 429: `params.retryAfterSeconds`. */
  'throttled',
  /** 431 */
  'headers-too-large',
  /** 500: the cause is in the log under `requestId`. */
  'internal',
  /** 503: `params.part` is `postgres` or `temporal`. */
  'unavailable',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const fieldIssueSchema = z.object({
  /** Dotted path of the field, such as `date`. */
  path: z.string(),
  message: z.string(),
});
export type FieldIssue = z.infer<typeof fieldIssueSchema>;

export const problemSchema = z
  .object({
    /** `urn:apel:problem:<code>`. */
    type: z.string(),
    /** English, for people who read logs; the page uses `code`. */
    title: z.string(),
    status: z.int(),
    code: z.enum(PROBLEM_CODES),
    params: z.record(
      z.string(),
      z.union([z.string(), z.number(), z.array(z.string()), z.array(fieldIssueSchema)]),
    ),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
