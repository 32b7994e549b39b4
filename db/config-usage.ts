/**
 * Who uses a config object: what refers to it, and what would lose something without it.
 * @module
 */
import { configName, type CampaignDef, type ConfigBody, type ConfigKind } from '../contracts/model/config.ts';
import { labelOf, referencesOf } from './config-references.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface ConfigUse {
  kind: ConfigKind;
  name: string;
  label: string;
  /** Where it is named, such as `menu.keys.1`. */
  fields: string[];
}

/** Why an object stays: codes that the page has words for. */
export const KEEP_REASONS = ['used', 'open-calls', 'history', 'agents'] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** Calls and reports refer to their rows (migration 0006): a campaign is stopped, a status offered to nobody, a trunk left alone. */
const KEPT: ReadonlySet<ConfigKind> = new Set(['campaign', 'trunk', 'status']);

export interface ConfigUsage {
  uses: ConfigUse[];
  /** Calls now in progress that were begun with it. */
  openCalls: number;
  /** Empty: it may be removed. */
  keep: KeepReason[];
}

export interface ConfigRef {
  kind: ConfigKind;
  name: string;
}

export async function findUsage(on: Queryable, ref: ConfigRef): Promise<ConfigUsage> {
  const objects = await rowsOf<ConfigBody>(
    on,
    `select kind, body from config_objects where kind in ('retry-rules', 'campaign') order by kind, name`,
  );
  const uses = objects.flatMap((object): ConfigUse[] => {
    const fields = fieldsThatName(object, ref);
    return fields.length === 0
      ? []
      : [{ kind: object.kind, name: configName(object), label: labelOf(object), fields }];
  });
  const openCalls = await countOpenCalls(on, ref);
  const keep: KeepReason[] = [];
  if (uses.length > 0) keep.push('used');
  if (openCalls > 0) keep.push('open-calls');
  if (KEPT.has(ref.kind)) keep.push('history');
  if (await heldByAgents(on, ref)) keep.push('agents');
  return { uses, openCalls, keep };
}

function fieldsThatName(object: ConfigBody, ref: ConfigRef): string[] {
  return referencesOf(object)
    .filter(({ kind, name }) => kind === ref.kind && name === ref.name)
    .map(({ field }) => field);
}

/** By the version of the campaign with which each was begun: a later one may name other things. */
async function countOpenCalls(on: Queryable, ref: ConfigRef): Promise<number> {
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
  if (ref.kind !== 'pause-reason') return false;
  const rows = await rowsOf(
    on,
    `select 1 from agents where reason = $1 or next_state->>'reason' = $1 or return_to->>'reason' = $1 limit 1`,
    [ref.name],
  );
  return rows.length > 0;
}
