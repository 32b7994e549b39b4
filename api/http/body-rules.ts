/**
 * What the body of a request to an address may be: JSON and small, but for the few that carry a file or a whole script.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { MAX_PROMPT_UPLOAD_BYTES } from '../../contracts/model/config.ts';
import { UPLOAD_PART_BYTES } from '../../contracts/http/lists.ts';
import type { ApiEnv } from '../env.ts';

export interface BodyRule {
  type: 'application/json' | 'application/octet-stream';
  maxBytes: number;
  /** To the head of the answer; undefined: as all. */
  withinMs?: number;
}

/** Log-ins, reasons: nothing else that a page sends is longer. */
const COMMON: BodyRule = { type: 'application/json', maxBytes: 64 * 1024 };

/** Octets need a preflight from a foreign page just as JSON does. */
const OTHERS: readonly (readonly [RegExp, BodyRule])[] = [
  [
    /^\/api\/prompts\/sound$/,
    { type: 'application/octet-stream', maxBytes: MAX_PROMPT_UPLOAD_BYTES, withinMs: 90_000 },
  ],
  [/^\/api\/uploads\/[^/]+$/, { type: 'application/octet-stream', maxBytes: UPLOAD_PART_BYTES }],
  [/^\/api\/config\//, { type: 'application/json', maxBytes: 512 * 1024 }],
];

export function bodyRuleOf(path: string): BodyRule {
  return OTHERS.find(([pattern]) => pattern.test(path))?.[1] ?? COMMON;
}

/** One middleware for each rule, made once. */
export function byBodyRule(make: (rule: BodyRule) => MiddlewareHandler<ApiEnv>): MiddlewareHandler<ApiEnv> {
  const made = new Map<BodyRule, MiddlewareHandler<ApiEnv>>();
  return (c, next) => {
    const rule = bodyRuleOf(c.req.path);
    const handler = made.get(rule) ?? make(rule);
    made.set(rule, handler);
    return handler(c, next);
  };
}
