import { mkdtemp, readFile, rm, symlink, writeFile, mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportListInput, ImportResult } from '../contracts/model/import.ts';
import type { ImportActivities } from '../contracts/temporal/activities.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { readConfig } from '../db/config-read.ts';
import { restoreConfig, retireConfig } from '../db/config-retire.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { addContacts, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { createImportActivities } from './import-list.ts';

let test: TestDatabase;
let db: Database;
let folder: string;
let activities: ImportActivities;
let campaigns = 0;
let files = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test', statementTimeoutMs: 60_000 });
  folder = await mkdtemp(join(tmpdir(), 'apel-imports-'));
  await mkdir(join(folder, 'lists'));
  activities = createImportActivities({
    db,
    clock: systemClock,
    logger: createLogger({ service: 'test', level: 'silent' }),
    importFolder: join(folder, 'lists'),
    spoolFolder: join(folder, 'spool'),
  });
});
afterAll(async () => {
  await db.close();
  await test.drop();
  await rm(folder, { recursive: true });
});

let campaign: string;
beforeEach(async () => {
  campaign = `c${++campaigns}`;
  await createCampaign(db, campaign);
});

const HEADER = 'Telefon;Telefon 2;Nume;Consimțământ';

describe('an import', () => {
  it('accounts for bad rows of each kind, and says what to do in the rejects file', async () => {
    await db.pool.query(
      `insert into numbers (e164, do_not_call_at) values ($1, now()) on conflict (e164) do update set do_not_call_at = now()`,
      [mobile(9_000_001)],
    );
    const setup = await createCampaign(db, campaign);
    await addContacts(db, setup.id, [{ numbers: [mobile(9_000_002)] }]);
    const file = await write([
      HEADER,
      '0721000001;;Ana;2026-01-15',
      '721000002;0721000003;Dan;15.01.2026',
      '0721000001;;Ana din nou;2026-01-15',
      '+40721000003;;numărul doi al lui Dan;2026-01-15',
      '0729000002;;deja în campanie;2026-01-15',
      ';;fără telefon;2026-01-15',
      '4.07E+10;;Excel;2026-01-15',
      '112;;urgență;2026-01-15',
      '+37369123456;;Moldova;2026-01-15',
      '0721000004;;prea multe;2026-01-15;în plus',
      '"0721000005;;ghilimele',
      '0721000006;;dată;31.02.2026',
      `0721000007;;${'x'.repeat(101)};2026-01-15`,
      '0729000001;;opoziție;2026-01-15',
      '0721000008;;fără acord;',
      '',
      ';;;',
      '0721000009;abc;=SUMA(A1);2026-01-15',
    ]);
    const result = await run({ file });
    expect(result).toMatchObject({ rows: 16, accepted: 3, duplicate: 3, invalid: 8, suppressed: 2 });
    expect(result.outcome).toBe('imported');
    expect(result.byReason).toEqual({
      'duplicate-in-file': 2,
      'duplicate-in-campaign': 1,
      'phone-missing': 1,
      'phone-invalid': 2,
      'phone-not-permitted': 1,
      'too-many-columns': 1,
      'row-malformed': 1,
      'consent-date-invalid': 1,
      'value-too-long': 1,
      'do-not-call': 1,
      'no-consent': 1,
    });
    const rejects = await readFile(join(folder, 'lists', result.rejectsFile ?? ''), 'utf8');
    expect(rejects.startsWith('\ufefflinie;rând;motiv;coloana;Telefon;Telefon 2;Nume;Consimțământ\r\n')).toBe(
      true,
    );
    expect(rejects).toContain('8;7;Excel a transformat numărul');
    expect(rejects).toMatch(/10;9;numărul este valid, dar [^;]*;Telefon;\+37369123456;;Moldova/);
    expect(rejects.split('\r\n')).toHaveLength(15);
  });

  it('makes contacts with their numbers, attributes and place in the queue', async () => {
    const file = await write([
      'Telefon;telefon2;NUME;Prenume;Judeţ;vârsta;Acord;Preferă',
      '0721100001;0259 123 456;Pop;Ştefan;Bihor;34;15.01.2026;seara',
    ]);
    const result = await run({ file, kind: 'priority' });
    expect(result).toMatchObject({ accepted: 1, unknownColumns: ['Preferă'] });
    const { rows } = await db.pool.query(
      `select c.last_name, c.first_name, c.county, c.age, c.consent_at, c.attributes, q.rank, q.attempts,
         array(select n.e164 from contact_numbers cn join numbers n on n.id = cn.number_id
               where cn.contact_id = c.id order by cn.position) as numbers
       from contacts c join dial_queue q on q.contact_id = c.id where c.import_id = $1`,
      [result.importId],
    );
    expect(rows).toEqual([
      {
        last_name: 'Pop',
        first_name: 'Ștefan',
        county: 'Bihor',
        age: 34,
        consent_at: '2026-01-15',
        attributes: { Preferă: 'seara' },
        rank: 0,
        attempts: 0,
        numbers: ['+40721100001', '+40259123456'],
      },
    ]);
  });

  it('reads Windows-1250, UTF-16 and commas alike', async () => {
    const cp1250 = Buffer.from('Telefon,Nume,Acord\r\n0721200001,\xaatefan,2026-01-15\r\n', 'latin1');
    const utf16 = Buffer.from('\ufeffTelefon\tNume\tAcord\r\n0721200002\tȘtefan\t2026-01-15', 'utf16le');
    const utf8 = Buffer.from('\ufeffsep=;\nTelefon;Nume;Acord\n0721200003;"Şte\nfan";2026-01-15\n');
    const names: unknown[] = [];
    for (const content of [cp1250, utf16, utf8]) {
      const result = await run({ file: await write(content) });
      expect(result).toMatchObject({ rows: 1, accepted: 1 });
      const { rows } = await db.pool.query('select last_name from contacts where import_id = $1', [
        result.importId,
      ]);
      names.push(rows[0]?.last_name);
    }
    expect(names).toEqual(['Ștefan', 'Ștefan', 'Ște\nfan']);
  });

  it('of the same file again is a no-op that says so, unless forced', async () => {
    const file = await write([HEADER, '0721300001;;A;2026-01-15']);
    const first = await run({ file });
    const again = await run({ file });
    expect(again).toMatchObject({ outcome: 'already-imported', previousImport: first.importId, rows: 0 });
    const forced = await run({ file, force: true });
    expect(forced).toMatchObject({ outcome: 'imported', rows: 1, duplicate: 1, accepted: 0 });
  });

  it('as a dry run counts the same and stores no contact', async () => {
    const lines = bigList(2_500, 21_400_000);
    const file = await write([...lines, ...lines.slice(1, 101)]);
    const dry = await run({ file, dryRun: true });
    expect(dry).toMatchObject({ outcome: 'dry-run', rows: 2_600, accepted: 2_500, duplicate: 100 });
    expect(dry.byReason).toEqual({ 'duplicate-in-file': 100 });
    const { rows } = await db.pool.query(
      `select (select count(*)::int from contacts where import_id = $1) as contacts,
         (select count(*)::int from lists l join campaigns c on c.id = l.campaign_id where c.name = $2) as lists`,
      [dry.importId, campaign],
    );
    expect(rows[0]).toEqual({ contacts: 0, lists: 0 });
    const real = await run({ file });
    expect(real).toMatchObject({ outcome: 'imported', rows: 2_600, accepted: 2_500, duplicate: 100 });
  });

  it('killed between two batches and run again gives what an unkilled one gives', async () => {
    const lines = bigList(14_000, 21_500_000);
    lines.push(...lines.slice(1, 501));
    const whole = await run({ file: await write(lines) });
    const other = `${campaign}b`;
    await createCampaign(db, other);
    const opened = await step('openImport', {
      workflowId: 'import:killed',
      input: { file: await write(lines), kind: 'normal', campaign: other },
    });
    if (opened.state !== 'opened') throw new Error(opened.state);
    let attempts = 0;
    for (let done = false; !done; attempts++) done = await chunkKilledAfter(opened.importId, 2);
    expect(attempts).toBeGreaterThan(2);
    const result = await step('finishImport', { importId: opened.importId, cancelled: false });
    const { importId: _a, list: _b, rejectsFile: _c, ...counts } = result;
    const { importId: _d, list: _e, rejectsFile: _f, ...expected } = whole;
    expect(counts).toEqual(expected);
    expect(counts).toMatchObject({ rows: 14_500, accepted: 14_000, duplicate: 500 });
    expect(await rowsOfRejects(result.importId)).toEqual(await rowsOfRejects(whole.importId));
  });

  it('beside another one over the same numbers accepts each number once', async () => {
    const lines = bigList(12_000, 21_600_000);
    const backwards = [lines[0] ?? '', ...lines.slice(1).toReversed()];
    const [a, b] = await Promise.all([
      run({ file: await write(lines) }),
      run({ file: await write(backwards) }),
    ]);
    expect(a.accepted + b.accepted).toBe(12_000);
    expect(a.duplicate + b.duplicate).toBe(12_000);
  });

  it('cancelled keeps what is committed and accounts for it', async () => {
    const opened = await open({ file: await write(bigList(5_000, 21_700_000)) });
    await chunkKilledAfter(opened, 1);
    const result = await step('finishImport', { importId: opened, cancelled: true });
    expect(result.outcome).toBe('cancelled');
    expect(result.accepted).toBe(result.rows);
    expect(result.rows).toBeGreaterThan(0);
    expect(result.rows).toBeLessThan(5_000);
    expect(await step('finishImport', { importId: opened, cancelled: true })).toEqual(result);
  });

  it('read by two attempts at once, one of them a zombie, counts each row once', async () => {
    const importId = await open({ file: await write(bigList(20_000, 21_720_000)) });
    await Promise.all([step('importChunk', { importId }), step('importChunk', { importId })]);
    while (!(await step('importChunk', { importId })).done);
    const result = await step('finishImport', { importId, cancelled: false });
    expect(result).toMatchObject({ rows: 20_000, accepted: 20_000, duplicate: 0 });
  });

  it('opened again under the same workflow id goes on; with another file it begins anew', async () => {
    const file = await write(bigList(3_500, 21_760_000));
    const opened = await open({ file });
    await chunkKilledAfter(opened, 1);
    expect(await open({ file })).toBe(opened);
    await writeFile(join(folder, 'lists', file), bigList(10, 21_770_000).join('\n'));
    const anew = await open({ file });
    expect(anew).not.toBe(opened);
    expect(await step('importChunk', { importId: anew })).toMatchObject({ done: true, rows: 10 });
    expect(await step('importChunk', { importId: opened })).toMatchObject({ done: true });
  });

  it('of more than ten thousand rows leaves the tables analysed, a smaller one does not', async () => {
    const analysed = async () => {
      const { rows } = await db.pool.query<{ n: string }>(
        `select sum(pg_stat_get_analyze_count(c.oid)) as n from pg_class c
         where c.relname in ('contacts', 'numbers', 'contact_numbers', 'dial_queue')`,
      );
      return Number(rows[0]?.n);
    };
    const before = await analysed();
    await run({ file: await write(bigList(10_000, 23_000_000)) });
    expect(await analysed()).toBe(before);
    await run({ file: await write(bigList(10_001, 24_000_000)) });
    await expect.poll(analysed, { timeout: 60_000 }).toBe(before + 4);
  });

  it('wakes the dialer of its campaign with the first batch', async () => {
    const listener = await db.pool.connect();
    const heard = new Promise<string | undefined>((done) => {
      listener.on('notification', ({ payload }) => done(payload));
    });
    try {
      await listener.query('listen apel_dial');
      await run({ file: await write([HEADER, '0721780001;;A;2026-01-15']) });
      const { rows } = await db.pool.query<{ id: number }>('select id from campaigns where name = $1', [
        campaign,
      ]);
      expect(await heard).toBe(String(rows[0]?.id));
    } finally {
      listener.release(true);
    }
  });

  it('does not mind that the file changes or goes after it was opened', async () => {
    const file = await write(bigList(50, 21_750_000));
    const importId = await open({ file });
    await rm(join(folder, 'lists', file));
    expect(await step('importChunk', { importId })).toMatchObject({ done: true, accepted: 50 });
  });

  it('of a simulated campaign binds new numbers to its trunk and refuses known ones', async () => {
    const simulated = `${campaign}s`;
    const setup = await createCampaign(db, simulated, { trunk: { simulated: true } });
    await run({ file: await write([HEADER, '0721800001;;real;2026-01-15']) });
    const demo = await run({
      file: await write([HEADER, '0721800001;;real;2026-01-15', '0721800002;0721800001;demo;2026-01-15']),
      campaign: simulated,
    });
    expect(demo).toMatchObject({ accepted: 1, invalid: 1, byReason: { 'phone-not-permitted': 1 } });
    const { rows } = await db.pool.query(
      `select e164, only_trunk_id from numbers where e164 in ('+40721800001', '+40721800002') order by 1`,
    );
    expect(rows).toEqual([
      { e164: '+40721800001', only_trunk_id: null },
      { e164: '+40721800002', only_trunk_id: setup.trunkId },
    ]);
    const real = await run({ file: await write([HEADER, '0721800002;;demo;2026-01-15']) });
    expect(real).toMatchObject({ accepted: 0, byReason: { 'phone-not-permitted': 1 } });
  });

  it('takes a corrected rejects file as it is', async () => {
    const first = await run({ file: await write([HEADER, '072190000;;=Pop;2026-01-15']) });
    const path = join(folder, 'lists', first.rejectsFile ?? '');
    const text = await readFile(path, 'utf8');
    expect(text).toContain("'=Pop");
    const corrected = await write(text.replace(';072190000;', ';0721900001;').split('\r\n'));
    const second = await run({ file: corrected });
    expect(second).toMatchObject({ rows: 1, accepted: 1, unknownColumns: [] });
    const { rows } = await db.pool.query('select last_name from contacts where import_id = $1', [
      second.importId,
    ]);
    expect(rows).toEqual([{ last_name: '=Pop' }]);
  });
});

describe('undoImport', () => {
  it('withdraws what was never called, keeps the rest, frees the numbers, and may be repeated', async () => {
    const file = await write(bigList(20, 21_950_000));
    const { importId } = await run({ file });
    await db.pool.query(
      `update dial_queue set attempts = 1 where contact_id in
         (select id from contacts where import_id = $1 order by id limit 3)`,
      [importId],
    );
    const undo = () => step('undoImportContacts', { importId });
    expect(await undo()).toEqual({ withdrawn: 17, kept: 3 });
    expect(await undo()).toEqual({ withdrawn: 17, kept: 3 });
    const again = await run({ file });
    expect(again).toMatchObject({ outcome: 'imported', rows: 20, accepted: 17, duplicate: 3 });
  });

  it('refuses an unknown import, and nonsense', async () => {
    const undo = (id: string) => step('undoImportContacts', { importId: id });
    await expectFailure(undo('x'), 'invalid-input', 'importId');
    await expectFailure(undo('00000000-0000-4000-8000-000000000000'), 'not-found', 'importId');
  });
});

describe('a wrong input', () => {
  it.each([
    [{ kind: 'urgent' }, 'invalid-input', 'kind'],
    [{ campaign: 'nu-exista' }, 'not-found', 'campaign'],
    [{ prioritate: 1 }, 'invalid-input', 'prioritate'],
    [{ columns: { fon: 'x' } }, 'invalid-input', 'columns.fon'],
    [{ columns: { note: 'nu există' } }, 'invalid-input', 'columns.note'],
    [{ dryRun: 'da' }, 'invalid-input', 'dryRun'],
    [{ file: 'lipseste.csv' }, 'file-unusable', 'file'],
    [{ file: '../lists/x.csv' }, 'invalid-input', 'file'],
    [{ file: '/etc/passwd' }, 'invalid-input', 'file'],
    [{ file: 'link.csv' }, 'invalid-input', 'file'],
    [{ file: '.' }, 'invalid-input', 'file'],
    [{ file: 'gol.csv' }, 'file-unusable', 'file'],
    [{ file: 'registru.csv' }, 'file-unusable', 'file'],
    [{ file: 'binar.csv' }, 'file-unusable', 'file'],
    [{ file: 'fara-telefon.csv' }, 'invalid-input', 'file'],
  ] as const)('%j fails at once, as %s, naming %s', async (wrong, type, field) => {
    const lists = join(folder, 'lists');
    await rm(join(lists, 'link.csv'), { force: true });
    await writeFile(join(folder, 'outside.csv'), 'Telefon\n0721000001\n');
    await symlink(join(folder, 'outside.csv'), join(lists, 'link.csv'));
    await writeFile(join(lists, 'bun.csv'), 'Telefon\n0721000001\n');
    await writeFile(join(lists, 'gol.csv'), '');
    await writeFile(join(lists, 'registru.csv'), Buffer.from('504b0304140006000800', 'hex'));
    await writeFile(join(lists, 'binar.csv'), Buffer.from([84, 0, 0, 0, 9, 1, 0, 5]));
    await writeFile(join(lists, 'fara-telefon.csv'), 'Nume;Adresă\nPop;Oradea\n');
    const input = { file: 'bun.csv', kind: 'normal', campaign, ...wrong } as unknown as ImportListInput;
    const opening = step('openImport', { workflowId: 'import:wrong', input });
    await expectFailure(opening, type, field);
  });

  it('refuses a campaign that is out of use by name, before the file and after, and leaves nothing behind', async () => {
    const object = async () => {
      const row = await readConfig(db.pool, { kind: 'campaign', name: campaign });
      return {
        kind: 'campaign',
        name: campaign,
        expectedVersion: row?.version ?? 0,
        actor: 'ioana',
        now: new Date(),
      } as const;
    };
    const setup = await createCampaign(db, campaign);
    await addContacts(db, setup.id, [{ numbers: [mobile(9_200_001)] }]);
    const file = await write(['Telefon;Consimțământ', '0729200002;2026-01-15']);
    const left = async () => {
      const { rows } = await db.pool.query<{ n: number }>(
        `select ((select count(*) from imports where campaign_id = $1) + (select count(*) from lists where campaign_id = $1)
           + (select count(*) from numbers where e164 = '+40729200002'))::int as n`,
        [setup.id],
      );
      return rows[0]?.n;
    };
    const before = await left();
    expect((await retireConfig(db, await object())).state).toBe('retired');
    const refused = open({ file });
    await expectFailure(refused, 'campaign-unusable', 'campaign');
    await expect(refused).rejects.toThrow(new RegExp(`„${campaign}” este scoasă din uz.*Readuceți-o în uz`));
    await expect(refused).rejects.not.toThrow(new RegExp(`există: .*„${campaign}”`));
    await expectFailure(open({ file, dryRun: true }), 'campaign-unusable', 'campaign');
    expect(await left()).toBe(before);
    expect((await restoreConfig(db, await object())).state).toBe('restored');
    expect(await run({ file })).toMatchObject({ accepted: 1 });
  });

  it('for an unknown campaign names ten of those that exist', async () => {
    for (let n = 0; n < 11; n++) await createCampaign(db, `a${n}`);
    const opening = open({ file: await write(bigList(1, 21_970_000)), campaign: 'oradae' });
    await expect(opening).rejects.toThrow(/; există: „a0”, „a1”, „a10”, „a2”(?:, „[^”]+”){6}, …$/);
  });

  it('names the headers that were seen, but never what could be a person', async () => {
    const named = open({ file: await write(['Nume;Adresă', 'Pop;Oradea']) });
    await expect(named).rejects.toThrow(/„Nume”, „Adresă”/);
    const headless = open({ file: await write(['Pop;0721000001', 'Ion;0721000002']) });
    await expect(headless).rejects.toThrow(/rând de antet/);
    await expect(open({ file: await write(['Pop;0721000001']) })).rejects.not.toThrow(/0721000001|Pop/);
  });

  it('leaves no copy behind', async () => {
    const before = await readdir(join(folder, 'spool'));
    await expect(open({ file: await write(['Nume', 'Pop']) })).rejects.toThrow();
    expect(await readdir(join(folder, 'spool'))).toEqual(before);
  });
});

function env(): MockActivityEnvironment {
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
}

/** Runs an activity as a worker would. */
function step<K extends keyof ImportActivities>(
  name: K,
  input: Parameters<ImportActivities[K]>[0],
  environment = env(),
): ReturnType<ImportActivities[K]> {
  const activity = activities[name] as (input: unknown) => Promise<unknown>;
  return environment.run(() => activity(input)) as unknown as ReturnType<ImportActivities[K]>;
}

/** Runs one chunk and cuts it down after `batches` batches, like a worker that is killed. Returns whether it was done. */
async function chunkKilledAfter(importId: string, batches: number): Promise<boolean> {
  const environment = env();
  let beats = 0;
  environment.on('heartbeat', () => {
    if (++beats >= batches) environment.cancel();
  });
  try {
    return (await step('importChunk', { importId }, environment)).done;
  } catch (error) {
    if (!(error instanceof CancelledFailure)) throw error;
    return false;
  }
}

async function open(input: Partial<ImportListInput> & { file: string }): Promise<string> {
  const opened = await step('openImport', {
    workflowId: `import:list-${files}`,
    input: { kind: 'normal', campaign, ...input },
  });
  if (opened.state !== 'opened') throw new Error(opened.state);
  return opened.importId;
}

async function run(input: Partial<ImportListInput> & { file: string }): Promise<ImportResult> {
  const opened = await step('openImport', {
    workflowId: `import:list-${++files}`,
    input: { kind: 'normal', campaign, ...input },
  });
  if (opened.state === 'already-imported') return opened.result;
  const { importId } = opened;
  while (!(await step('importChunk', { importId })).done);
  return step('finishImport', { importId, cancelled: false });
}

async function write(content: string[] | Buffer): Promise<string> {
  const name = `list-${++files}.csv`;
  await writeFile(join(folder, 'lists', name), Buffer.isBuffer(content) ? content : content.join('\n'));
  return name;
}

function bigList(rows: number, from: number): string[] {
  const lines = Array.from({ length: rows }, (_, i) => `07${from + i};;Persoana ${i};2026-01-15`);
  return [HEADER, ...lines];
}

async function rowsOfRejects(importId: string): Promise<unknown[]> {
  const { rows } = await db.pool.query(
    'select row_no, line, reason, cells from import_rejects where import_id = $1 order by row_no',
    [importId],
  );
  return rows;
}

async function expectFailure(promise: Promise<unknown>, type: string, field: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (failed: unknown) => failed,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({ type, nonRetryable: true });
  expect((error as Error).message).toMatch(new RegExp(`^${field}: `));
}
