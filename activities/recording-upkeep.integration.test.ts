import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../db/client.ts';
import { readPeriod } from '../db/report-sums.ts';
import { foldRollups, readRollups } from '../db/rollups.ts';
import { fixedClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { encodeAlaw } from '../telephony/recording/g711.ts';
import { createRecordingStore, type ArchiveStep } from '../telephony/recording/recording-store.ts';
import { recordingHeader } from '../telephony/recording/wav.ts';
import { amplitudeOf, tone } from '../telephony/testing/tones.ts';
import { auditRecordings } from '../test/auditor/invariant-7-recordings.ts';
import { createCampaign } from '../test/support/campaign-fixture.ts';
import { addRawCalls } from '../test/support/raw-calls.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import { checkRecordings } from './recordings/check.ts';
import type { RecordingUpkeepDeps, UpkeepStep } from './recordings/dependencies.ts';
import { keepRecordings } from './recordings/keep.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const DAY_MS = 86_400_000;
const SECONDS = 4;
const FRAMES = SECONDS * 8_000;
const logger = createLogger({ service: 'test', level: 'silent' });
const never = new AbortController().signal;
const run = promisify(execFile);

let db: Database;
let url: string;
let folder: string;
let kept: number;
let campaign: number;
useTestDatabase((opened, address) => {
  db = opened;
  url = address;
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-upkeep-'));
  campaign = (
    await createCampaign(db, 'oradea', { campaign: { recordingArchiveDays: 7, recordingRetentionDays: 30 } })
  ).id;
  kept = (await createCampaign(db, 'bihor')).id;
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await emptyCalls(db);
  await db.pool.query('truncate recording_days');
  for (const name of ['recordings', 'spool']) {
    await rm(join(folder, name), { recursive: true, force: true });
    await mkdir(join(folder, name));
  }
});

interface Process {
  db?: Database;
  ffmpeg?: string;
  now?: Date;
  afterStep?: (step: UpkeepStep | ArchiveStep) => Promise<void>;
}

/** What one orchestration worker has. */
function processOf({ db: own = db, ffmpeg, now = NOW, afterStep }: Process = {}): RecordingUpkeepDeps {
  return {
    db: own,
    clock: fixedClock(now),
    logger,
    store: createRecordingStore({
      recordingsDir: join(folder, 'recordings'),
      spoolDir: join(folder, 'spool'),
      // Tests run beside one another.
      priority: 0,
      ...(ffmpeg !== undefined && { ffmpeg }),
      ...(afterStep && { afterStep }),
    }),
    ...(afterStep && { afterStep }),
  };
}
const keep = (setup?: Process) => keepRecordings(processOf(setup), never);
const check = (setup?: Process) => checkRecordings(processOf(setup), never);

/** The customer speaks for a second of two at 440 Hz, we at 1,000 Hz in the other one, and a little of both is at once. */
function conversation(): Buffer {
  const [left, right] = [tone(440, FRAMES), tone(1_000, FRAMES, 5_000)];
  const sound = Buffer.alloc(2 * FRAMES);
  for (let at = 0; at < FRAMES; at++) {
    const half = at % 16_000;
    sound[2 * at] = encodeAlaw(half < 9_000 ? (left[at] ?? 0) : 0);
    sound[2 * at + 1] = encodeAlaw(half >= 8_000 ? (right[at] ?? 0) : 0);
  }
  return Buffer.concat([recordingHeader(FRAMES), sound]);
}
const WAV = conversation();
const HASH = createHash('sha256').update(WAV).digest('hex');

interface Recorded {
  id: string;
  wav: string;
  ogg: string;
}

async function record(daysAgo: number, of = campaign): Promise<Recorded> {
  const invitedAt = new Date(NOW.getTime() - daysAgo * DAY_MS - 3_600_000);
  const [id = ''] = await addRawCalls(db, [
    { campaignId: of, status: 'success', invitedAt, talkMs: SECONDS * 1_000, recording: 'ready' },
  ]);
  const wav = `${invitedAt.toISOString().slice(0, 10).replaceAll('-', '/')}/${id}.wav`;
  await db.pool.query(
    `update calls set recording_path = $2, recording_sha256 = $3, recording_ms = $4, recording_bytes = $5 where id = $1`,
    [id, wav, HASH, SECONDS * 1_000, WAV.length],
  );
  await put(wav, WAV);
  return { id, wav, ogg: wav.replace('.wav', '.ogg') };
}

async function put(path: string, bytes: Buffer): Promise<void> {
  const file = join(folder, 'recordings', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

async function files(): Promise<string[]> {
  const found = await readdir(join(folder, 'recordings'), { recursive: true, withFileTypes: true });
  const all = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return all.map((file) => file.slice(join(folder, 'recordings').length + 1)).sort();
}

async function row(id: string): Promise<Record<string, unknown>> {
  const { rows } = await db.pool.query<Record<string, unknown>>(
    `select recording_state as state, recording_reason as reason, recording_path as path, recording_ms as ms,
       recording_archived_at as archived, recording_deleted_at as deleted, recording_leftover as leftover
     from calls where id = $1`,
    [id],
  );
  return rows[0] ?? {};
}

async function findings(): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const options = { recordingsDir: join(folder, 'recordings') } as never;
    return await auditRecordings({ db: client, carrier: new Map(), options });
  } finally {
    await client.end();
  }
}

async function figures(): Promise<unknown> {
  while ((await foldRollups(db))?.more === true);
  const [from, to] = [new Date('2025-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')];
  const { rows } = await db.pool.query('select status_id, count(*), sum(talk_ms) from calls group by 1');
  const year = { zone: 'Europe/Bucharest', from: '2025-11-01', to: '2026-11-30' };
  const period = await readPeriod(db.pool, year);
  return { recount: rows, rollups: await readRollups(db.pool, { from, to }), period };
}

const OFTEN_TRIED = 'update recording_troubles set tries = 5 where call_id = $1';

/** ffmpeg with one option more, by the call whose recording it is: before the name of the output, which is last. */
async function wrongEncoder(): Promise<string> {
  const program = join(folder, 'wrong-ffmpeg');
  const script = `#!/bin/bash
case "$*" in *-application*)
  name=$(basename "\${@: -1}")
  read -ra wrong < <(cat "${folder}/option-\${name:0:36}"; echo)
  exec ffmpeg "\${@:1:$#-1}" "\${wrong[@]}" "\${@: -1}"
esac
exec ffmpeg "$@"
`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  return program;
}

async function samplesOf(path: string): Promise<{ left: Int16Array; right: Int16Array }> {
  const args = [
    '-loglevel',
    'error',
    '-i',
    join(folder, 'recordings', path),
    '-ar',
    '8000',
    '-f',
    's16le',
    '-',
  ];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 16_000_000 });
  const both = new Int16Array(Uint8Array.from(stdout).buffer);
  return { left: both.filter((_, at) => at % 2 === 0), right: both.filter((_, at) => at % 2 === 1) };
}

/** Each archive is two runs of ffmpeg. */
describe('the upkeep of recordings', () => {
  it('archives and deletes by the days of each campaign, and no figure of a report moves', async () => {
    const [fresh, old, over, forever] = [
      await record(3),
      await record(10),
      await record(40),
      await record(400, kept),
    ];
    const lost = await record(41);
    await db.pool.query(
      `update calls set recording_state = 'lost', recording_reason = 'disk-full', recording_path = null where id = $1`,
      [lost.id],
    );
    await rm(join(folder, 'recordings', lost.wav));
    await mkdir(join(folder, 'spool/pcaps'));
    await writeFile(join(folder, 'spool/pcaps', `${lost.id}-0123.pcap`), 'sound');
    const before = await figures();

    const result = await keep();
    expect(result).toMatchObject({ archived: 1, deleted: 2, kept: 0, more: false });
    expect(await figures()).toEqual(before);
    expect(await files()).toEqual([fresh.wav, forever.wav, old.ogg].sort());
    expect(await readdir(join(folder, 'spool/pcaps'))).toEqual([]);
    expect(await row(fresh.id)).toMatchObject({ state: 'ready', path: fresh.wav, archived: null });
    expect(await row(forever.id)).toMatchObject({ state: 'ready', path: forever.wav, archived: null });
    expect(await row(old.id)).toMatchObject({ state: 'ready', path: old.ogg, archived: NOW, leftover: null });
    const gone = {
      state: 'deleted',
      reason: 'retention',
      path: null,
      deleted: NOW,
      leftover: null,
      ms: 4_000,
    };
    expect(await row(over.id)).toEqual({ ...gone, archived: null });
    expect(await row(lost.id)).toEqual({ ...gone, archived: null });
    expect(await findings()).toEqual([]);
    const { rows: days } = await db.pool.query(
      'select day::text, archived, deleted, freed_bytes from recording_days',
    );
    expect(days).toEqual([{ day: '2026-11-22', archived: 1, deleted: 2, freed_bytes: result.freedBytes }]);
    const { rows: audit } = await db.pool.query(
      `select actor, object_id, after from audit_log where action = 'recordings.delete'`,
    );
    expect(audit).toEqual([
      { actor: 'system', object_id: 'oradea', after: { recordings: 2, reason: 'retention' } },
    ]);
    // A tenth of the room, the same length to the sample, two mono streams that players know as left and right.
    const archive = await readFile(join(folder, 'recordings', old.ogg));
    expect(archive.length).toBeLessThan(WAV.length / 3);
    expect([...archive.subarray(46, 49)]).toEqual([1, 2, 0]);
    const { left, right } = await samplesOf(old.ogg);
    expect([left.length, right.length]).toEqual([FRAMES, FRAMES]);
    expect(amplitudeOf(left, 440)).toBeGreaterThan(3_000);
    expect(amplitudeOf(right, 1_000)).toBeGreaterThan(1_500);
    expect(amplitudeOf(left, 1_000)).toBeLessThan(100);
    expect(amplitudeOf(right, 440)).toBeLessThan(100);
    // Nothing is done twice, and what was archived is deleted when its time comes.
    expect(await keep()).toMatchObject({ archived: 0, deleted: 0, freedBytes: 0 });
    expect(await keep({ now: new Date(NOW.getTime() + 21 * DAY_MS) })).toMatchObject({
      archived: 1,
      deleted: 1,
    });
    expect(await files()).toEqual([forever.wav, fresh.ogg].sort());
    expect(await findings()).toEqual([]);
  });

  it.each([
    ['archived', 'encoded'],
    ['archived', 'verified'],
    ['archived', 'linked'],
    ['archived', 'archived'],
    ['archived', 'unlinked'],
    ['deleted', 'deleted'],
    ['deleted', 'unlinked'],
  ] as const)(
    'is %s all the same when the run before was killed behind the step "%s"',
    async (what, step) => {
      const recorded = await record(what === 'archived' ? 10 : 40);
      const killed = openDatabase({ url, applicationName: 'killed', max: 2 });
      await new Promise<void>((resolve, reject) => {
        // Nothing behind the step is ever run: no clean-up, no answer.
        const afterStep = (at: string) =>
          at === step ? new Promise<void>(() => resolve()) : Promise.resolve();
        keep({ db: killed, afterStep }).then(() => reject(new Error('it was not killed')), reject);
      });
      await db.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'killed'`,
      );
      expect(await findings()).toEqual([]);

      const again = await keep();
      expect(again).toMatchObject({ kept: 0, more: false });
      const drafts = (await files()).filter((name) => name.endsWith('.part'));
      expect(drafts).toHaveLength(step === 'encoded' || step === 'verified' ? 1 : 0);
      const finals = (await files()).filter((name) => !drafts.includes(name));
      if (what === 'archived') {
        expect(await row(recorded.id)).toMatchObject({ state: 'ready', path: recorded.ogg, leftover: null });
        expect(finals).toEqual([recorded.ogg]);
      } else {
        expect(await row(recorded.id)).toMatchObject({ state: 'deleted', path: null, leftover: null });
        expect(finals).toEqual([]);
      }
      const { rows } = await db.pool.query('select archived + deleted as done from recording_days');
      expect(rows).toEqual([{ done: 1 }]);
      expect(await findings()).toEqual([]);
      // Drafts are nobody's: the look at the folders removes them when they are a day old.
      for (const draft of drafts) await utimes(join(folder, 'recordings', draft), 0, 0);
      await check();
      expect(await files()).toEqual(finals);
    },
  );

  it('does it once when two workers are at it', async () => {
    for (let n = 0; n < 3; n++) await record(10 + n);
    for (let n = 0; n < 3; n++) await record(40 + n);
    const other = openDatabase({ url, applicationName: 'test' });
    try {
      const results = await Promise.all([keep(), keep({ db: other })]);
      const sum = (of: 'archived' | 'deleted') => results.reduce((all, result) => all + result[of], 0);
      expect([sum('archived'), sum('deleted')]).toEqual([3, 3]);
    } finally {
      await other.close();
    }
    expect(await findings()).toEqual([]);
  });

  it('keeps the WAV when the archive is not its sound, and tries again on the next day', async () => {
    // An encoder that says it worked; each is what a broken one, or a wrong option, would do to the sound.
    const wrongs = [
      ['-af pan=stereo|c0=c1|c1=c0', 'channel left has the sound of the other channel'],
      ['-af pan=stereo|c0=.5*c0+.5*c1|c1=.5*c0+.5*c1', 'channel left has the sound of the other channel'],
      ['-af pan=stereo|c0=c0+.13*c1|c1=c1', 'channel left lets the other channel through'],
      ['-af pan=stereo|c0=c0|c1=0*c1', 'channel right does not have the sound of the recording'],
      ['-af adelay=300:all=1,atrim=0:4', 'channel left lets the other channel through'],
      ['-t 3.9', 'is 31200 frames long instead of 32000'],
      ['-mapping_family 0', 'cannot be encoded: not two streams of one channel'],
    ] as const;
    const recorded: Recorded[] = [];
    for (const [option] of wrongs) {
      const one = await record(10);
      recorded.push(one);
      await writeFile(join(folder, `option-${one.id}`), option);
    }
    const ffmpeg = await wrongEncoder();
    expect(await keep({ ffmpeg })).toMatchObject({ archived: 0, kept: wrongs.length, more: false });
    const { rows } = await db.pool.query<{ reason: string }>(
      'select reason from recording_troubles where tries = 1 order by array_position($1::uuid[], call_id)',
      [recorded.map(({ id }) => id)],
    );
    expect(rows.map(({ reason }) => reason)).toEqual(
      wrongs.map(([, wrong]) => `cannot-be-archived: ${wrong}`),
    );
    expect(await files()).toEqual(recorded.map(({ wav }) => wav).sort());
    expect(await findings()).toEqual([]);
    expect(await keep()).toMatchObject({ archived: 0, kept: 0 });
    for (const { id } of recorded.slice(1)) await db.pool.query(OFTEN_TRIED, [id]);
    expect(await keep({ now: new Date(NOW.getTime() + 1.1 * DAY_MS) })).toMatchObject({
      archived: 1,
      kept: 0,
    });
    expect((await db.pool.query('select 1 from recording_troubles')).rowCount).toBe(wrongs.length - 1);
  });

  it('says so where there is no encoder, and leaves a file alone that is not the one of its call', async () => {
    const [changed, missing] = [await record(10), await record(11)];
    const ffmpeg = join(folder, 'nowhere');
    expect(await keep({ ffmpeg })).toMatchObject({
      archived: 0,
      kept: 0,
      archive: 'no-encoder',
      more: false,
    });
    await put(changed.wav, Buffer.concat([WAV.subarray(0, 1_000), Buffer.alloc(WAV.length - 1_000)]));
    await rm(join(folder, 'recordings', missing.wav));
    expect(await keep()).toMatchObject({ archived: 0, kept: 2 });
    const { rows } = await db.pool.query<{ reason: string }>(
      'select reason from recording_troubles order by 1',
    );
    expect(rows.map(({ reason }) => reason.split(':')[0])).toEqual(['file-changed', 'file-missing']);
    expect(await files()).toEqual([changed.wav]);
    expect((await findings()).length).toBe(2);
  });

  it('finds what is missing and what nobody knows, and clears away only what was to be gone', async () => {
    const [there, archived, missing, over] = [
      await record(3),
      await record(10),
      await record(4),
      await record(40),
    ];
    await keep();
    await rm(join(folder, 'recordings', missing.wav));
    // As after a restore of an older copy of the folder: what was deleted is back, and so is what was archived.
    await put(over.wav, WAV);
    await put(archived.wav, WAV);
    // An archive that was linked when the process was killed, and is not wanted any more.
    await put(there.ogg, Buffer.from('half'));
    const unknown = `${there.wav.slice(0, 11)}${randomUUID()}.wav`;
    await put(unknown, WAV);
    expect(await check()).toEqual({ days: 4, missing: 1, strangers: 2, more: false });
    expect(await files()).toEqual([there.wav, unknown, archived.ogg, archived.wav].sort());
    const { rows } = await db.pool.query<{ missing: number }>(
      'select sum(missing)::int as missing, sum(strangers)::int as strangers, sum(wav_bytes)::int as wav from recording_days',
    );
    expect(rows).toEqual([{ missing: 1, strangers: 2, wav: WAV.length }]);
    // Each day once; the folder of a day that vanishes is missed the next time.
    expect(await check()).toEqual({ days: 0, missing: 0, strangers: 0, more: false });
    await put(missing.wav, WAV);
    const hour = { now: new Date(NOW.getTime() + 3_600_000) };
    expect(await check(hour)).toEqual({ days: 1, missing: 0, strangers: 0, more: false });
    await rm(join(folder, 'recordings', dirname(there.wav)), { recursive: true });
    expect(await check({ now: new Date(NOW.getTime() + DAY_MS) })).toMatchObject({ missing: 1 });
  });
});
