import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDanglingReferences } from '../test/auditor/references.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { claimCalls } from './claim.ts';
import { openDatabase, type Database } from './client.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const CLOSES = new Date('2026-11-23T18:00:00Z');

let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test', max: 1 });
  await addEdge(db, 'edge-1');
  const setup = await createCampaign(db, 'kept');
  await addContacts(db, setup.id, [{ numbers: [mobile(1)] }]);
  expect((await claimCalls(db, { setup, now: NOW, closesAt: CLOSES, maxCalls: 1 })).calls).toHaveLength(1);
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

it.each([
  ['campaigns', '-1'],
  ['lists', 'default'],
  ['contacts', 'default'],
  ['numbers', 'default'],
  ['config_objects', 'default'],
  ['statuses', 'default'],
  ['calls', 'gen_random_uuid()'],
])(
  'rows of %s keep their place and their id: calls refer to them without a foreign key',
  async (table, id) => {
    const kept = /is kept: calls may refer to it/;
    const row = `id = (select id from ${table} order by id desc limit 1)`;
    await expect(db.pool.query(`delete from ${table} where ${row}`)).rejects.toThrow(kept);
    await expect(db.pool.query(`update ${table} set id = ${id} where ${row}`)).rejects.toThrow(kept);
  },
);

it('the audit finds each row that refers to one that is not there', async () => {
  expect(await findDanglingReferences(db.pool)).toEqual([]);
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `update calls set campaign_id = -1, list_id = -1, contact_id = -1, number_id = -1, trunk_id = -1, status_id = -1`,
    );
    await client.query('update live_calls set call_id = $1', [randomUUID()]);
    await client.query('insert into campaign_numbers (campaign_id, number_id) values (-1, -1)');
    const findings = await findDanglingReferences(client);
    expect(findings.map((finding) => /of (\S+) refer/.exec(finding)?.[1])).toEqual([
      'calls.campaign_id',
      'calls.list_id',
      'calls.contact_id',
      'calls.number_id',
      'calls.trunk_id',
      'calls.status_id',
      'campaign_numbers.campaign_id',
      'campaign_numbers.number_id',
      'live_calls.call_id',
    ]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
