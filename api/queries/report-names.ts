/**
 * What the choices of a report are called, for its heading on paper and in files.
 * @module
 */
import type { ReportNames } from '../../contracts/http/reports.ts';
import type { Database } from '../../db/client.ts';
import { rowsOf } from '../../db/queryable.ts';

export interface Chosen {
  /** Name of a campaign. */
  campaign?: string | null | undefined;
  /** Id of a list. */
  list?: number | null | undefined;
  /** User id. */
  agent?: number | null | undefined;
}

export async function reportNames(
  db: Pick<Database, 'pool'>,
  { campaign = null, list = null, agent = null }: Chosen,
): Promise<ReportNames> {
  const none: ReportNames = { campaign: null, list: null, agent: null };
  if (campaign === null && list === null && agent === null) return none;
  const rows = await rowsOf<ReportNames>(
    db.pool,
    `select (select body->>'label' from config_objects where kind = 'campaign' and name = $1) as campaign,
       (select name from lists where id = $2::int) as list,
       (select u.display_name from users u join agents a on a.user_id = u.id where u.id = $3::int) as agent`,
    [campaign, list, agent],
  );
  return rows[0] ?? none;
}
