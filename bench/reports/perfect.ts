/**
 * The peers that no call disturbs: a perfect table of the hours and one of the days, with exactly what reports are asked by
 * and told apart by; and for each report its answer, ready.
 * @module
 */
import type { Database } from '../../db/client.ts';

export interface PrebuiltTable {
  name: string;
  /** What the report may be asked for, then what its rows are told apart by: name and SQL over an hour of calls. */
  columns: Readonly<Record<string, string>>;
  talk: boolean;
  /** Further indexes: the first columns of each. */
  indexes?: readonly (readonly string[])[];
}

const SUMS = 'sum(p.calls)::int4 as calls, sum(p.answered)::int4 as answered';
const TALK = 'sum(p.talk_ms)::int8 as "talkMs"';

const PARTS = `
  select hour, campaign_id, list_id, kind, status_id, sum(calls) as calls, sum(answered) as answered, sum(talk_ms) as talk_ms
  from (select hour, campaign_id, list_id, kind, status_id, calls, answered, talk_ms from rollup_hours union all
        select hour, campaign_id, list_id, kind, status_id, calls, answered, talk_ms from rollup_deltas) d
  group by 1, 2, 3, 4, 5`;

/**
 * Built from the hours and the tail, not from the tables that the product's reports read. In order, covered by an index for
 * each way to ask, vacuumed; they take in no further call.
 */
export async function buildPrebuilt(db: Database, tables: readonly PrebuiltTable[]): Promise<void> {
  await db.pool.query(`create table prebuilt_parts as ${PARTS}`);
  for (const { name, columns, talk, indexes = [] } of tables) {
    const named = Object.entries(columns).map(([column, source]) => `${source} as "${column}"`);
    const key = Object.keys(columns).map((column) => `"${column}"`);
    const places = key.map((_, at) => at + 1).join(', ');
    await db.pool.query(
      `create table ${name} as
       select ${[...named, SUMS, ...(talk ? [TALK] : [])].join(', ')}
       from prebuilt_parts p
       join statuses s on s.id = p.status_id
       group by ${places} order by ${places}`,
    );
    for (const first of [[], ...indexes]) {
      const all = [...new Set([...first.map((column) => `"${column}"`), ...key])].join(', ');
      await db.pool.query(
        `create unique index on ${name} (${all}) include (calls, answered${talk ? ', "talkMs"' : ''})`,
      );
    }
    await db.pool.query(`vacuum (analyze) ${name}`);
  }
}
