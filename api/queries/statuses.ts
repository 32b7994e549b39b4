/**
 * @module
 */
import type { CallKind } from '../../contracts/model/call.ts';
import { statuses } from '../../db/schema/config.ts';
import type { StatusView } from '../../contracts/http/statuses.ts';
import type { Database } from '../../db/client.ts';

/** The lookup table of outcomes in the order of its columns. */
export async function listStatuses(db: Database): Promise<StatusView[]> {
  const rows = await db.orm.select().from(statuses).orderBy(statuses.sort, statuses.code);
  return rows.map(({ id: _id, labelRo, labelEn, allowedFor, ...rest }) => ({
    ...rest,
    // drizzle forgets the column's own type when it makes an array of it.
    allowedFor: allowedFor as CallKind[],
    labels: { ro: labelRo, en: labelEn },
  }));
}
