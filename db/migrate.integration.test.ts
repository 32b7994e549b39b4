import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEDED_STATUSES } from '../domain/seeded-statuses.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { openDatabase, type Database } from './client.ts';
import { migrateDatabase } from './migrate.ts';

describe('migrateDatabase', () => {
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

  it('changes nothing when it runs again, even four times at once', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => migrateDatabase(test.url)));
    expect(results.map((result) => result.applied)).toEqual([0, 0, 0, 0]);
  });

  it('brings an empty database up from four processes at once', async () => {
    await db.pool.query('drop schema public cascade; create schema public; drop schema drizzle cascade');
    const results = await Promise.all([1, 2, 3, 4].map(() => migrateDatabase(test.url)));
    expect(results.filter((result) => result.applied > 0)).toHaveLength(1);
  });

  it('seeds the statuses with diacritics, as rows and as config objects', async () => {
    const { rows } = await db.pool.query(
      `select s.code, s.label_ro, o.origin, o.version, v.version as kept from statuses s
       join config_objects o on o.kind = 'status' and o.name = s.code
       join config_versions v on v.kind = 'status' and v.name = s.code order by s.sort`,
    );
    expect(rows.map((row) => row.label_ro)).toEqual(SEEDED_STATUSES.map((status) => status.labels.ro));
    expect(rows.every((row) => row.origin === 'seed' && row.version === 1 && row.kept === 1)).toBe(true);
    expect(rows.map((row) => row.label_ro).join('')).not.toMatch(/[şţŞŢ]/);
  });

  it('leaves a status that the site has changed as it is', async () => {
    await db.pool.query(`update statuses set label_ro = 'Linie ocupată' where code = 'busy'`);
    await migrateDatabase(test.url);
    const { rows } = await db.pool.query(`select label_ro from statuses where code = 'busy'`);
    expect(rows).toEqual([{ label_ro: 'Linie ocupată' }]);
  });

  it('says so when the database has migrations of another build', async () => {
    await db.pool.query(
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('future', 9999999999999)`,
    );
    await expect(migrateDatabase(test.url)).rejects.toThrow(/does not fit this build: 0 .* 1 in it/);
  });
});
