/**
 * Who uses a config object: what refers to it, and what would lose something without it.
 * @module
 */
import { configName, type CampaignDef, type ConfigBody, type ConfigKind } from '../contracts/model/config.ts';
import { SEEDED_STATUSES } from '../domain/seeded-statuses.ts';
import { labelOf, referencesOf } from './config-references.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface ConfigUse {
  kind: ConfigKind;
  name: string;
  label: string;
  /** Where it is named, such as `menu.keys.1`. */
  fields: string[];
  /** It is out of use itself. */
  retired: boolean;
}

/** Why an object stays in use: codes that the page has words for. `system`: set by the system itself. */
export const KEEP_REASONS = ['used', 'open-calls', 'agents', 'system'] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** Calls and reports refer to their rows (migration 0006): what has history is not removed, but taken out of use. */
const RETIRABLE: ReadonlySet<ConfigKind> = new Set(['campaign', 'trunk', 'status']);

export function isRetirable(kind: ConfigKind): boolean {
  return RETIRABLE.has(kind);
}

export interface ConfigUsage {
  uses: ConfigUse[];
  /** Calls now in progress that were begun with it. */
  openCalls: number;
  /** Empty: its end may come. */
  keep: KeepReason[];
  /** `remove`: nothing would miss it; `retire`: calls or lists refer to it for ever. */
  end: 'remove' | 'retire';
}

export interface ConfigRef {
  kind: ConfigKind;
  name: string;
}

/** Nothing is claimed from now on, whose call the answer of `findUsage` would miss. */
export async function holdClaims(client: Queryable, ref: ConfigRef): Promise<void> {
  // A claim holds the campaign's row; that of a test call over a trunk has none, it holds the trunk's health.
  await rowsOf(client, 'select 1 from campaigns order by id for no key update', []);
  if (ref.kind !== 'trunk') return;
  await rowsOf(
    client,
    `select 1 from trunk_health where id = (select id from config_objects where kind = 'trunk' and name = $1)
     for no key update`,
    [ref.name],
  );
}

export async function findUsage(on: Queryable, ref: ConfigRef): Promise<ConfigUsage> {
  const objects = await rowsOf<ConfigBody & { retired: boolean }>(
    on,
    `select kind, body, retired_at is not null as retired from config_objects
     where kind in ('retry-rules', 'campaign') order by kind, name`,
  );
  const uses = objects.flatMap(({ retired, ...object }): ConfigUse[] => {
    const fields = fieldsThatName(object, ref);
    return fields.length === 0
      ? []
      : [{ kind: object.kind, name: configName(object), label: labelOf(object), fields, retired }];
  });
  const openCalls = await countOpenCalls(on, ref);
  const end = isRetirable(ref.kind) && (await hasHistory(on, ref)) ? 'retire' : 'remove';
  // What is out of use itself needs the names that it has, but takes no call any more.
  const inTheWay = end === 'retire' ? uses.filter(({ retired }) => !retired) : uses;
  const keep: KeepReason[] = [];
  if (inTheWay.length > 0) keep.push('used');
  if (openCalls > 0) keep.push('open-calls');
  if (await heldByAgents(on, ref)) keep.push('agents');
  if (await isOfTheSystem(on, ref)) keep.push('system');
  return { uses, openCalls, keep, end };
}

/** Asked under the locks of a claim where it decides (`config-remove.ts`). */
const HISTORY: Readonly<Partial<Record<ConfigKind, string>>> = {
  campaign: `
    select 1 from campaigns c where c.name = $1 and (
      exists (select 1 from calls where campaign_id = c.id) or exists (select 1 from lists where campaign_id = c.id)
      or exists (select 1 from imports where campaign_id = c.id)
      or exists (select 1 from contacts where campaign_id = c.id))`,
  // Calls have no index by trunk: each claim over it, of a campaign or by hand, left its mark in the bucket, for ever.
  trunk: `
    select 1 where exists (select 1 from config_versions where kind = 'campaign' and body->>'trunk' = $1)
      or exists (
        select 1 from config_objects o where o.kind = 'trunk' and o.name = $1 and (
          exists (select 1 from trunk_health where id = o.id and bucket_level > 0)
          or exists (select 1 from live_calls where trunk_id = o.id)
          or exists (select 1 from trunk_tests where trunk_id = o.id) or exists (select 1 from numbers where only_trunk_id = o.id)))`,
  status: `
    select 1 from statuses s where s.code = $1 and (
      exists (select 1 from report_hours where campaign_id = -1 and list_id = -1 and status_id = s.id)
      or exists (select 1 from rollup_deltas where status_id = s.id)
      or exists (select 1 from call_corrections where s.id in (before_status_id, after_status_id)))`,
};

async function hasHistory(on: Queryable, { kind, name }: ConfigRef): Promise<boolean> {
  // Those that the code knows come back with every start.
  if (kind === 'status' && SEEDED_STATUSES.some(({ code }) => code === name)) return true;
  const history = HISTORY[kind];
  return history !== undefined && (await rowsOf(on, history, [name])).length > 0;
}

/** No person chooses it; calls end with it all the same. */
async function isOfTheSystem(on: Queryable, { kind, name }: ConfigRef): Promise<boolean> {
  if (kind !== 'status') return false;
  return (await rowsOf(on, 'select 1 from statuses where code = $1 and system', [name])).length > 0;
}

function fieldsThatName(object: ConfigBody, ref: ConfigRef): string[] {
  return referencesOf(object)
    .filter(({ kind, name }) => kind === ref.kind && name === ref.name)
    .map(({ field }) => field);
}

/**
 * By the version of the campaign with which each was begun: a later one may name other things. A trunk's stand in their rows, test
 * calls among them.
 */
async function countOpenCalls(on: Queryable, ref: ConfigRef): Promise<number> {
  if (ref.kind === 'trunk') {
    const [row] = await rowsOf<{ calls: number }>(
      on,
      `select count(*)::int as calls from live_calls l join config_objects o on o.id = l.trunk_id
       where o.kind = 'trunk' and o.name = $1`,
      [ref.name],
    );
    return row?.calls ?? 0;
  }
  const rows = await rowsOf<{ body: CampaignDef; calls: number }>(
    on,
    `select v.body, t.calls from (
       select k.name, (c.versions->>'campaign')::int as version, count(*)::int as calls
       from live_calls l join calls c on c.id = l.call_id join campaigns k on k.id = l.campaign_id group by 1, 2) t
     join config_versions v on v.kind = 'campaign' and v.name = t.name and v.version = t.version`,
  );
  return rows
    .filter(
      ({ body }) =>
        (ref.kind === 'campaign' && body.name === ref.name) ||
        fieldsThatName({ kind: 'campaign', body }, ref).length > 0,
    )
    .reduce((sum, { calls }) => sum + calls, 0);
}

async function heldByAgents(on: Queryable, ref: ConfigRef): Promise<boolean> {
  if (ref.kind === 'campaign') {
    const shifts = await rowsOf(
      on,
      `select 1 from agents a join campaigns c on c.id = any(a.campaign_ids)
       where c.name = $1 and a.state <> 'logged-out' limit 1`,
      [ref.name],
    );
    return shifts.length > 0;
  }
  if (ref.kind !== 'pause-reason') return false;
  const rows = await rowsOf(
    on,
    `select 1 from agents where reason = $1 or next_state->>'reason' = $1 or return_to->>'reason' = $1 limit 1`,
    [ref.name],
  );
  return rows.length > 0;
}
