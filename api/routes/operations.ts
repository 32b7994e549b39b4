/**
 * `/metrics` and `/openapi.json`.
 * @module
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { problemSchema } from '../../contracts/http/problem.ts';
import type { ApiEnv } from '../env.ts';

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** OpenAPI 3.1 made from the schemas; every operation may also answer with a problem document. */
export function describeApi(
  app: Pick<OpenAPIHono<ApiEnv>, 'getOpenAPI31Document' | 'openAPIRegistry'>,
): Document {
  if (!app.openAPIRegistry.definitions.some((d) => d.type === 'schema' && isProblem(d.schema))) {
    app.openAPIRegistry.register('Problem', problemSchema);
  }
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Apel',
      version: '1',
      description:
        'Sessions are cookies; state-changing requests need the Origin of the page and application/json.',
    },
  });
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path as Record<string, { responses?: Record<string, unknown> }>)) {
      if (operation.responses) operation.responses['default'] = PROBLEM_RESPONSE;
    }
  }
  return document;
}

const PROBLEM_RESPONSE = {
  description: 'A problem document (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function isProblem(schema: unknown): boolean {
  return schema === problemSchema;
}
