/**
 * Takes out of use what calls refer to and nothing uses any more, and back. Its name, its versions and its calls stay.
 * @module
 */
import type pg from 'pg';
import type { ConfigBody } from '../contracts/model/config.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { missingReferences } from './config-references.ts';
import { CONFIG_LOCK } from './config.ts';
import { findUsage, holdClaims, isRetirable, type ConfigRef, type ConfigUsage } from './config-usage.ts';
import { rowsOf } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface RetireParams extends ConfigRef {
  /** The one that the person saw. */
  expectedVersion: number;
  actor: string;
  now: Date;
}

export type RetireResult =
  | { state: 'retired' | 'restored' | 'unchanged' }
  | { state: 'no-such-object' }
  | { state: 'stale-version'; version: number }
  | { state: 'kept'; usage: ConfigUsage }
  /** What it names is not there, or is out of use: `kind/name`. */
  | { state: 'missing'; names: string[] };

/** A campaign is stopped with it. */
export function retireConfig(db: Database, params: RetireParams): Promise<RetireResult> {
  return change(db, params, true);
}

/** A campaign stays stopped until somebody starts it. */
export function restoreConfig(db: Database, params: RetireParams): Promise<RetireResult> {
  return change(db, params, false);
}

interface Row {
  id: number;
  version: number;
  retired: boolean;
  body: ConfigBody['body'];
}

async function change(db: Database, params: RetireParams, retire: boolean): Promise<RetireResult> {
  const { kind, name, expectedVersion, actor, now } = params;
  if (!isRetirable(kind)) return { state: 'no-such-object' };
  return inTransaction(db, async (client): Promise<RetireResult> => {
    await client.query('select pg_advisory_xact_lock($1)', [CONFIG_LOCK]);
    const [row] = await rowsOf<Row>(
      client,
      `select id, version, body, retired_at is not null as retired from config_objects where kind = $1 and name = $2`,
      [kind, name],
    );
    if (!row) return { state: 'no-such-object' };
    if (row.version !== expectedVersion) return { state: 'stale-version', version: row.version };
    if (row.retired === retire) return { state: 'unchanged' };
    if (retire) {
      await holdClaims(client, { kind, name });
      const usage = await findUsage(client, { kind, name });
      if (usage.keep.length > 0) return { state: 'kept', usage };
    } else {
      const object = { kind, body: row.body } as ConfigBody;
      const missing = await missingReferences(client, [object]);
      if (missing.length > 0) return { state: 'missing', names: missing.map(({ detail }) => detail) };
    }
    await write(client, { ...params, id: row.id, retire });
    await writeAudit(client, {
      actor,
      action: retire ? 'config.retire' : 'config.restore',
      objectKind: kind,
      objectId: name,
      before: { inUse: retire },
      after: { inUse: !retire },
      at: now,
    });
    return { state: retire ? 'retired' : 'restored' };
  });
}

async function write(
  client: pg.PoolClient,
  { id, kind, name, actor, now, retire }: RetireParams & { id: number; retire: boolean },
): Promise<void> {
  const [at, by] = retire ? [now, actor] : [null, null];
  await client.query('update config_objects set retired_at = $2, retired_by = $3 where id = $1', [
    id,
    at,
    by,
  ]);
  if (kind === 'status') {
    await client.query('update statuses set retired_at = $2 where code = $1', [name, at]);
  }
  if (kind === 'campaign' && retire) {
    await client.query(
      `update campaigns set paused_at = coalesce(paused_at, $2), paused_by = coalesce(paused_by, $3),
         stopped_at = coalesce(stopped_at, $2) where id = $1`,
      [id, now, actor],
    );
  }
}
