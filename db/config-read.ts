/**
 * Configuration objects as they are and as they were.
 * @module
 */
import { CONFIG_KINDS, type ConfigBody, type ConfigKind } from '../contracts/model/config.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface ConfigRow {
  id: number;
  kind: ConfigKind;
  name: string;
  version: number;
  body: ConfigBody['body'];
  origin: 'file' | 'page' | 'seed';
  updatedAt: Date;
  updatedBy: string;
  /** Out of use. */
  retiredAt: Date | null;
  retiredBy: string | null;
}

const COLUMNS = `id, kind, name, version, body, origin, updated_at as "updatedAt", updated_by as "updatedBy",
  retired_at as "retiredAt", retired_by as "retiredBy"`;

/** All current objects, or those of one kind, by kind and name. Trunk passwords are in `enc:` form. */
export async function listConfig(on: Queryable, params: { kind?: ConfigKind } = {}): Promise<ConfigRow[]> {
  const kinds = params.kind ? [params.kind] : CONFIG_KINDS;
  return rowsOf<ConfigRow>(
    on,
    `select ${COLUMNS} from config_objects where kind = any($1) order by kind, name`,
    [kinds],
  );
}

export async function readConfig(
  on: Queryable,
  params: { kind: ConfigKind; name: string },
): Promise<ConfigRow | undefined> {
  const rows = await rowsOf<ConfigRow>(
    on,
    `select ${COLUMNS} from config_objects where kind = $1 and name = $2`,
    [params.kind, params.name],
  );
  return rows[0];
}

export interface ConfigVersionRow {
  version: number;
  body: ConfigBody['body'];
  origin: 'file' | 'page' | 'seed';
  at: Date;
  by: string;
  removed: boolean;
}

/** Newest first; `before` pages on. Also of an object that was removed. */
export async function listConfigVersions(
  on: Queryable,
  params: { kind: ConfigKind; name: string; before?: number; limit: number },
): Promise<ConfigVersionRow[]> {
  return rowsOf<ConfigVersionRow>(
    on,
    `select version, body, origin, created_at as at, created_by as by, removed from config_versions
     where kind = $1 and name = $2 and ($3::int is null or version < $3) order by version desc limit $4`,
    [params.kind, params.name, params.before ?? null, params.limit],
  );
}
