import { expect, it } from 'vitest';
import { createCampaign } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { Database } from './client.ts';
import { searchContacts } from './contact-search.ts';
import type { Queryable } from './queryable.ts';

const EACH = 3_000;
let db: Database;
useTestDatabase((opened) => {
  db = opened;
});

interface Plan {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

it('finds the newest contacts of a campaign that was imported first without those that came after', async () => {
  const first = await createCampaign(db, 'first');
  const later = await createCampaign(db, 'later');
  for (const { id } of [first, later]) {
    await db.pool.query(
      `with list as (insert into lists (campaign_id, name, kind) values ($1, 'all', 'normal') returning id)
       insert into contacts (campaign_id, list_id, row_no, consent_at, consent_source)
       select $1, list.id, i, '2026-01-15', 'formular' from list, generate_series(1, ${EACH}) i`,
      [id],
    );
  }
  await db.pool.query('analyze contacts');
  let plan: Plan | undefined;
  const explained = {
    query: async (text: string, values: unknown[]) => {
      const { rows } = await db.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${text}`,
        values,
      );
      plan = rows[0]?.['QUERY PLAN'][0].Plan;
      return { rows: [] };
    },
  };
  await searchContacts(explained as unknown as Queryable, { campaignId: first.id, limit: 20 });
  const reads = nodes(plan!).filter((node) => node['Relation Name'] === 'contacts');
  const read = reads.map(
    (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
  );
  expect(read).toEqual([21]);
});
