import { afterAll, beforeAll, expect, it } from 'vitest';
import { addAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { openDatabase, type Database } from './client.ts';
import { readDesk } from './desk-view.ts';
import { seedStatuses } from './seed.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const DAY = new Date('2026-11-22T22:00:00Z');
/** An agent's year, and a day of it. */
const OLD = 20_000;
const TODAY = 80;

let test: TestDatabase;
let db: Database;
let userId: number;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  const client = await db.pool.connect();
  await seedStatuses(client);
  client.release();
  const edge = await addEdge(db, 'edge-1');
  const setup = await createCampaign(db, 'c', { campaign: { mode: 'agent' }, now: NOW });
  ({ userId } = await addAgent(db, { now: NOW, edge, campaigns: ['c'] }));
  await addContacts(db, setup.id, [{ numbers: [mobile(1)] }]);
  await db.pool.query(
    `insert into calls (id, kind, campaign_id, attempt, number_id, node, epoch, versions, agent_id, claimed_at, invited_at,
       answered_at, committed_at, talk_ms, status_id)
     select gen_random_uuid(), 'outbound', $1, 1, (select min(id) from numbers), 'edge-1', 1, '{}', $2, at, at, at, at, 1000,
       (select id from statuses where code = 'success')
     from (select case when i <= ${TODAY} then $3::timestamptz + i * interval '1 minute'
                  else $3::timestamptz - i * interval '10 minutes' end as at
           from generate_series(1, ${OLD + TODAY}) i) t`,
    [setup.id, userId, DAY],
  );
  await db.pool.query('analyze');
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

interface PlanNode {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

function rowsRead(node: PlanNode, relation: string): number {
  const below = (node.Plans ?? []).reduce((sum, inner) => sum + rowsRead(inner, relation), 0);
  if (node['Relation Name'] !== relation) return below;
  return below + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
}

/** A statement that is kept on its connection is planned without its values after a few times. */
it.each(['force_custom_plan', 'force_generic_plan'])(
  'a desk reads the calls of today, not those of the year (%s)',
  async (mode) => {
    const asked: { text: string; values: unknown[] }[] = [];
    const on = {
      query: (statement: { text: string; values: unknown[] }) => {
        asked.push(statement);
        return db.pool.query(statement);
      },
    };
    const view = await readDesk(on as never, { userId, now: NOW, dayFrom: DAY });
    expect(view?.today).toEqual({ calls: TODAY, answered: TODAY, positive: TODAY, talkMs: TODAY * 1_000 });
    let read = 0;
    const client = await db.pool.connect();
    try {
      await client.query(`set plan_cache_mode = ${mode}`);
      for (const { text, values } of asked) {
        await client.query(`prepare asked as ${text}`);
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `explain (analyze, format json) execute asked(${values.map(literal).join(', ')})`,
        );
        read += rowsRead(rows[0]!['QUERY PLAN'][0].Plan, 'calls');
        await client.query('deallocate asked');
      }
    } finally {
      await client.query('reset plan_cache_mode');
      client.release();
    }
    expect(read).toBeGreaterThanOrEqual(TODAY);
    expect(read).toBeLessThan(TODAY * 2);
  },
);

function literal(value: unknown): string {
  return value instanceof Date ? `'${value.toISOString()}'` : `'${String(value)}'`;
}
