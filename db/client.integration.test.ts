import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { openDatabase, type Database } from './client.ts';
import { inTransaction } from './transaction.ts';

let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

it('a connection that breaks between two statements fails its transaction, and nothing else', async () => {
  const broken = inTransaction(db, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const lost = new Promise<void>((resolve) => client.once('end', () => resolve()));
    await db.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await lost;
    await client.query('select 1');
  });
  await expect(broken).rejects.toThrow(/not queryable|terminat/);
  expect((await db.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
