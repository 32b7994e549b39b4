/**
 * What every answer carries and every request must have.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../env.ts';
import { bodyRuleOf } from './body-rules.ts';
import { ApiProblem } from './problem.ts';

/** Styles may be inline: the waveform player puts a style element into its shadow root. Scripts may not. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer, errors included. */
export const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(self)',
} as const;

export const securityHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
};

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * State changes only from our own page: an Origin that is ours, and JSON, or octets
 * where a file is uploaded (no foreign form can send either without a preflight). A body-less DELETE needs no type. Codec routes have a rule of their own (`routes/codec.ts`).
 */
export const sameOriginWrites: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (!SAFE_METHODS.has(c.req.method)) {
    requireOwnOrigin(c.req.header('origin'), c.req.header('host') ?? new URL(c.req.url).host);
    if (c.req.method !== 'DELETE') requireType(c.req.header('content-type'), bodyRuleOf(c.req.path).type);
  }
  await next();
};

/**
 * @param host what the browser asked for. Only the host is compared: behind a proxy that ends TLS we see plain HTTP.
 * @throws ApiProblem bad-origin, also when the header is missing: every browser sends it with such requests
 */
export function requireOwnOrigin(origin: string | undefined, host: string): void {
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).host !== host.toLowerCase()) {
    throw new ApiProblem('bad-origin');
  }
}

/** @throws ApiProblem unsupported-media-type */
export function requireJson(contentType: string | undefined): void {
  requireType(contentType, 'application/json');
}

function requireType(contentType: string | undefined, wanted: string): void {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type !== wanted) throw new ApiProblem('unsupported-media-type');
}
