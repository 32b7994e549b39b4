/// <reference types="node" />
/**
 * The configuration of the pictures: the sample files, with versions by two people.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type {
  ConfigObjectView,
  ConfigPlan,
  ConfigSave,
  ConfigVersions,
} from '../../contracts/http/config-admin.ts';
import { configIssueOf } from '../../contracts/http/config-issues.ts';
import { CONFIG_SCHEMAS, type ConfigList } from '../../contracts/http/config.ts';
import { CONFIG_KINDS, type ConfigKind } from '../../contracts/model/config.ts';
import { configDifferences } from '../../domain/config-diff.ts';
import { SEEDED_STATUSES } from '../../domain/seeded-statuses.ts';

type Item = ConfigList['objects'][number];
const FOLDER = fileURLToPath(new URL('../../config/', import.meta.url));
/** In the pictures somebody else has saved when this is typed. */
export const CONFLICT_AT = 77;

/** Of the statuses. */
const RETIRED: ReadonlySet<string> = new Set(['interested']);

function items(now: number): Item[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  const objects = files.flatMap(
    (file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, unknown>[],
  );
  const seeded = SEEDED_STATUSES.map((status) => ({ kind: 'status', ...status }));
  return [...objects, ...seeded].map((object, index) => {
    const { kind, ...body } = object as { kind: ConfigKind } & Record<string, unknown>;
    const onPage = index % 3 === 0;
    return {
      kind,
      name: String(body['name'] ?? body['code']),
      version: onPage ? 3 : 1,
      origin: kind === 'status' && !onPage ? 'seed' : onPage ? 'page' : 'file',
      updatedAt: new Date(now - (index + 1) * 7_300_000).toISOString(),
      updatedBy: onPage ? 'ioana.marin' : 'cli:ana',
      retired: RETIRED.has(String(body['code'])),
      body: hidden(withSound(kind, body)),
    };
  });
}

function withSound(kind: ConfigKind, body: Record<string, unknown>): Record<string, unknown> {
  return kind === 'prompt' ? { ...body, sha256: 'a'.repeat(64), durationMs: 11_400 } : body;
}

function hidden(body: Record<string, unknown>): Record<string, unknown> {
  const secret = (key: string, value: unknown): unknown => (key === 'password' ? '***' : value);
  return JSON.parse(JSON.stringify(body, secret)) as Record<string, unknown>;
}

/** Undefined: there is no such address, or no such object. */
export function configAnswer(method: string, path: string, body: unknown, now: number): unknown {
  const all = items(now);
  if (path === '/api/config') return { objects: all } satisfies ConfigList;
  const [, kindText, name, rest] = /^\/api\/config\/([^/]+)\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
  const kind = CONFIG_KINDS.find((one) => one === kindText);
  if (kind === undefined) return undefined;
  const item = all.find((one) => one.kind === kind && one.name === name);
  if (rest === 'plan') return planOf(kind, item, body as ConfigSave, now);
  if (method === 'PUT') return { version: (item?.version ?? 0) + 1, outcome: 'changed' };
  if (rest === 'versions') return versionsOf(item, now);
  if (rest === undefined && item !== undefined) return objectOf(item, all);
  return undefined;
}

function objectOf(item: Item, all: readonly Item[]): ConfigObjectView {
  const uses = all
    .filter(({ kind, body }) => kind === 'campaign' && JSON.stringify(body).includes(`"${item.name}"`))
    .filter(({ kind }) => item.kind !== 'campaign' || kind !== 'campaign')
    .map(({ kind, name, body }) => ({
      kind,
      name,
      label: String(body['label']),
      fields: [fieldOf(item.kind)],
      retired: false,
    }));
  const history = ['campaign', 'trunk', 'status'].includes(item.kind);
  return {
    kind: item.kind,
    name: item.name,
    version: item.version,
    origin: item.origin,
    at: item.updatedAt,
    by: item.updatedBy,
    body: item.body,
    usage: {
      uses,
      openCalls: 0,
      keep: uses.length > 0 ? ['used' as const] : [],
      end: history ? ('retire' as const) : ('remove' as const),
    },
    retired: item.retired ? { at: item.updatedAt, by: item.updatedBy } : null,
    run:
      item.kind === 'campaign'
        ? { state: 'running', at: null, by: null, reason: null, callsInProgress: 4 }
        : null,
  };
}

function fieldOf(kind: ConfigKind): string {
  if (kind === 'script') return 'desk.script';
  return kind === 'retry-rules' ? 'retryRules' : kind;
}

function versionsOf(item: Item | undefined, now: number): ConfigVersions {
  if (item === undefined) return { versions: [], next: null };
  const at = (days: number): string => new Date(now - days * 86_400_000).toISOString();
  const earlier = {
    ...item.body,
    ...('concurrency' in item.body ? { concurrency: 8, recording: false } : {}),
  };
  const versions: ConfigVersions['versions'] = [
    { version: 3, origin: 'page', at: item.updatedAt, by: 'ioana.marin', body: item.body, removed: false },
    { version: 2, origin: 'page', at: at(3), by: 'mihai.pop', body: earlier, removed: false },
    { version: 1, origin: 'file', at: at(40), by: 'cli:ana', body: item.body, removed: false },
  ];
  return { versions: versions.slice(3 - item.version), next: null };
}

function planOf(kind: ConfigKind, item: Item | undefined, save: ConfigSave, now: number): ConfigPlan {
  const password = kind === 'trunk' ? { credentials: { username: 'apel', password: 'x' } } : {};
  const parsed = CONFIG_SCHEMAS[kind].safeParse({ ...save.body, ...password });
  const late = save.body['concurrency'] === CONFLICT_AT && item !== undefined;
  return {
    issues: parsed.success ? [] : parsed.error.issues.map(configIssueOf),
    changes: configDifferences(item?.body ?? {}, save.body),
    current: item
      ? {
          version: item.version + (late ? 1 : 0),
          origin: late ? 'file' : item.origin,
          at: late ? new Date(now - 60_000).toISOString() : item.updatedAt,
          by: late ? 'cli:ana' : item.updatedBy,
          body: late ? { ...item.body, concurrency: 30, ringTimeoutSeconds: 45 } : item.body,
        }
      : null,
  };
}
