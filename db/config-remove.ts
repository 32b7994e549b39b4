/**
 * Takes a config object away. Its versions stay, because calls name them; a file or a page may bring it back. A campaign or a
 * trunk goes only when nothing ever named it; a status keeps its row of `statuses`, for a commit that is about to name it.
 * @module
 */
import type pg from 'pg';
import type { ConfigBody, ConfigKind } from '../contracts/model/config.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { CONFIG_LOCK, withoutSecrets } from './config.ts';
import { findUsage, holdClaims, type ConfigUsage } from './config-usage.ts';
import { rowsOf } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface RemoveConfigParams {
  kind: ConfigKind;
  name: string;
  /** The one that the person saw. */
  expectedVersion: number;
  actor: string;
  now: Date;
}

export type RemoveConfigResult =
  | { state: 'removed'; version: number }
  | { state: 'no-such-object' }
  | { state: 'stale-version'; version: number }
  | { state: 'kept'; usage: ConfigUsage };

export async function removeConfig(db: Database, params: RemoveConfigParams): Promise<RemoveConfigResult> {
  const { kind, name, expectedVersion, actor, now } = params;
  return inTransaction(db, async (client): Promise<RemoveConfigResult> => {
    await client.query('select pg_advisory_xact_lock($1)', [CONFIG_LOCK]);
    const [row] = await rowsOf<{ id: number; version: number; body: ConfigBody['body'] }>(
      client,
      `select o.id, o.version, o.body from config_objects o where o.kind = $1 and o.name = $2`,
      [kind, name],
    );
    if (!row) return { state: 'no-such-object' };
    if (row.version !== expectedVersion) return { state: 'stale-version', version: row.version };
    await holdClaims(client, { kind, name });
    const usage = await findUsage(client, { kind, name });
    if (usage.keep.length > 0 || usage.end !== 'remove') return { state: 'kept', usage };
    const version = row.version + 1;
    await deleteRows(client, { id: row.id, kind, name, now });
    await client.query(
      `insert into config_versions (kind, name, version, body, origin, created_at, created_by, removed)
       values ($1, $2, $3, $4, 'page', $5, $6, true)`,
      [kind, name, version, JSON.stringify(row.body), now, actor],
    );
    await writeAudit(client, {
      actor,
      action: 'config.remove',
      objectKind: kind,
      objectId: name,
      before: withoutSecrets(row.body),
      at: now,
    });
    return { state: 'removed', version };
  });
}

/** What the triggers of migration `never-used-goes` let go. */
async function deleteRows(
  client: pg.PoolClient,
  { id, kind, name, now }: { id: number; kind: ConfigKind; name: string; now: Date },
): Promise<void> {
  if (kind === 'campaign' || kind === 'trunk') {
    await client.query(`select set_config('apel.never_used', $1, true)`, [String(id)]);
    const beside = kind === 'campaign' ? 'campaigns' : 'trunk_health';
    await client.query(`delete from ${beside} where id = $1`, [id]);
  }
  if (kind === 'status') {
    await client.query('update statuses set retired_at = coalesce(retired_at, $2) where code = $1', [
      name,
      now,
    ]);
  }
  await client.query('delete from config_objects where id = $1', [id]);
}
