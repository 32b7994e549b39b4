import { mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCommitCall } from '../../../activities/commit-call.ts';
import type { EdgeRef } from '../../../contracts/model/call.ts';
import { readCampaign } from '../../../db/campaigns.ts';
import { claimCalls, type ClaimedCall } from '../../../db/claim.ts';
import { openDatabase, type Database } from '../../../db/client.ts';
import { openEpoch } from '../../../db/edges.ts';
import { keepReportDays } from '../../../db/report-days.ts';
import { withUpkeepLock } from '../../../db/recording-upkeep.ts';
import { foldRollups } from '../../../db/rollups.ts';
import { readKeys, readOrCreateKeys } from '../../../platform/keys.ts';
import { decryptSecret, encryptSecret } from '../../../platform/secrets.ts';
import { createCodec, decodeForDisplay } from '../../../temporal-config/codec.ts';
import { recordingHeader } from '../../../telephony/recording/wav.ts';
import { auditRecordings } from '../../../test/auditor/invariant-7-recordings.ts';
import { auditRollups } from '../../../test/auditor/invariant-4-rollups.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../../../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.ts';
import { answeredCall } from '../../../test/support/temporal-calls.ts';
import { makeBackup } from './backup.ts';
import { checkBackup, restoreBackup } from './restore.ts';
import { verifyRecordings } from './verify-recordings.ts';

const clock = { now: () => new Date() };
const PROMPT = Buffer.from('a prompt, converted');
const PROMPT_NAME = `${createHash('sha256').update(PROMPT).digest('hex')}.wav`;
const CALLS = 5;

interface SiteUnderTest {
  test: TestDatabase;
  db: Database;
  databaseUrl: string;
  keysFile: string;
  recordingsDir: string;
  promptsDir: string;
}

let folder: string;
let site: SiteUnderTest;
let backup: string;
let edge: EdgeRef;
let secret: string;
let payload: Awaited<ReturnType<ReturnType<typeof createCodec>['encode']>>;
const recordings: string[] = [];
const sites: SiteUnderTest[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'apel-backup-'));
  site = await newSite('before');
  await fill(site);
  backup = join(folder, 'backup');
  await makeBackup({ ...site, to: backup, recordings: true, progress: () => undefined });
});
afterAll(async () => {
  for (const { db, test } of sites) {
    await db.close();
    await test.drop();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function newSite(name: string): Promise<SiteUnderTest> {
  const test = await createTestDatabase();
  const home = join(folder, name);
  const made = {
    test,
    db: openDatabase({ url: test.url, applicationName: 'test', max: 4 }),
    databaseUrl: test.url,
    keysFile: join(home, 'keys.json'),
    recordingsDir: join(home, 'recordings'),
    promptsDir: join(home, 'prompts'),
  };
  sites.push(made);
  return made;
}

/** A site with a trunk password, a person, committed calls with recordings, folded and unfolded counts, one open call. */
async function fill({ db, keysFile, recordingsDir, promptsDir }: SiteUnderTest): Promise<void> {
  const keys = readOrCreateKeys(keysFile);
  mkdirSync(promptsDir, { recursive: true });
  writeFileSync(join(promptsDir, PROMPT_NAME), PROMPT);
  secret = encryptSecret('parola trunchiului', keys.trunkSecret);
  payload = await createCodec(keys.codec).encode([
    { metadata: { encoding: Buffer.from('json/sensitive') }, data: Buffer.from('"nota"') },
  ]);
  edge = await addEdge(db, 'edge-1');
  const setup = await createCampaign(db, 'oradea', {
    trunk: { credentials: { username: 'u', password: secret } },
  });
  const contacts = Array.from({ length: CALLS }, (_, i) => ({ numbers: [mobile(i)] }));
  await addContacts(db, setup.id, [...contacts, { numbers: [mobile(99)], dueAt: new Date('2100-01-01') }]);
  // Text that COPY must escape.
  await db.pool.query(
    `update contacts set note = E'linia 1\\n\\tlinia 2 \\\\N ș', attributes = '{"a":"\\\\"}'`,
  );
  const closesAt = new Date(Date.now() + 3_600_000);
  const { calls } = await claimCalls(db, {
    setup,
    now: clock.now(),
    closesAt,
    maxCalls: CALLS,
    edges: [edge],
  });
  const commit = createCommitCall({ db, clock });
  for (const [nth, call] of calls.slice(1).entries()) {
    await commit({ callId: call.callId, placed: placed(call, recordingsDir) });
    if (nth === 1) await foldRollups(db);
  }
  await keepReportDays(db, { siteZone: 'Europe/Bucharest' });
  await db.pool.query(
    `insert into users (name, display_name, role, password_hash) values ('ana', 'Ana', 'operator', 'x')`,
  );
}

function placed(call: ClaimedCall, recordingsDir: string): ReturnType<typeof answeredCall> {
  const base = answeredCall(edge);
  const frames = Math.round((base.talkMs / 1_000) * 8_000);
  const data = Buffer.concat([recordingHeader(frames), Buffer.alloc(frames * 2, 0xd5)]);
  const path = `2026/11/21/${call.callId}.wav`;
  const file = join(recordingsDir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, data);
  recordings.push(path);
  const sha256 = createHash('sha256').update(data).digest('hex');
  return {
    ...base,
    recording: { state: 'ready', path, sha256, durationMs: base.talkMs, bytes: data.length },
  };
}

const restoreInto = (target: SiteUnderTest, from = backup) =>
  restoreBackup({ ...target, from, now: new Date(), progress: () => undefined });

/** Every row of every table as one text, without what a restore changes on purpose. */
async function contentOf({ db }: SiteUnderTest): Promise<Record<string, string>> {
  const changed = ['edges', 'campaigns', 'audit_log'];
  const { rows } = await db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of rows.filter((row) => !changed.includes(row.name))) {
    const found = await db.pool.query<{ all: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as all from ${name} t`,
    );
    content[name] = found.rows[0]?.all ?? '';
  }
  return content;
}

async function audit({ databaseUrl, recordingsDir }: SiteUnderTest): Promise<string[]> {
  const db = new Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    const options = { databaseUrl, recordingsDir, carrierLogs: [], now: new Date() };
    const context = {
      db,
      carrier: new Map(),
      options: { ...options, temporalAddress: '', rtpengineNg: '' },
    };
    return [...(await auditRollups(context)), ...(await auditRecordings(context))];
  } finally {
    await db.end();
  }
}

it('a destroyed site comes back: rows, counts, recordings, secrets; and it does not dial by itself', async () => {
  const before = await contentOf(site);
  const after = await newSite('after');
  const restored = await restoreInto(after);

  expect(restored).toMatchObject({ files: CALLS, campaigns: ['oradea'], openCalls: 1 });
  expect(await contentOf(after)).toEqual(before);
  expect(await audit(after)).toEqual([]);
  expect(await verifyRecordings(after.db, after.recordingsDir)).toEqual({ checked: CALLS - 1, problems: [] });
  expect(readFileSync(join(after.promptsDir, PROMPT_NAME))).toEqual(PROMPT);

  const keys = readKeys(after.keysFile);
  const trunk = await after.db.pool.query(`select body from config_objects where name = 'oradea-trunk'`);
  expect(decryptSecret(trunk.rows[0].body.credentials.password, keys.trunkSecret)).toBe('parola trunchiului');
  const [decoded] = decodeForDisplay(payload, keys.codec);
  expect(Buffer.from(decoded?.data ?? []).toString()).toBe('"nota"');

  const setup = await readCampaign(after.db.pool, { name: 'oradea' });
  if (!setup) throw new Error('the campaign is gone');
  const closesAt = new Date(Date.now() + 3_600_000);
  const claim = await claimCalls(after.db, { setup, now: clock.now(), closesAt, maxCalls: 1 });
  expect(claim).toMatchObject({ calls: [], wait: { reason: 'paused' } });
});

it('identities go on after the restored ones, and a node takes no epoch that it may have had', async () => {
  const after = await newSite('identities');
  await restoreInto(after);
  const { rows } = await after.db.pool.query<{ ok: boolean }>(
    `insert into contacts (campaign_id, list_id) select campaign_id, list_id from contacts limit 1
     returning id > (select max(id) from contacts) as ok`,
  );
  expect(rows).toEqual([{ ok: true }]);
  const next = await openEpoch(after.db.pool, {
    node: 'edge-1',
    controlUrl: '',
    capacity: 1,
    now: new Date(),
  });
  expect(next.epoch).toBeGreaterThan(edge.epoch + 10_000);
  const open = await after.db.pool.query('select epoch from edges where ended_at is null');
  expect(open.rows).toEqual([{ epoch: next.epoch }]);
});

it('nothing is overwritten: a used database and keys of another site are refused', async () => {
  await expect(restoreInto(site)).rejects.toThrow('the database is not empty; nothing was changed');
  const other = await newSite('other');
  readOrCreateKeys(other.keysFile);
  await expect(restoreInto(other)).rejects.toThrow(/holds other keys than the backup/);
});

it('damage is found before anything is restored', async () => {
  const damaged = join(folder, 'damaged');
  await makeBackup({ ...site, to: damaged, recordings: true, progress: () => undefined });
  expect(await checkBackup(damaged)).toEqual([]);
  const [first, second] = recordings as [string, string];
  writeFileSync(join(damaged, 'recordings', first), 'something else');
  unlinkSync(join(damaged, 'recordings', second));
  writeFileSync(join(damaged, 'database', 'calls.copy.gz'), 'not gzip');
  expect((await checkBackup(damaged)).toSorted()).toEqual(
    ['table calls: mismatch', `recordings/${first}: mismatch`, `recordings/${second}: missing`].toSorted(),
  );
  const target = await newSite('target');
  await expect(restoreInto(target, damaged)).rejects.toThrow(/^the backup is damaged: /);
  expect(await target.db.pool.query('select 1 from calls')).toMatchObject({ rowCount: 0 });
  await expect(restoreInto(target, folder)).rejects.toThrow(/is no complete backup: it has no manifest.json/);
});

it('recordings that are gone or changed are named, in the backup and on the site; the rest is saved', async () => {
  const [gone, changed] = recordings as [string, string];
  unlinkSync(join(site.recordingsDir, gone));
  writeFileSync(join(site.recordingsDir, changed), 'something else');
  const report = await verifyRecordings(site.db, site.recordingsDir);
  expect(report.problems.map(({ path, problem }) => `${problem} ${path}`).toSorted()).toEqual(
    [`missing ${gone}`, `mismatch ${changed}`].toSorted(),
  );
  const to = join(folder, 'partial');
  const manifest = await makeBackup({ ...site, to, recordings: true, progress: () => undefined });
  expect(manifest.damaged).toHaveLength(2);
  expect(await checkBackup(to)).toEqual([]);
});

it('a backup is for its owner only, and never written into something else', async () => {
  for (const name of ['', 'keys.json', 'manifest.json', 'database/calls.copy.gz', `prompts/${PROMPT_NAME}`]) {
    expect([name, statSync(join(backup, name)).mode & 0o077]).toEqual([name, 0]);
  }
  await expect(
    makeBackup({ ...site, to: backup, recordings: false, progress: () => undefined }),
  ).rejects.toThrow(/is not empty/);
});

it('waits until no recording is being archived or deleted', async () => {
  const told: string[] = [];
  let waits = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (waits = resolve));
  let backingUp: Promise<unknown> = Promise.resolve();
  await withUpkeepLock(site.db, async () => {
    const progress = (text: string): void => {
      told.push(text);
      if (text.startsWith('waiting')) waits();
    };
    backingUp = makeBackup({ ...site, to: join(folder, 'patient'), recordings: true, progress });
    await waiting;
    expect(told).toEqual(['waiting for the upkeep of recordings']);
  });
  await backingUp;
  expect(told.some((text) => text.startsWith('copying'))).toBe(true);
  expect(await withUpkeepLock(site.db, async () => 'free again')).toBe('free again');
});
