/**
 * Configuration objects: applied in one transaction, versioned.
 * @module
 */
import type pg from 'pg';
import { configName, type ConfigBody, type ConfigKind } from '../contracts/model/config.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { configDifferences } from '../domain/config-diff.ts';
import { missingReferences } from './config-references.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { writeStatusRow } from './status-row.ts';
import { inTransaction } from './transaction.ts';

export type ConfigOrigin = 'file' | 'page';

export interface ApplyConfigParams {
  /** Bodies as the schemas of `contracts/http/config.ts` give them; trunk passwords already encrypted. */
  objects: readonly ConfigBody[];
  origin: ConfigOrigin;
  actor: string;
  now: Date;
  /** Versions the editor saw, by `kind/name`, 0: none; a page's change is refused when another came in between. */
  expectedVersions?: Readonly<Record<string, number>>;
  /** A file overwrites what was changed on a page. */
  force?: boolean;
}

export interface AppliedObject {
  kind: ConfigKind;
  name: string;
  id: number;
  version: number;
  outcome: 'created' | 'changed' | 'unchanged';
}

export interface ConfigProblem {
  kind: ConfigKind;
  name: string;
  problem:
    | 'changed-on-page'
    | 'removed-on-page'
    /** It is out of use: it must be taken back into use first. */
    | 'retired'
    | 'stale-version'
    | 'missing-reference'
    | 'twice';
  /** Field of the object that is to blame, where one is. */
  path?: string;
  /** English, names what is wrong; no secrets. */
  detail: string;
}

export type ApplyConfigResult =
  | { state: 'applied'; objects: AppliedObject[] }
  /** Nothing was changed. */
  | { state: 'refused'; problems: ConfigProblem[] };

/** Serialises appliers, so that versions have no gaps and references stay true. */
export const CONFIG_LOCK = 4_027_100_003;
/** What others refer to comes first. */
const ORDER: readonly ConfigKind[] = [
  'status',
  'calendar',
  'retry-rules',
  'caps',
  'trunk',
  'prompt',
  'script',
  'pause-reason',
  'thresholds',
  'campaign',
];

/** Applies all objects or none. Equal bodies make no new version, so applying twice changes nothing. */
export async function applyConfig(db: Database, params: ApplyConfigParams): Promise<ApplyConfigResult> {
  return inTransaction(db, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [CONFIG_LOCK]);
    const current = await currentOf(client, params.objects);
    const problems = [
      ...namedTwice(params.objects),
      ...params.objects.flatMap((object) => refusal(object, current.get(keyOf(object)), params)),
      // What stays as it is may go on naming what is out of use.
      ...(await missingReferences(
        client,
        params.objects.filter((object) => current.get(keyOf(object))?.equal !== true),
      )),
    ];
    if (problems.length > 0) return { state: 'refused', problems };
    const sorted = [...params.objects].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    const objects: AppliedObject[] = [];
    for (const object of sorted) {
      objects.push(await applyOne(client, object, current.get(keyOf(object)), params));
    }
    return { state: 'applied', objects };
  });
}

/** Null id: the object was removed, and these are its last version and who removed it. */
interface Current {
  id: number | null;
  version: number;
  origin: string;
  updatedBy: string;
  body: unknown;
  equal: boolean;
  retired: boolean;
}

function keyOf(object: ConfigBody): string {
  return `${object.kind}/${configName(object)}`;
}

async function currentOf(client: Queryable, objects: readonly ConfigBody[]): Promise<Map<string, Current>> {
  const rows = await rowsOf<Current & { kind: string; name: string }>(
    client,
    `select t.kind, t.name, o.id, coalesce(o.version, v.version) as version, coalesce(o.origin, v.origin) as origin,
       coalesce(o.updated_by, v.created_by) as "updatedBy", coalesce(o.body, v.body) as body,
       o.id is not null and o.body = t.body_text::jsonb as equal, o.retired_at is not null as retired
     from unnest($1::text[], $2::text[], $3::text[]) as t (kind, name, body_text)
     left join config_objects o on o.kind = t.kind and o.name = t.name
     left join lateral (
       select version, origin, created_by, body from config_versions
       where kind = t.kind and name = t.name and o.id is null order by version desc limit 1) v on true
     where o.id is not null or v.version is not null`,
    [
      objects.map((object) => object.kind),
      objects.map(configName),
      objects.map((object) => JSON.stringify(object.body)),
    ],
  );
  return new Map(rows.map((row) => [`${row.kind}/${row.name}`, row]));
}

function namedTwice(objects: readonly ConfigBody[]): ConfigProblem[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const key = keyOf(object);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      {
        kind: object.kind,
        name: configName(object),
        problem: 'twice' as const,
        detail: `${key} is given twice`,
      },
    ];
  });
}

function refusal(
  object: ConfigBody,
  current: Current | undefined,
  params: ApplyConfigParams,
): ConfigProblem[] {
  if (current?.equal) return [];
  const key = keyOf(object);
  const base = { kind: object.kind, name: configName(object) };
  const expected = params.expectedVersions?.[key];
  const version = current?.id == null ? 0 : current.version;
  if (current?.retired) return [{ ...base, problem: 'retired', detail: `${key} is out of use` }];
  if (expected !== undefined && expected !== version) {
    const detail =
      version === 0
        ? `${key} is not there any more`
        : `${key} is at version ${version} by ${current?.updatedBy ?? ''}, not ${expected}`;
    return [{ ...base, problem: 'stale-version', detail }];
  }
  if (!current || params.origin !== 'file' || current.origin !== 'page' || params.force === true) return [];
  const by = `version ${current.version} by ${current.updatedBy}`;
  return current.id === null
    ? [{ ...base, problem: 'removed-on-page', detail: `${key} was removed on a page (${by})` }]
    : [
        {
          ...base,
          problem: 'changed-on-page',
          detail: `${key} was changed on a page (${by}), the file differs in ${differing(current.body, object.body)}`,
        },
      ];
}

/** Most fields named in one line. */
const NAMED = 6;

/** Names of fields only: a value may be a secret. */
function differing(page: unknown, file: unknown): string {
  const paths = configDifferences(page, file).map(({ path }) => path);
  return paths.length <= NAMED
    ? paths.join(', ')
    : `${paths.slice(0, NAMED).join(', ')} and ${paths.length - NAMED} more fields`;
}

async function applyOne(
  client: pg.PoolClient,
  object: ConfigBody,
  current: Current | undefined,
  params: ApplyConfigParams,
): Promise<AppliedObject> {
  const name = configName(object);
  const exists = current !== undefined && current.id !== null;
  if (exists && current.equal && current.id !== null) {
    // The file has caught up with the page: from here on it may change the object again.
    if (params.origin === 'file' && current.origin === 'page') await rowsOf(client, ADOPT, [current.id]);
    return { kind: object.kind, name, id: current.id, version: current.version, outcome: 'unchanged' };
  }
  const version = (current?.version ?? 0) + 1;
  const values = [
    object.kind,
    name,
    version,
    JSON.stringify(object.body),
    params.origin,
    params.now,
    params.actor,
  ];
  const [row] = await rowsOf<{ id: number }>(client, exists ? UPDATE_OBJECT : INSERT_OBJECT, values);
  await rowsOf(client, INSERT_VERSION, values);
  const id = row?.id ?? 0;
  await materialise(client, object, id, params);
  await writeAudit(client, {
    actor: params.actor,
    action: exists ? 'config.change' : 'config.create',
    objectKind: object.kind,
    objectId: name,
    ...(exists && { before: withoutSecrets(current.body) }),
    after: withoutSecrets(object.body),
    at: params.now,
  });
  return { kind: object.kind, name, id, version, outcome: exists ? 'changed' : 'created' };
}

const INSERT_OBJECT = `
  insert into config_objects (kind, name, version, body, origin, updated_at, updated_by)
  values ($1, $2, $3, $4, $5, $6, $7) returning id`;
const UPDATE_OBJECT = `
  update config_objects set version = $3, body = $4, origin = $5, updated_at = $6, updated_by = $7
  where kind = $1 and name = $2 returning id`;
const ADOPT = `update config_objects set origin = 'file' where id = $1`;
const INSERT_VERSION = `
  insert into config_versions (kind, name, version, body, origin, created_at, created_by)
  values ($1, $2, $3, $4, $5, $6, $7)`;

/** Keeps the tables beside the bodies in step (ADR 5). */
async function materialise(
  client: pg.PoolClient,
  object: ConfigBody,
  id: number,
  { origin, now, actor }: Pick<ApplyConfigParams, 'origin' | 'now' | 'actor'>,
): Promise<void> {
  if (object.kind === 'status') await writeStatusRow(client, object.body, 'update');
  if (object.kind === 'campaign') {
    // What is made on a page dials when somebody starts it; a file says that it is meant.
    const [at, by] = origin === 'page' ? [now, actor] : [null, null];
    await rowsOf(
      client,
      `insert into campaigns (id, name, paused_at, paused_by, stopped_at) values ($1, $2, $3, $4, $3)
       on conflict (id) do nothing`,
      [id, object.body.name, at, by],
    );
  }
  if (object.kind === 'trunk') {
    await rowsOf(client, 'insert into trunk_health (id) values ($1) on conflict (id) do nothing', [id]);
  }
}

/** For the audit log, which more people read than trunks. */
export function withoutSecrets(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (key === 'password' ? '(secret)' : value)),
  ) as unknown;
}
