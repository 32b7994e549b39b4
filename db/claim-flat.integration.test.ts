import type { PoolClient } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import type { CampaignSetup } from './campaigns.ts';
import { createClaimMemory, type ClaimMemory } from './claim-memory.ts';
import { claimCalls } from './claim.ts';
import { openDatabase, type Database } from './client.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const CLOSES = new Date('2026-11-23T18:00:00Z');
const DUE = new Date('2026-11-23T09:00:00Z');
const PRIORITY = 120;
const BATCH = 10;

let test: TestDatabase;
/** Of one connection: what it prepared and read is what the claims prepared and read. */
let db: Database;
let other: Database;
let old: PoolClient;
let setup: CampaignSetup;
let memory: ClaimMemory;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test', max: 1 });
  other = openDatabase({ url: test.url, applicationName: 'test-old', max: 1 });
  await addEdge(db, 'edge-1');
  setup = await createCampaign(db, 'flat');
  const contacts = (count: number, from: number, rank: number) =>
    Array.from({ length: count }, (_, i) => ({ numbers: [mobile(from + i)], rank, dueAt: DUE }));
  await addContacts(db, setup.id, contacts(PRIORITY, 0, 0));
  await addContacts(db, setup.id, contacts(80, PRIORITY, 2));
  await db.pool.query('vacuum (analyze) dial_queue, live_calls, trunk_health, edges');
  old = await other.pool.connect();
  await old.query('begin isolation level repeatable read');
  await old.query('select from campaigns');
  memory = createClaimMemory();
});
afterAll(async () => {
  old.release(true);
  await Promise.all([db.close(), other.close()]);
  await test.drop();
});

/** Claims a batch, whose calls then end; `contacts` in their order. */
async function claim(meanwhile?: () => Promise<void>): Promise<number[]> {
  const { calls } = await claimCalls(db, { setup, now: NOW, closesAt: CLOSES, maxCalls: BATCH, memory });
  await meanwhile?.();
  await db.pool.query('delete from live_calls');
  return calls.map((call) => call.contactId);
}

/** Blocks and index entries looked at so far, and scans from end to end. */
async function reads(table: string): Promise<{ blocks: number; entries: number; scans: number }> {
  await db.pool.query('select pg_stat_force_next_flush()');
  const { rows } = await db.pool.query<{ blocks: number; entries: number; scans: number }>(
    `select heap_blks_hit + heap_blks_read as blocks, seq_scan as scans,
       (select sum(idx_tup_read)::bigint from pg_stat_user_indexes where relname = $1) as entries
     from pg_statio_user_tables join pg_stat_user_tables using (relid) where pg_statio_user_tables.relname = $1`,
    [table],
  );
  return rows[0] ?? { blocks: NaN, entries: NaN, scans: NaN };
}

async function readsOfClaim(table: string): Promise<{ blocks: number; entries: number }> {
  const before = await reads(table);
  let after = before;
  const claimed = await claim(async () => {
    after = await reads(table);
  });
  expect(claimed).toHaveLength(BATCH);
  return { blocks: after.blocks - before.blocks, entries: after.entries - before.entries };
}

it('steps over a priority list that is over once, not with each claim', async () => {
  const early = (await readsOfClaim('live_calls')).entries;
  const first = (await readsOfClaim('dial_queue')).blocks;
  for (let claimed = 3 * BATCH; claimed < PRIORITY; claimed += BATCH) await claim();
  const late = (await readsOfClaim('live_calls')).entries;
  // Each of the calls that have ended would be one entry more.
  expect(late - early).toBeLessThan(PRIORITY / 2);
  // As two seconds later: from the top of the queue, where nothing but what is over lies.
  memory.topAt = -Infinity;
  expect(await claim()).toHaveLength(BATCH);
  expect(memory.places[0]?.dueAt).toBe(NOW.toISOString());
  const last = (await readsOfClaim('dial_queue')).blocks;
  // Each of the 120 that are over would be one block more.
  expect(last - first).toBeLessThan(PRIORITY / 2);
});

it('takes a priority contact that comes in after the list was over', async () => {
  const [late] = await addContacts(db, setup.id, [{ numbers: [mobile(900)], rank: 0, dueAt: DUE }]);
  memory.topAt = -Infinity;
  expect((await claim())[0]).toBe(late);
});

it('does not read all versions of the row of its trunk', async () => {
  const first = (await readsOfClaim('trunk_health')).blocks;
  const { rows } = await db.pool.query<{ id: number }>('select id from trunk_health');
  for (let n = 0; n < 500; n++)
    await db.pool.query('update trunk_health set bucket_level = 0 where id = $1', [rows[0]?.id]);
  const last = (await readsOfClaim('trunk_health')).blocks;
  expect(last - first).toBeLessThan(5);
});

it('is planned once for a connection, and reads no table from end to end however small it was then', async () => {
  const before = await reads('live_calls');
  await claim();
  // `claim` itself ends the calls with one scan.
  expect((await reads('live_calls')).scans - before.scans).toBe(1);
  const { rows } = await db.pool.query(
    `select name, custom_plans::int as custom from pg_prepared_statements where name like 'claim-%' order by name`,
  );
  expect(rows).toEqual([
    { name: 'claim-25', custom: 0 },
    { name: 'claim-lock', custom: 0 },
  ]);
});
