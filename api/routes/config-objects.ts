/**
 * Config objects for the pages: read, versions, dry run, save, remove. `apply` changes the same objects from files.
 * @module
 */
import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  configObjectSchema,
  configParamsSchema,
  configPlanSchema,
  configRemoveSchema,
  configSavedSchema,
  configSaveSchema,
  configVersionsSchema,
  type ConfigPlan,
  type ConfigSave,
} from '../../contracts/http/config-admin.ts';
import type { ConfigKind } from '../../contracts/model/config.ts';
import { listConfigVersions, readConfig, type ConfigRow } from '../../db/config-read.ts';
import { removeConfig } from '../../db/config-remove.ts';
import { restoreConfig, retireConfig } from '../../db/config-retire.ts';
import { findUsage } from '../../db/config-usage.ts';
import { applyConfig } from '../../db/config.ts';
import { configDifferences } from '../../domain/config-diff.ts';
import { can } from '../../domain/permissions.ts';
import type { Gates } from '../auth/gate.ts';
import type { SessionUser } from '../auth/session-user.ts';
import { checkBody, type CheckDeps, type CheckedBody } from '../config/check-body.ts';
import { withoutSecrets } from '../config/hide-secrets.ts';
import type { ApiDeps } from '../deps.ts';
import { createRouter, json, jsonBody } from '../http/openapi.ts';
import { ApiProblem } from '../http/problem.ts';
import { sessionOf } from '../http/session-of.ts';
import { findCampaignRun } from '../queries/campaign-run.ts';

export type ConfigRouteDeps = CheckDeps & Pick<ApiDeps, 'clock'>;

/** Versions in one answer: a script may be long. */
const VERSIONS = 20;

type Ref = { kind: ConfigKind; name: string };

export function configRoutes(deps: ConfigRouteDeps, gates: Gates) {
  const endRoute = <V extends 'retire' | 'restore'>(verb: V, summary: string) =>
    createRoute({
      method: 'post',
      path: `/api/config/{kind}/{name}/${verb}` as const,
      tags: ['configuration'],
      summary,
      middleware: [gates.allow('config.edit')],
      request: { params: configParamsSchema, body: jsonBody(configRemoveSchema) },
      responses: { 204: { description: 'Done, or it was so already' } },
    });
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/config/{kind}/{name}',
        tags: ['configuration'],
        summary: 'One config object, without secrets, and who uses it',
        middleware: [gates.allow('config.read')],
        request: { params: configParamsSchema },
        responses: { 200: json(configObjectSchema, 'As it is now') },
      }),
      async (c) => {
        const ref = c.req.valid('param');
        const row = await readConfig(deps.db.pool, ref);
        if (!row) throw new ApiProblem('not-found');
        const [usage, run] = await Promise.all([
          findUsage(deps.db.pool, ref),
          ref.kind === 'campaign' ? findCampaignRun(deps.db, ref.name) : null,
        ]);
        const retired =
          row.retiredAt === null ? null : { at: row.retiredAt.toISOString(), by: row.retiredBy ?? '' };
        return c.json({ ...ref, ...shown(row), usage, retired, run }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/config/{kind}/{name}/versions',
        tags: ['configuration'],
        summary: 'What it was before, also of an object that was removed',
        middleware: [gates.allow('config.read')],
        request: {
          params: configParamsSchema,
          query: z.strictObject({ before: z.coerce.number().int().positive().max(2_147_483_647).optional() }),
        },
        responses: { 200: json(configVersionsSchema, `Newest first, at most ${VERSIONS}`) },
      }),
      async (c) => {
        const { before } = c.req.valid('query');
        const rows = await listConfigVersions(deps.db.pool, {
          ...c.req.valid('param'),
          ...(before === undefined ? {} : { before }),
          limit: VERSIONS + 1,
        });
        const versions = rows.slice(0, VERSIONS).map(({ body, at, ...row }) => ({
          ...row,
          at: at.toISOString(),
          body: withoutSecrets(body),
        }));
        return c.json(
          { versions, next: rows.length > VERSIONS ? (versions.at(-1)?.version ?? null) : null },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/config/{kind}/{name}/plan',
        tags: ['configuration'],
        summary: 'Dry run: what is wrong, what would change',
        middleware: [gates.allow('config.edit')],
        request: { params: configParamsSchema, body: jsonBody(configSaveSchema) },
        responses: { 200: json(configPlanSchema, 'Nothing was changed') },
      }),
      async (c) => {
        const ref = c.req.valid('param');
        mayEdit(sessionOf(c), ref.kind);
        const { row, checked } = await check(deps, ref, c.req.valid('json'));
        return c.json(planOf(row, checked, c.req.valid('json')), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/config/{kind}/{name}',
        tags: ['configuration'],
        summary: 'A new version, unless another came in between (409)',
        middleware: [gates.allow('config.edit')],
        request: { params: configParamsSchema, body: jsonBody(configSaveSchema) },
        responses: { 200: json(configSavedSchema, 'Saved') },
      }),
      async (c) => {
        const ref = c.req.valid('param');
        const user = sessionOf(c);
        mayEdit(user, ref.kind);
        return c.json(await save(deps, ref, c.req.valid('json'), user), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/config/{kind}/{name}/remove',
        tags: ['configuration'],
        summary: 'Take away what nothing uses; its versions stay',
        middleware: [gates.allow('config.edit')],
        request: { params: configParamsSchema, body: jsonBody(configRemoveSchema) },
        responses: { 204: { description: 'Removed' } },
      }),
      async (c): Promise<Response> => {
        const ref = c.req.valid('param');
        const user = sessionOf(c);
        mayEdit(user, ref.kind);
        const result = await removeConfig(deps.db, {
          ...ref,
          expectedVersion: c.req.valid('json').version,
          actor: user.name,
          now: deps.clock.now(),
        });
        if (result.state === 'no-such-object') throw new ApiProblem('not-found');
        if (result.state === 'stale-version') throw new ApiProblem('conflict', { version: result.version });
        if (result.state === 'kept') throw new ApiProblem('conflict', { keep: result.usage.keep });
        return c.body(null, 204);
      },
    )
    .openapi(endRoute('retire', 'Take out of use what calls refer to and nothing uses'), async (c) => {
      await changeUse(deps, sessionOf(c), retireConfig, c.req.valid('param'), c.req.valid('json').version);
      return c.body(null, 204);
    })
    .openapi(endRoute('restore', 'Take it back into use'), async (c) => {
      await changeUse(deps, sessionOf(c), restoreConfig, c.req.valid('param'), c.req.valid('json').version);
      return c.body(null, 204);
    });
}

async function changeUse(
  deps: ConfigRouteDeps,
  user: SessionUser,
  change: typeof retireConfig,
  ref: Ref,
  expectedVersion: number,
): Promise<void> {
  mayEdit(user, ref.kind);
  const params = { ...ref, expectedVersion, actor: user.name, now: deps.clock.now() };
  const result = await change(deps.db, params);
  if (result.state === 'no-such-object') throw new ApiProblem('not-found');
  if (result.state === 'stale-version') throw new ApiProblem('conflict', { version: result.version });
  if (result.state === 'kept') throw new ApiProblem('conflict', { keep: result.usage.keep });
  if (result.state === 'missing') throw new ApiProblem('conflict', { missing: result.names });
}

/** The gate lets in whoever edits anything; a trunk is the administrator's. */
function mayEdit(user: SessionUser, kind: ConfigKind): void {
  const action = kind === 'trunk' ? 'trunk.edit' : kind === 'thresholds' ? 'threshold.edit' : 'config.edit';
  if (!can(user, action)) throw new ApiProblem('forbidden');
}

function shown({ version, origin, updatedAt, updatedBy, body }: ConfigRow) {
  return { version, origin, at: updatedAt.toISOString(), by: updatedBy, body: withoutSecrets(body) };
}

async function check(
  deps: ConfigRouteDeps,
  ref: Ref,
  { body }: ConfigSave,
): Promise<{ row: ConfigRow | undefined; checked: CheckedBody }> {
  const row = await readConfig(deps.db.pool, ref);
  return { row, checked: await checkBody(deps, { ...ref, body, stored: row?.body }) };
}

function planOf(row: ConfigRow | undefined, checked: CheckedBody, { body }: ConfigSave): ConfigPlan {
  const before = row && withoutSecrets(row.body);
  // A new password looks like the old one; that there is a new one is what may be told.
  const after = checked.ok ? withoutSecrets(checked.object.body) : withoutSecrets(body);
  return {
    issues: checked.ok ? [] : checked.issues,
    changes: configDifferences(before ?? {}, after),
    current: row ? shown(row) : null,
  };
}

async function save(deps: ConfigRouteDeps, ref: Ref, input: ConfigSave, user: SessionUser) {
  const { row, checked } = await check(deps, ref, input);
  // Told before what is wrong: whoever is late must first see what has changed.
  if ((row?.version ?? null) !== input.version) throw conflict(row);
  if (!checked.ok) {
    const issues = checked.issues.slice(0, 50).map(({ path, message }) => ({ path, message }));
    throw new ApiProblem('invalid-request', { issues });
  }
  const result = await applyConfig(deps.db, {
    objects: [checked.object],
    origin: 'page',
    actor: user.name,
    now: deps.clock.now(),
    expectedVersions: { [`${ref.kind}/${ref.name}`]: input.version ?? 0 },
  });
  if (result.state === 'refused') {
    const issues = result.problems.flatMap(({ problem, path = '', detail }) =>
      problem === 'missing-reference' ? [{ path, message: detail }] : [],
    );
    throw issues.length > 0
      ? new ApiProblem('invalid-request', { issues })
      : conflict(await readConfig(deps.db.pool, ref));
  }
  const [saved] = result.objects;
  if (!saved) throw new ApiProblem('internal');
  return { version: saved.version, outcome: saved.outcome };
}

function conflict(row: ConfigRow | undefined): ApiProblem {
  return new ApiProblem('conflict', row ? { version: row.version, by: row.updatedBy } : {});
}
