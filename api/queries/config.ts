/**
 * @module
 */
import { configObjects } from '../../db/schema/config.ts';
import type { ConfigList } from '../../contracts/http/config.ts';
import type { Database } from '../../db/client.ts';
import { withoutSecrets } from '../config/hide-secrets.ts';

/** Every current config object, without secrets. */
export async function listConfig(db: Database): Promise<ConfigList['objects']> {
  const rows = await db.orm.select().from(configObjects).orderBy(configObjects.kind, configObjects.name);
  return rows.map((row) => ({
    kind: row.kind,
    name: row.name,
    version: row.version,
    origin: row.origin,
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedBy,
    retired: row.retiredAt !== null,
    body: withoutSecrets(row.body),
  }));
}
