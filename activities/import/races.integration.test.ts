import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportResult } from '../../contracts/model/import.ts';
import { openDatabase } from '../../db/client.ts';
import { createCampaign } from '../../test/support/campaign-fixture.ts';
import {
  createImportSite,
  mockEnvironment,
  plainList,
  type ImportSite,
} from '../../test/support/import-site.ts';

let site: ImportSite;
let campaign: string;
let campaigns = 0;

beforeAll(async () => {
  site = await createImportSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  campaign = `c${++campaigns}`;
  await createCampaign(site.db, campaign);
});

function backwards(list: readonly string[]): string[] {
  return [list[0] ?? '', ...list.slice(1).toReversed()];
}

function expectSum({ rows, accepted, duplicate, invalid, suppressed }: ImportResult): void {
  expect(rows).toBe(accepted + duplicate + invalid + suppressed);
}

describe('two imports at once', () => {
  it('of the same file accept each number once; the other says duplicate and of which list', async () => {
    const file = await site.write(plainList(4_000, 21_000_000));
    const results = await Promise.all([
      site.run({ file, campaign, kind: 'priority' }, `import:${campaign}-a`),
      site.run({ file, campaign }, `import:${campaign}-b`),
    ]);
    for (const result of results) expectSum(result);
    const accepted = results.reduce((sum, result) => sum + result.accepted, 0);
    expect(accepted).toBe(4_000);
    for (const [index, result] of results.entries()) {
      const other = results[1 - index]?.list ?? '';
      expect(result.byReason).toEqual(
        result.duplicate === 0 ? {} : { 'duplicate-in-campaign': result.duplicate },
      );
      if (result.duplicate === 0) continue;
      const lines = await rejectsOf(result);
      expect(lines).toHaveLength(result.duplicate);
      for (const line of lines) expect(line).toContain(`numărul este deja în campanie, în lista „${other}”`);
    }
    expect(await site.recount()).toEqual([]);
  });

  it('of lists in opposite order do not stop each other, in one campaign or in three', async () => {
    const other = `${campaign}x`;
    await createCampaign(site.db, other);
    const list = plainList(6_000, 21_100_000);
    // Second numbers cross the order of the first ones.
    const crossed = list.map((line, i) => (i === 0 ? `Telefon 2;${line}` : `07${21_106_000 - i};${line}`));
    const files = await Promise.all([site.write(list), site.write(backwards(list)), site.write(crossed)]);
    const [a, b, c] = files;
    const results = await Promise.all([
      site.run({ file: a, campaign, kind: 'priority' }),
      site.run({ file: b, campaign }),
      site.run({ file: b, campaign: other }),
      site.run({ file: c, campaign: other }),
    ]);
    for (const result of results) {
      expectSum(result);
      expect(result.rows).toBe(6_000);
      expect(result.invalid + result.suppressed).toBe(0);
    }
    for (const name of [campaign, other]) expect(await numbersIn(name)).toBe(6_000);
    expect(await site.recount()).toEqual([]);
  });

  it('under one id open one import: the second attempt goes on with that of the first', async () => {
    const file = await site.write(plainList(2_500, 21_200_000));
    const ids = await Promise.all([1, 2, 3].map(() => site.open({ file, campaign }, 'import:thrice')));
    expect(new Set(ids).size).toBe(1);
    await Promise.all(ids.map((importId) => site.step('importChunk', { importId })));
    const [importId = ''] = ids;
    while (!(await site.step('importChunk', { importId })).done);
    const finish = () => site.step('finishImport', { importId, cancelled: false });
    const [first, second] = await Promise.all([finish(), finish()]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ rows: 2_500, accepted: 2_500 });
    expect(await site.recount()).toEqual([]);
  });

  it('leave one whole rejects file and no draft, when two attempts finish at once', async () => {
    const bad = Array.from({ length: 3_000 }, (_, i) => `x${i};N;2026-01-15`);
    const importId = await site.open({ file: await site.write(['Telefon;Nume;Acord', ...bad]), campaign });
    await site.step('importChunk', { importId });
    const finish = () => site.step('finishImport', { importId, cancelled: false });
    const results = await Promise.all([finish(), finish(), finish()]);
    expect(await rejectsOf(results[0])).toHaveLength(3_000);
    const left = await readdir(join(site.lists, 'rejects'));
    expect(left.filter((name) => name.includes('draft'))).toEqual([]);
  });
});

describe('undoImport', () => {
  it('of an import that still runs ends it and takes back all that it did', async () => {
    const file = await site.write(plainList(40_000, 22_000_000));
    const importId = await site.open({ file, campaign });
    const environment = mockEnvironment();
    let undone: Promise<unknown> | undefined;
    environment.on('heartbeat', () => {
      undone ??= site.step('undoImportContacts', { importId });
      undone.catch(() => {});
    });
    expect(await site.step('importChunk', { importId }, environment)).toMatchObject({ done: true });
    const { withdrawn, kept } = (await undone) as { withdrawn: number; kept: number };
    expect(kept).toBe(0);
    const result = await site.step('finishImport', { importId, cancelled: false });
    expect(result).toMatchObject({ outcome: 'cancelled', accepted: withdrawn });
    expect(result.rows).toBeLessThan(40_000);
    expect(await numbersIn(campaign)).toBe(0);
    expect(await site.recount()).toEqual([]);
    expect(await readdir(site.spool)).not.toContain(`${importId}.csv`);
  });

  it('of an import whose workflow was terminated takes back what is there; the file may come again', async () => {
    const file = await site.write(plainList(5_000, 22_100_000));
    const importId = await site.open({ file, campaign }, 'import:terminated');
    await chunkCutShort(importId);
    const before = await numbersIn(campaign);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(5_000);
    const undo = () => site.step('undoImportContacts', { importId });
    const [one, two] = await Promise.all([undo(), undo()]);
    expect(one).toEqual({ withdrawn: before, kept: 0 });
    expect(two).toEqual(one);
    const again = await site.run({ file, campaign }, 'import:terminated');
    expect(again).toMatchObject({ outcome: 'imported', rows: 5_000, accepted: 5_000 });
    expect(await site.recount()).toEqual([]);
  });

  it('keeps a contact that is claimed in the same instant, in retry, or was called', async () => {
    const file = await site.write(plainList(6, 22_200_000));
    const { importId } = await site.run({ file, campaign });
    const [claimed, retried] = await contactsOf(importId);
    await site.db.pool.query(`update dial_queue set attempts = 1, rank = 1 where contact_id = $1`, [retried]);
    const claim = await site.db.pool.connect();
    try {
      await claim.query('begin');
      await claim.query(
        `update dial_queue set call_id = gen_random_uuid(), attempts = 1 where contact_id = $1`,
        [claimed],
      );
      const undo = site.step('undoImportContacts', { importId });
      await waitForLock();
      await claim.query('commit');
      expect(await undo).toEqual({ withdrawn: 4, kept: 2 });
    } finally {
      claim.release(true);
    }
    const again = await site.run({ file, campaign });
    expect(again).toMatchObject({ outcome: 'imported', accepted: 4, duplicate: 2 });
    expect(await site.recount()).toEqual([]);
  });
});

it('a database that is read-only says so in the failure that describe shows, and the import goes on later', async () => {
  const importId = await site.open({ file: await site.write(plainList(10, 22_300_000)), campaign });
  const { rows } = await site.db.pool.query<{ name: string }>('select current_database() as name');
  const name = rows[0]?.name ?? '';
  await site.db.pool.query(`alter database ${name} set default_transaction_read_only = on`);
  const late = openDatabase({ url: site.url, applicationName: 'test' });
  try {
    const activities = site.activitiesOn(late);
    const chunk = mockEnvironment().run(() => activities.importChunk({ importId }));
    await expect(chunk).rejects.toMatchObject({
      type: 'dependency-unavailable',
      nonRetryable: false,
      message: 'Postgres is read-only (25006)',
    });
  } finally {
    await late.close();
    await site.db.pool.query(`alter database ${name} reset all`);
  }
  expect(await site.step('importChunk', { importId })).toMatchObject({ done: true, accepted: 10 });
});

async function rejectsOf({ rejectsFile = '' }: ImportResult): Promise<string[]> {
  const text = await readFile(join(site.lists, rejectsFile), 'utf8');
  return text.trimEnd().split('\r\n').slice(1);
}

async function numbersIn(name: string): Promise<number> {
  const { rows } = await site.db.pool.query<{ n: number }>(
    `select count(distinct cn.number_id)::int as n from contact_numbers cn
     join campaigns p on p.id = cn.campaign_id where p.name = $1 and cn.active`,
    [name],
  );
  return rows[0]?.n ?? -1;
}

async function contactsOf(importId: string): Promise<number[]> {
  const { rows } = await site.db.pool.query<{ id: number }>(
    'select id from contacts where import_id = $1 order by id',
    [importId],
  );
  return rows.map((row) => row.id);
}

/** One chunk, ended behind its first batch as by the end of its worker. */
async function chunkCutShort(importId: string): Promise<void> {
  const environment = mockEnvironment();
  environment.on('heartbeat', () => environment.cancel());
  await expect(site.step('importChunk', { importId }, environment)).rejects.toBeInstanceOf(CancelledFailure);
}

/** Until some statement of this database waits for a lock. */
async function waitForLock(): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await site.db.pool.query<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows[0]?.n;
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(0);
}
