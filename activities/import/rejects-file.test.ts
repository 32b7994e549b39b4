import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportRow } from '../../db/import-rows.ts';
import type { ImportDependencies } from './dependencies.ts';
import { writeRejectsFile } from './rejects-file.ts';

let base: string;
let lists: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'apel-rejects-'));
  lists = join(base, 'lists');
  await mkdir(lists);
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** A file with its header only: rows come from Postgres, which this test does without. */
function write(workflowId = 'import:a'): Promise<string | undefined> {
  const deps = { importFolder: lists, db: { pool: { query: async () => ({ rows: [] }) } } };
  const row = { rows: 1, accepted: 0, workflowId, id: '5f0c7c2e-0', layout: { header: ['=x'], targets: [] } };
  return writeRejectsFile(deps as unknown as ImportDependencies, row as unknown as ImportRow, {
    beat: () => {},
    signal: new AbortController().signal,
  });
}

describe('the rejects file', () => {
  it.each([
    ['import:oradea 11/21', 'rejects/oradea-11-21-5f0c7c2e.csv'],
    ['import:../../etc/cron.d/x', 'rejects/etc-cron.d-x-5f0c7c2e.csv'],
    ['import:a\u0000\r\nb', 'rejects/a-b-5f0c7c2e.csv'],
    [`import:${'x'.repeat(500)}`, `rejects/${'x'.repeat(80)}-5f0c7c2e.csv`],
    ['import:..', 'rejects/import-5f0c7c2e.csv'],
  ])('of the workflow %j lies below the import folder', async (id, name) => {
    expect(await write(id)).toBe(name);
    expect(await readdir(join(lists, 'rejects'))).toEqual([name.replace('rejects/', '')]);
  });

  it('is not written through a link that somebody put in the place of its folder', async () => {
    await mkdir(join(base, 'elsewhere'));
    await symlink(join(base, 'elsewhere'), join(lists, 'rejects'));
    await expect(write()).rejects.toThrow(/^rejects: /);
    expect(await readdir(join(base, 'elsewhere'))).toEqual([]);
  });
});
