/**
 * `/metrics` and `/openapi.json`.
 * @module
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { problemSchema } from '../../contracts/http/problem.ts';
import type { ApiEnv } from '../env.ts';

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** OpenAPI 3.1 made from the schemas; every operation may also answer with a problem document. */
export function describeApi(
  app: Pick<OpenAPIHono<ApiEnv>, 'getOpenAPI31Document' | 'openAPIRegistry'>,
): Document {
  if (!app.openAPIRegistry.definitions.some((d) => d.type === 'component' && d.name === 'Problem')) {
    app.openAPIRegistry.registerComponent('schemas', 'Problem', problemJsonSchema());
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

/**
 * Not `register`: that needs a method which zod's schemas have only when they were made after `@hono/zod-openapi` was
 * loaded, and so depends on the order of imports.
 */
function problemJsonSchema(): Record<string, unknown> {
  const { $schema: _dialect, id: _id, ...schema } = z.toJSONSchema(problemSchema) as Record<string, unknown>;
  return schema;
}
