import { execFile } from 'node:child_process';
import { appendFile, mkdir, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCampaign } from '../../test/support/campaign-fixture.ts';
import { createImportSite, plainList, type ImportSite } from '../../test/support/import-site.ts';
import { openSourceFile } from './source-file.ts';
import { writeSpoolCopy } from './spool.ts';

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

const HEADER = 'Telefon;Nume;Consimțământ';

describe('a file that changes while it is read', () => {
  /** Copies a file of several blocks and does `change` to it behind the first one. */
  async function copyWhile(change: (path: string) => Promise<unknown>): Promise<unknown> {
    const file = await site.write(plainList(30_000, 21_000_000));
    const source = await openSourceFile(site.lists, file);
    let changed: Promise<unknown> | undefined;
    try {
      return await writeSpoolCopy(site.spool, source, () => {
        changed ??= change(join(site.lists, file));
      });
    } finally {
      await changed;
      await source.close();
    }
  }

  it.each([
    ['appended', /a crescut/, (path: string) => appendFile(path, '0721999999;Nou;2026-01-15\n')],
    ['truncated', /s-a scurtat/, (path: string) => truncate(path, 300_000)],
    ['overwritten in place', /a fost modificat/, (path: string) => overwrite(path)],
    [
      'replaced',
      /a fost înlocuit/,
      async (path: string) => {
        await writeFile(`${path}.new`, await readFile(path));
        await rename(`${path}.new`, path);
      },
    ],
    ['deleted', /a fost șters/, (path: string) => rm(path)],
  ])('is refused at once when it is %s, and says so', async (_, message, change) => {
    await expect(copyWhile(change)).rejects.toMatchObject({
      type: 'file-unusable',
      nonRetryable: true,
      message: expect.stringMatching(message) as string,
    });
    await expect(copyWhile(change)).rejects.toThrow(/nimic nu a fost importat/);
  });

  it('is imported when nothing changes', async () => {
    await expect(copyWhile(async () => {})).resolves.toMatchObject({ encoding: 'utf-8' });
  });

  /** Same size, other bytes. */
  async function overwrite(path: string): Promise<void> {
    const file = await open(path, 'r+');
    await file.write('X', 400_000);
    await file.close();
  }
});

describe('what is no plain file', () => {
  it.each([
    ['a FIFO', 'o-conducta', (path: string): Promise<unknown> => promisify(execFile)('mkfifo', [path])],
    ['a directory', 'un-dosar', (path: string): Promise<unknown> => mkdir(path)],
  ])('%s is refused at once', async (_, name, make) => {
    await make(join(site.lists, name));
    const opening = site.open({ file: name, campaign });
    await expect(opening).rejects.toMatchObject({
      type: 'file-unusable',
      message: 'file: nu este un fișier',
    });
    await rm(join(site.lists, name), { recursive: true });
  });

  it('of a header alone has no rows', async () => {
    for (const content of [HEADER, `${HEADER}\n`, `\ufeff${HEADER}\r\n\r\n;;;\r\n`]) {
      const result = await site.run({ file: await site.write(content), campaign, force: true });
      expect(result).toMatchObject({ outcome: 'imported', rows: 0, accepted: 0 });
    }
  });
});

describe('encodings', () => {
  it('reads UTF-8 with some lines of Windows-1250 without harm to either', async () => {
    const list = Buffer.concat([
      Buffer.from(`${HEADER}\n0721000001;Ștefănescu;2026-01-15\n0721000002;Țîrlea;2026-01-15\n`),
      Buffer.from('0721000003;\xaatef\xe3nescu;2026-01-15\n', 'latin1'),
      Buffer.from('0721000004;Brânză;2026-01-15'),
    ]);
    expect(await namesOf(list)).toEqual(['Ștefănescu', 'Țîrlea', 'Ștefănescu', 'Brânză']);
    expect(await namesOf(Buffer.concat([Buffer.from('\ufeff'), list]))).toEqual([
      'Ștefănescu',
      'Țîrlea',
      'Ștefănescu',
      'Brânză',
    ]);
  });

  it('reads Windows-1250 and ISO-8859-2 alike, also where two letters look like one of UTF-8', async () => {
    const rows = [
      '0721000001;G\xc2\xaaTEANU;2026-01-15',
      '0721000002;P\xe3un;2026-01-15',
      '0721000003;B\xe2t;2026-01-15',
    ];
    const list = Buffer.from(`Telefon;Nume;Acord\n${rows.join('\n')}\n`, 'latin1');
    expect(await namesOf(list)).toEqual(['GÂȘTEANU', 'Păun', 'Bât']);
  });

  it('names the line of a zero character', async () => {
    const early = [HEADER, '0721000001;A;2026-01-15', '0721000002;B\0;2026-01-15'];
    const opening = site.open({ file: await site.write(early), campaign });
    await expect(opening).rejects.toThrow(/octeți care nu sunt text \(linia 3\)/);
    const late = plainList(20_000, 21_100_000);
    late[15_000] += '\0';
    const second = site.open({ file: await site.write(late), campaign });
    await expect(second).rejects.toThrow(/octeți care nu sunt text \(linia 15001\)/);
  });

  async function namesOf(list: Buffer): Promise<unknown[]> {
    const name = `${campaign}-${++campaigns}`;
    await createCampaign(site.db, name);
    const { importId } = await site.run({ file: await site.write(list), campaign: name });
    const { rows } = await site.db.pool.query<{ last_name: string }>(
      'select last_name from contacts where import_id = $1 order by row_no',
      [importId],
    );
    return rows.map((row) => row.last_name);
  }
});

describe('odd cells', () => {
  it('are told one by one; what is only dressed up is taken', async () => {
    const file = await site.write([
      `${HEADER};Notă;__proto__;constructor`,
      '\u202a0721000001\u202c;Ana 👩‍🦰;2026-01-15;;x;y',
      '\u200e+40 721 000 002\u200b;مريم;2026-01-15',
      '\ufeff0721000003;Dan',
      '0721000004;E;2026-01-15;;;;;;',
      `0721000005;${'ă'.repeat(10_000)};2026-01-15`,
      '0721000006 int. 5;F;2026-01-15',
      '4.07E+10;G;2026-01-15',
      '0721\u200b000007;H;2026-01-15',
    ]);
    const result = await site.run({ file, campaign });
    expect(result).toMatchObject({ rows: 8, accepted: 4, invalid: 3, suppressed: 1 });
    expect(result.byReason).toEqual({ 'value-too-long': 1, 'phone-invalid': 2, 'no-consent': 1 });
    const { rows } = await site.db.pool.query(
      'select last_name, attributes from contacts where import_id = $1 order by row_no limit 1',
      [result.importId],
    );
    expect(JSON.stringify(rows)).toContain('"__proto__":"x"');
    expect(JSON.stringify(rows)).toContain('"constructor":"y"');
  });

  it('has no more columns than a sheet', async () => {
    const file = await site.write([`Telefon${';x'.repeat(100_000)}`, '0721000001']);
    await expect(site.open({ file, campaign })).rejects.toThrow(/cel mult 200/);
  });

  it('of a quote that nobody closes cost their own line, whatever the file is', async () => {
    const lines = plainList(5_000, 21_200_000);
    lines[2_000] = '0721999999;"Pop;2026-01-15';
    const result = await site.run({ file: await site.write(lines), campaign });
    expect(result).toMatchObject({ rows: 5_000, accepted: 4_999, byReason: { 'row-malformed': 1 } });
    const { rows } = await site.db.pool.query('select line from import_rejects where import_id = $1', [
      result.importId,
    ]);
    expect(rows).toEqual([{ line: 2_001 }]);
  });
});

describe('the working copy', () => {
  it('that was lost is made again when the import is started again under its id', async () => {
    const file = await site.write(plainList(4_000, 21_300_000));
    const importId = await site.open({ file, campaign }, 'import:lost-copy');
    await rm(join(site.spool, `${importId}.csv`));
    await expect(site.step('importChunk', { importId })).rejects.toMatchObject({ type: 'file-unusable' });
    expect(await site.open({ file, campaign }, 'import:lost-copy')).toBe(importId);
    expect(await site.step('importChunk', { importId })).toMatchObject({ done: true, accepted: 4_000 });
  });

  it('that is shorter than it was is told, instead of being read for ever', async () => {
    const file = await site.write(plainList(4_000, 21_310_000));
    const importId = await site.open({ file, campaign });
    await truncate(join(site.spool, `${importId}.csv`), 50_000);
    await expect(site.step('importChunk', { importId })).rejects.toMatchObject({
      type: 'file-unusable',
      nonRetryable: true,
    });
    expect(await site.recount()).toEqual([]);
  });
});

it('keeps its memory bounded by bytes, not by rows', async () => {
  // 60,000 cells a line: as arrays of cells a batch of 2,500 rows would be above a gigabyte.
  const { readBatches } = await import('./read-batches.ts');
  const path = join(site.lists, 'lat.csv');
  await writeFile(path, `0721000001${';'.repeat(60_000)}\n`.repeat(60));
  const file = await open(path, 'r');
  const largest = { rows: 0, bytes: 0 };
  try {
    const batches = readBatches({
      file,
      delimiter: ';',
      targets: [{ known: 'phone' }],
      rules: { permittedPrefixes: [], consentRequired: false, today: '2026-11-21' },
      from: { bytes: 0, lines: 0, rows: 0 },
      batchRows: () => 2_500,
    });
    let rows = 0;
    for await (const batch of batches) {
      rows += batch.rows.length;
      largest.rows = Math.max(largest.rows, batch.rows.length);
      largest.bytes = Math.max(largest.bytes, batch.bytesTo - batch.bytesFrom);
    }
    expect(rows).toBe(60);
  } finally {
    await file.close();
  }
  expect(largest.rows).toBeGreaterThan(1);
  expect(largest.bytes).toBeLessThan(4 * 1024 * 1024);
});
