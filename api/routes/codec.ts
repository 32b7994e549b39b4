/**
 * Codec endpoint of the Temporal UI and CLI: decrypts payloads for people who may see them.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import type { Payload } from '@temporalio/common';
import type { MiddlewareHandler } from 'hono';
import { codecBodySchema, type CodecBody } from '../../contracts/http/codec.ts';
import { createCodec, decodeForDisplay } from '../../temporal-config/codec.ts';
import type { Gates } from '../auth/gate.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from '../env.ts';
import { maxBody } from '../http/limits.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { requireJson, requireOwnOrigin } from '../http/security.ts';

type CodecRouteDeps = Pick<ApiDeps, 'codecKeys' | 'logger' | 'temporalUiOrigins'>;
/** The Temporal UI sends the payloads of a whole page of history. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

type WirePayload = CodecBody['payloads'][number];

export function codecRoutes(deps: CodecRouteDeps, gates: Gates) {
  const route = <P extends string>(path: P, summary: string) =>
    createRoute({
      method: 'post',
      path,
      tags: ['codec'],
      summary,
      // The gate first: a stranger's megabytes are not read.
      middleware: [gates.codec(), maxBody(MAX_BODY_BYTES)],
      request: { body: jsonBody(codecBodySchema) },
      responses: { 200: json(codecBodySchema, 'As many payloads as came, in their order') },
    });
  return createRouter()
    .openapi(route('/codec/decode', 'Decrypt payloads'), (c) => {
      const payloads = c.req.valid('json').payloads;
      return c.json({ payloads: payloads.map((wire) => decode(deps, wire)) }, 200);
    })
    .openapi(route('/codec/encode', 'Encrypt what is marked sensitive'), async (c) => {
      const payloads = c.req.valid('json').payloads;
      const encoded = await createCodec(deps.codecKeys).encode(payloads.map(fromWire));
      return c.json({ payloads: encoded.map(toWire) }, 200);
    });
}

/**
 * CORS for exactly the Temporal UIs that are named, with credentials: the log-in is a cookie, and another port of the
 * same host is the same site. Requests without Origin are programs: they need the bearer token.
 */
export function codecCors(allowedOrigins: readonly string[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const allowed = origin !== undefined && allowedOrigins.includes(origin);
    if (allowed) {
      c.header('access-control-allow-origin', origin);
      c.header('access-control-allow-credentials', 'true');
    }
    c.header('vary', 'Origin');
    if (c.req.method === 'OPTIONS') {
      if (allowed) {
        c.header('access-control-allow-methods', 'POST, OPTIONS');
        c.header('access-control-allow-headers', 'content-type, x-namespace, authorization');
        c.header('access-control-max-age', '600');
      }
      return c.body(null, 204);
    }
    if (c.req.method === 'POST') {
      if (origin === undefined ? c.req.header('authorization') === undefined : !allowed) {
        requireOwnOrigin(origin, c.req.header('host') ?? new URL(c.req.url).host);
      }
      requireJson(c.req.header('content-type'));
    }
    await next();
    return undefined;
  };
}

/** What cannot be decrypted (a key that is gone) stays as it is: the rest of the page is still readable. */
function decode(deps: CodecRouteDeps, wire: WirePayload): WirePayload {
  try {
    const [decoded] = decodeForDisplay([fromWire(wire)], deps.codecKeys);
    return decoded === undefined ? wire : toWire(decoded);
  } catch (error) {
    deps.logger.warn({ err: error }, 'payload could not be decoded');
    return wire;
  }
}

function fromWire(wire: WirePayload): Payload {
  const metadata = Object.entries(wire.metadata ?? {}).map(([k, v]) => [k, Buffer.from(v, 'base64')]);
  return {
    metadata: Object.fromEntries(metadata) as Record<string, Uint8Array>,
    ...(wire.data === undefined ? {} : { data: Buffer.from(wire.data, 'base64') }),
  };
}

function toWire(payload: Payload): WirePayload {
  const metadata = Object.entries(payload.metadata ?? {}).map(([k, v]) => [
    k,
    Buffer.from(v).toString('base64'),
  ]);
  return {
    metadata: Object.fromEntries(metadata) as Record<string, string>,
    ...(payload.data ? { data: Buffer.from(payload.data).toString('base64') } : {}),
  };
}
