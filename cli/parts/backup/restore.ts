/**
 * Puts a backup into an empty site, and checks a backup without touching anything.
 *
 * After a restore the world has moved on: people asked not to be called, calls were made that these rows do not know.
 * So every campaign is paused with the reason, every epoch is ended (no edge of then holds a call), and each node goes on
 * with an epoch that no run of it can have used: a name that Temporal still knows would leave an edge without its watcher.
 * @module
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { migrateDatabase } from '../../../db/migrate.ts';
import { UserError } from '../../shell/user-error.ts';
import type { Progress } from '../tool-report.ts';
import type { BackupSite } from './backup.ts';
import { checkTable, loadTable, readMigrations } from './dump.ts';
import { checkFile, copyChecked, isFile } from './files.ts';
import { PLACES, readManifest, type Manifest } from './manifest.ts';

/** Epochs that a node may have opened between the backup and the restore. */
const EPOCHS_SKIPPED = 10_000;

/** Everything in the backup that is not as its manifest says: empty when it can be restored. */
export async function checkBackup(
  backup: string,
  manifest: Manifest = readManifest(backup),
): Promise<string[]> {
  const problems: string[] = [];
  const keys = await readFile(PLACES.keys(backup)).catch(() => undefined);
  if (!keys) problems.push('keys.json: missing');
  else if (sha256(keys) !== manifest.keysSha256) problems.push('keys.json: mismatch');
  for (const table of manifest.tables) {
    const problem = await checkTable(table, backup);
    if (problem) problems.push(`table ${table.name}: ${problem}`);
  }
  for (const file of manifest.files) {
    const problem = await checkFile(join(backup, file.path), file.sha256);
    if (problem) problems.push(`${file.path}: ${problem}`);
  }
  return problems;
}

export interface RestoreOptions extends BackupSite {
  from: string;
  now: Date;
  progress: Progress;
}

export interface Restored {
  rows: number;
  files: number;
  /** Paused, to be resumed by a person. */
  campaigns: string[];
  /** Calls that were in progress; the sweep ends them when the workers are back. */
  openCalls: number;
}

/** @throws UserError when the backup is damaged, or the site is not empty or of another build */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { from, progress } = options;
  const manifest = readManifest(from);
  progress('checking the backup');
  const problems = await checkBackup(from, manifest);
  if (problems.length > 0) throw new UserError(`the backup is damaged: ${problems.slice(0, 10).join('; ')}`);
  await restoreKeys(options);
  const loaded = await restoreDatabase(options, manifest);
  progress(`copying ${manifest.files.length} recordings and prompts`);
  for (const file of manifest.files) await restoreFile(options, file);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  return { rows, files: manifest.files.length, ...loaded };
}

/** Keys of another site are never overwritten: its histories and trunk passwords would be lost with them. */
async function restoreKeys({ from, keysFile }: RestoreOptions): Promise<void> {
  const keys = await readFile(PLACES.keys(from));
  if (await isFile(keysFile)) {
    if (sha256(await readFile(keysFile)) === sha256(keys)) return;
    throw new UserError(`${keysFile} holds other keys than the backup; move it away first`);
  }
  try {
    await mkdir(dirname(keysFile), { recursive: true, mode: 0o711 });
    await writeFile(keysFile, keys, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${keysFile} cannot be written (${code}); put keys.json of the backup there yourself`,
    );
  }
}

async function restoreDatabase(
  options: RestoreOptions,
  manifest: Manifest,
): Promise<Pick<Restored, 'campaigns' | 'openCalls'>> {
  await migrateDatabase(options.databaseUrl);
  const client = new Client({ connectionString: options.databaseUrl, application_name: 'apel-restore' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await requireFit(client, manifest);
    await client.query('begin');
    await client.query(`truncate ${manifest.tables.map(({ name }) => name).join(', ')}`);
    // What triggers wrote is among the rows already.
    for (const { name } of manifest.tables) await client.query(`alter table ${name} disable trigger user`);
    for (const table of manifest.tables) {
      options.progress(`table ${table.name}`);
      await loadTable(client, table, options.from);
    }
    for (const { name } of manifest.tables) await client.query(`alter table ${name} enable trigger user`);
    await moveSequences(client, manifest);
    const after = await putToRest(client, manifest, options.now);
    await client.query('commit');
    await client.query('analyze');
    return after;
  } finally {
    await client.end();
  }
}

async function requireFit(client: Client, manifest: Manifest): Promise<void> {
  const migrations = await readMigrations(client);
  if (JSON.stringify(migrations) !== JSON.stringify(manifest.migrations)) {
    throw new UserError(
      `the backup fits a build with ${manifest.migrations.length} migrations, this one has ${migrations.length}: ` +
        'restore with the build that made it, then upgrade',
    );
  }
  const { rows } = await client.query<{ used: boolean }>(
    `select exists (select 1 from calls) or exists (select 1 from contacts) or exists (select 1 from numbers)
       or exists (select 1 from users) or exists (select 1 from campaigns) as used`,
  );
  if (rows[0]?.used) throw new UserError('the database is not empty; nothing was changed');
}

/** COPY keeps identities as they were and does not move what counts them. */
async function moveSequences(client: Client, manifest: Manifest): Promise<void> {
  const names = manifest.tables.map(({ name }) => name);
  const { rows } = await client.query<{ table: string; column: string }>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = 'public' and is_identity = 'YES' and table_name = any($1)`,
    [names],
  );
  for (const { table, column } of rows) {
    await client.query(
      `select setval(pg_get_serial_sequence('${table}', '${column}'), coalesce(max("${column}"), 0) + 1, false) from ${table}`,
    );
  }
}

async function putToRest(
  client: Client,
  manifest: Manifest,
  now: Date,
): Promise<Pick<Restored, 'campaigns' | 'openCalls'>> {
  await client.query(`update edges set ended_at = $1, ended_by = 'restore' where ended_at is null`, [now]);
  await client.query(
    `insert into edges (node, epoch, control_url, capacity, started_at, ended_at, ended_by)
     select node, max(epoch) + $2, 'http://127.0.0.1:1', 0, $1, $1, 'restore' from edges group by node`,
    [now, EPOCHS_SKIPPED],
  );
  const paused = await client.query<{ name: string }>(
    `update campaigns set paused_at = coalesce(paused_at, $1), paused_by = coalesce(paused_by, 'restore'),
       paused_reason = coalesce(paused_reason, $2) returning name`,
    [now, `restored from the backup of ${manifest.takenAt}`],
  );
  // Log-ins of then, some of them ended since.
  await client.query('update sessions set revoked_at = $1 where revoked_at is null', [now]);
  await client.query(
    `insert into audit_log (at, actor, action, object_kind, object_id, after)
     values ($1, 'system', 'site.restore', 'site', '', jsonb_build_object('takenAt', $2::text))`,
    [now, manifest.takenAt],
  );
  const open = await client.query<{ count: number }>('select count(*)::int as count from live_calls');
  return { campaigns: paused.rows.map(({ name }) => name).toSorted(), openCalls: open.rows[0]?.count ?? 0 };
}

async function restoreFile(
  { from, recordingsDir, promptsDir }: RestoreOptions,
  file: Manifest['files'][number],
): Promise<void> {
  const [folder, ...rest] = file.path.split('/');
  const target = folder === 'recordings' ? recordingsDir : folder === 'prompts' ? promptsDir : undefined;
  if (target === undefined) throw new UserError(`${file.path}: nothing of ours lies there`);
  const copied = await copyChecked(join(from, file.path), join(target, ...rest), file.sha256);
  if (typeof copied === 'string') throw new UserError(`${file.path}: ${copied}`);
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
