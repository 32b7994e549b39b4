/**
 * Makes a backup of a running or a stopped site.
 *
 * Order: database, keys, files. A recording is written and hashed before the commit that names it, a prompt before the
 * configuration, a key before the first value under it: whatever the snapshot of the database names is on disk when the
 * snapshot is taken, so that copying after it finds everything. The other way round, a call committed in between would
 * have a row and no file. Retention and archive stand still meanwhile: they take files away that the snapshot names.
 * @module
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { holdRecordings } from '../../../db/recording-upkeep.ts';
import { UserError } from '../../shell/user-error.ts';
import type { Progress } from '../tool-report.ts';
import { dumpTable, readMigrations, readTables } from './dump.ts';
import { copyChecked } from './files.ts';
import { MANIFEST_FORMAT, PLACES, type FileEntry, type Manifest, type TableEntry } from './manifest.ts';

export interface BackupSite {
  databaseUrl: string;
  keysFile: string;
  recordingsDir: string;
  promptsDir: string;
}

export interface BackupOptions extends BackupSite {
  /** Made; must be empty. */
  to: string;
  /** False where the recordings are backed up by other means. */
  recordings: boolean;
  progress: Progress;
}

/** Keep the server from ending a long transaction of ours; the snapshot costs it dead rows, not locks. */
const SETTINGS = 'set statement_timeout = 0; set idle_in_transaction_session_timeout = 0';

/** @throws UserError when the folder is not empty or the site's keys are not there */
export async function makeBackup(options: BackupOptions): Promise<Manifest> {
  await makeEmptyFolder(options.to);
  const holder = await connect(options.databaseUrl);
  try {
    if (options.recordings)
      await holdRecordings(holder, () => options.progress('waiting for the upkeep of recordings'));
    return await backUp(options);
  } finally {
    await holder.end();
  }
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'apel-backup' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(SETTINGS);
  return client;
}

async function backUp(options: BackupOptions): Promise<Manifest> {
  const { to, progress } = options;
  const dumped = await dumpDatabase(options);
  const keys = await readFile(options.keysFile).catch(() => {
    throw new UserError(`${options.keysFile} cannot be read: without the keys a backup is worth little`);
  });
  await writeFile(PLACES.keys(to), keys, { mode: 0o600, flag: 'wx' });
  progress(`copying ${dumped.recordings.length} recordings and the prompts`);
  const copied = await copyFiles(options, dumped.recordings);
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    takenAt: dumped.takenAt,
    migrations: dumped.migrations,
    tables: dumped.tables,
    files: copied.files,
    keysSha256: createHash('sha256').update(keys).digest('hex'),
    damaged: copied.damaged,
  };
  await writeManifest(to, manifest);
  return manifest;
}

async function makeEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new UserError(`${folder} is not empty`);
  await chmod(folder, 0o700);
  await mkdir(join(folder, 'database'), { mode: 0o700 });
}

interface RecordingRow {
  path: string;
  sha256: string;
}

interface Dumped {
  takenAt: string;
  migrations: string[];
  tables: TableEntry[];
  recordings: RecordingRow[];
}

async function dumpDatabase({ databaseUrl, to, recordings, progress }: BackupOptions): Promise<Dumped> {
  const client = await connect(databaseUrl);
  try {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ now: Date }>('select now() as now');
    const tables: TableEntry[] = [];
    for (const table of await readTables(client)) {
      progress(`table ${table.name}`);
      tables.push(await dumpTable(client, table, to));
    }
    return {
      takenAt: (rows[0]?.now ?? new Date()).toISOString(),
      migrations: await readMigrations(client),
      tables,
      recordings: recordings ? await namedRecordings(client) : [],
    };
  } finally {
    await client.end();
  }
}

/** Recordings that rows name, in the order of their days. */
async function namedRecordings(client: Client): Promise<RecordingRow[]> {
  const { rows } = await client.query<RecordingRow>(
    `select recording_path as path, recording_sha256 as sha256 from calls
     where recording_state = 'ready' and recording_path is not null and recording_sha256 is not null
     order by recording_path`,
  );
  return rows;
}

async function copyFiles(
  { to, recordingsDir, promptsDir }: BackupOptions,
  recordings: readonly RecordingRow[],
): Promise<Pick<Manifest, 'files' | 'damaged'>> {
  const files: FileEntry[] = [];
  const damaged: Manifest['damaged'] = [];
  const copy = async (folder: string, from: string, { path, sha256 }: RecordingRow): Promise<void> => {
    const inside = `${folder}/${path}`;
    const copied = await copyChecked(join(from, path), join(to, inside), sha256);
    if (typeof copied === 'string') damaged.push({ path: inside, problem: copied });
    else files.push({ ...copied, path: inside });
  };
  for (const recording of recordings) await copy('recordings', recordingsDir, recording);
  // Prompts are named by their hash.
  const prompts = (await readdir(promptsDir).catch(() => [])).filter((name) =>
    /^[0-9a-f]{64}\.wav$/.test(name),
  );
  for (const path of prompts.toSorted())
    await copy('prompts', promptsDir, { path, sha256: basename(path, '.wav') });
  return { files, damaged };
}

/** Last of all, and whole or not at all. */
async function writeManifest(to: string, manifest: Manifest): Promise<void> {
  const draft = `${PLACES.manifest(to)}.part`;
  const file = await open(draft, 'wx', 0o600);
  await file.writeFile(`${JSON.stringify(manifest, null, 1)}\n`);
  await file.sync();
  await file.close();
  await rename(draft, PLACES.manifest(to));
}
