/**
 * What the rows of a history refer to: campaigns, statuses, trunk, people of the site.
 * @module
 */
import { readCampaign } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { rowsOf } from '../../db/queryable.ts';
import { addUser } from '../../db/users.ts';
import { HISTORY_CAMPAIGNS } from './config.ts';
import { HISTORY_AGENTS } from './people.ts';
import { known, type RowIds } from './rows.ts';
import type { HistoryAgent } from './shapes.ts';

/** Who opens a call of a report opens a recent one. */
const DETAILED_MS = 30 * 86_400_000;

export type SiteIds = Omit<RowIds, 'first' | 'tapes'>;

/** Makes the agents that are missing. @throws when the history's configuration has not been applied */
export async function readSite(
  db: Database,
  { passwordHash, until }: { passwordHash: string; until: Date },
): Promise<SiteIds> {
  const campaigns: [string, { id: number; trunkId: number; versions: string }][] = [];
  for (const { name } of HISTORY_CAMPAIGNS) {
    const { id, trunkId, trunk, versions } = known(await readCampaign(db.pool, { name }), `campaign ${name}`);
    if (trunk.simulated !== true) throw new Error(`trunk ${trunk.name} is not the simulated one`);
    campaigns.push([name, { id, trunkId, versions: JSON.stringify(versions) }]);
  }
  const statuses = await rowsOf<{ id: number; code: string }>(db.pool, 'select id, code from statuses');
  const users: number[] = [];
  const names: string[] = [];
  for (const agent of HISTORY_AGENTS) {
    const { id, name } = await findOrMakeAgent(db, agent, { passwordHash, now: until });
    users.push(id);
    names.push(name);
  }
  return {
    campaigns: new Map(campaigns),
    statuses: new Map(statuses.map(({ code, id }) => [code, id])),
    users,
    names,
    detailFrom: until.getTime() - DETAILED_MS,
    onlyTrunkId: known(campaigns[0], 'campaign')[1].trunkId,
  };
}

/** One who has never been on shift: a trail has no second beginning. */
async function findOrMakeAgent(
  db: Database,
  { name, displayName }: HistoryAgent,
  { passwordHash, now }: { passwordHash: string; now: Date },
): Promise<{ id: number; name: string }> {
  for (const tried of [name, `${name}.istoric`]) {
    const [user] = await rowsOf<{ id: number; fit: boolean }>(
      db.pool,
      `select id, role = 'agent' and not exists (select from agents a where a.user_id = u.id) as fit
       from users u where lower(name) = $1`,
      [tried],
    );
    if (user?.fit === true) return { id: user.id, name: tried };
    if (user) continue;
    const row = {
      name: tried,
      displayName,
      role: 'agent',
      grants: [],
      passwordHash,
      by: 'cli:demo',
      now,
    } as const;
    const id = await addUser(db, row);
    if (id !== undefined) return { id, name: tried };
  }
  throw new Error(`${name} works here already`);
}
