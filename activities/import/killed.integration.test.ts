import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImportResult } from '../../contracts/model/import.ts';
import { createCampaign, mobile } from '../../test/support/campaign-fixture.ts';
import { createDyingDatabase } from '../../test/support/dying-database.ts';
import { createImportSite, plainList, type ImportSite } from '../../test/support/import-site.ts';
import { recountImports } from '../../test/support/recount-imports.ts';
import { createRandom, seedFromEnvironment } from '../../test/faults/support/random.ts';

/** Places of the usual run; `APEL_TEST_FULL` takes every statement of an import. */
const SAMPLE = 6;

const dying = createDyingDatabase();
let site: ImportSite;
let file: string;
let expected: Counts;
let statements: number;
let campaigns = 0;

beforeAll(async () => {
  site = await createImportSite((db) => dying.wrap(db));
  await site.db.pool.query('insert into numbers (e164, do_not_call_at) values ($1, now())', [
    mobile(1_000_500),
  ]);
  file = await site.write(mixedList());
  dying.dieAt(0, 'before');
  expected = await importWhole();
  statements = dying.seen();
});
afterAll(() => site.close());

it('an import of three batches rejects rows of each kind', () => {
  expect(expected).toMatchObject({ rows: 3_212, accepted: 3_058, duplicate: 76, invalid: 76, suppressed: 2 });
  expect(statements).toBeGreaterThan(30);
});

it(
  'killed at any statement, before or behind it, ends as if it had not been',
  { timeout: 600_000 },
  async () => {
    const seed = seedFromEnvironment();
    const all = Array.from({ length: statements }, (_, i) => i + 1).flatMap((at) => [
      { at, when: 'before' as const },
      { at, when: 'after' as const },
    ]);
    const cases = process.env['APEL_TEST_FULL'] ? all : createRandom(seed).shuffled(all).slice(0, SAMPLE);
    for (const { at, when } of cases) {
      dying.dieAt(at, when);
      const counts = await importWhole();
      const where = `seed ${seed}: killed ${when} statement ${at}: ${dying.died()?.trim().slice(0, 80)}`;
      expect(dying.died(), where).toBeDefined();
      expect(counts, where).toEqual(expected);
    }
    expect(await site.recount()).toEqual([]);
  },
);

it.each([
  ['rows that nobody accounts for', 'update imports set rows_done = rows_done + 1'],
  [
    'a reject that is lost',
    'delete from import_rejects where row_no = (select max(row_no) from import_rejects)',
  ],
  [
    'a contact without a place in the queue',
    'delete from dial_queue where contact_id = (select max(id) from contacts)',
  ],
  ['a place in the queue of another rank', 'update dial_queue set rank = 0'],
  ['a withdrawn contact that keeps its number', `update contacts set state = 'withdrawn'`],
])('the recount finds %s', async (_, damage) => {
  const client = await site.db.pool.connect();
  try {
    await client.query('begin');
    await client.query(damage);
    expect((await recountImports(client)).length).toBeGreaterThan(0);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

type Counts = Omit<ImportResult, 'importId' | 'list' | 'rejectsFile'> & { rejects: unknown[] };

/** One import into a campaign of its own; each step is repeated until it works, as Temporal does. */
async function importWhole(): Promise<Counts> {
  const campaign = `c${++campaigns}`;
  await createCampaign(site.db, campaign);
  const input = { file, campaign, kind: 'normal' } as const;
  const opened = await repeated(() => site.step('openImport', { workflowId: `import:${campaign}`, input }));
  if (opened.state !== 'opened') throw new Error(opened.state);
  const { importId } = opened;
  while (!(await repeated(() => site.step('importChunk', { importId }))).done);
  const result = await repeated(() => site.step('finishImport', { importId, cancelled: false }));
  const { rows: rejects } = await site.db.pool.query(
    'select row_no, line, outcome, reason, "column", cells from import_rejects where import_id = $1 order by row_no',
    [importId],
  );
  const { importId: _a, list: _b, rejectsFile, ...counts } = result;
  if (rejectsFile !== undefined) await rm(join(site.lists, rejectsFile));
  return { ...counts, rejects };
}

async function repeated<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect((error as ApplicationFailure).nonRetryable).toBe(false);
    return step();
  }
}

/** After every fortieth row one that repeats an earlier one, and one that is wrong; two are suppressed. */
function mixedList(): string[] {
  const [header = '', ...rows] = plainList(3_060, 21_000_000);
  rows[500] = `0721000500;Opusă;2026-01-15`;
  rows[2_999] = rows[2_999]?.replace(/2026-01-15$/, '') ?? '';
  const lines = [header];
  for (const [i, row] of rows.entries()) {
    lines.push(row);
    if (i % 40 !== 39) continue;
    lines.push(
      rows[i - 20] ?? '',
      i % 80 === 39 ? '4.07E+10;Excel;2026-01-15' : '0721000001;"Pop;2026-01-15',
    );
  }
  return lines;
}
