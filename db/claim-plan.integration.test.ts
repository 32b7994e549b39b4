import { afterAll, beforeAll, expect, it } from 'vitest';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import type { CampaignSetup } from './campaigns.ts';
import { claimCalls } from './claim.ts';
import { claimStatement } from './claim-statement.ts';
import { openDatabase, type Database } from './client.ts';

const ROWS = 50_000;
const CANDIDATES = 60;
const BIG = ['dial_queue', 'contacts', 'contact_numbers', 'numbers', 'calls'];
const NOW = new Date('2026-11-23T10:00:00Z');
const LATER = new Date('2026-11-23T18:00:00Z');

let test: TestDatabase;
let db: Database;
let setup: CampaignSetup;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  await addEdge(db, 'edge-1');
  setup = await createCampaign(db, 'big');
  await fill(db, setup.id);
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

async function fill(on: Database, campaignId: number): Promise<void> {
  const statements = [
    `insert into lists (campaign_id, name, kind) values (${campaignId}, 'big', 'normal')`,
    `insert into numbers (e164) select '+40720' || lpad(i::text, 6, '0') from generate_series(1, ${ROWS}) i`,
    `insert into contacts (campaign_id, list_id, row_no, consent_at, consent_source)
     select ${campaignId}, l.id, i, '2026-01-15', 'formular' from lists l, generate_series(1, ${ROWS}) i`,
    `insert into contact_numbers (contact_id, position, campaign_id, number_id)
     select c.id, 1, ${campaignId}, n.id from contacts c join numbers n on n.e164 = '+40720' || lpad(c.row_no::text, 6, '0')`,
    `insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at)
     select id, campaign_id, list_id, case when row_no % 10 = 0 then 1 else 2 end,
       timestamptz '2026-11-20 10:00Z' + row_no * interval '1 second' from contacts`,
    'analyze',
  ];
  for (const statement of statements) await on.pool.query(statement);
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  Plans?: Plan[];
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

/** The values of `claimCalls`, in the statement's order. */
function values(): unknown[] {
  const ids = Array.from({ length: 20 }, (_, i) => `0192f0c0-0000-7000-8000-${String(i).padStart(12, '0')}`);
  const scope = [setup.id, NOW, ids, 20, setup.trunkId, 'edge-1', 1, setup.trunk.permittedPrefixes];
  const rules = [
    '2026-11-23',
    LATER,
    10,
    100,
    true,
    '{}',
    0,
    1000,
    1000,
    LATER,
    'robot',
    LATER,
    LATER,
    0,
    false,
    '-infinity',
    0,
    '-infinity',
    0,
    '-infinity',
    0,
    0,
    0,
  ];
  return scope.concat(rules as typeof scope);
}

it('reads no big table from end to end, and the queue by its index in order', async () => {
  const { rows } = await db.pool.query(`explain (format json) ${claimStatement(CANDIDATES).text}`, values());
  const all = nodes(rows[0]['QUERY PLAN'][0].Plan as Plan);
  const scanned = all
    .filter((node) => node['Node Type'] === 'Seq Scan' && BIG.includes(node['Relation Name'] ?? ''))
    .map((node) => node['Relation Name']);
  expect(scanned).toEqual([]);
  const queue = all
    .filter((node) => node['Index Name'] === 'dial_queue_due')
    .map((node) => node['Node Type']);
  expect(queue).toEqual(['Index Scan', 'Index Scan', 'Index Scan']);
});

it('touches no more rows of a big table than it has candidates', async () => {
  const client = await db.pool.connect();
  await client.query('begin');
  const { rows } = await client.query(
    `explain (analyze, format json) ${claimStatement(CANDIDATES).text}`,
    values(),
  );
  await client.query('rollback');
  client.release();
  const touched = nodes(rows[0]['QUERY PLAN'][0].Plan as Plan)
    .filter((node) => BIG.includes(node['Relation Name'] ?? '') && node['Node Type'].includes('Scan'))
    .map((node) => (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 0));
  expect(Math.max(...touched)).toBe(CANDIDATES);
});

it('claims what it is asked for', async () => {
  const { calls } = await claimCalls(db, { setup, now: NOW, closesAt: LATER, maxCalls: 20 });
  expect(calls).toHaveLength(20);
});
