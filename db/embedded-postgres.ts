/**
 * Postgres from the npm package, as a child process of ours: for development, tests and small sites.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { access, chown, lstat, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { everyoneMayEnter, installBinaries, type Account } from './embedded-binaries.ts';

export interface EmbeddedPostgresOptions {
  /** Made on the first start. Its parent also holds the password (0600) and, where needed, the binaries. */
  dataDir: string;
  port: number;
  logFile: string;
  /** Default 200. */
  maxConnections?: number;
  /** Default `on`. Only tests may turn it off: their data may be lost. */
  durability?: 'on' | 'off-for-tests';
  /** Called when the server ends without `stop()`. */
  onExit?: (code: number | null, signal: NodeJS.Signals | null) => void;
}

export interface EmbeddedPostgres {
  /** Of the database `apel`, with the password. */
  url: string;
  pid: number;
  /** Fast shutdown (SIGINT): running transactions are rolled back; killed after 20 s. */
  stop(): Promise<void>;
}

/** nobody:nogroup. Postgres refuses to run as root. */
const UNPRIVILEGED: Account = { uid: 65_534, gid: 65_534 };
const READY_TIMEOUT_MS = 60_000;
const INITDB_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 50;
const PREVIOUS_SHUTDOWN_MS = 8_000;
const FOREIGN_SERVER_MS = 3_000;
const DATABASE = 'apel';
const USER = 'apel';

/**
 * Starts the server and waits until it takes connections (recovery after a kill -9 included).
 * @throws Error naming what is wrong: the port is taken, the data belong to a living server or another major version.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const parent = dirname(dataDir);
  const account = process.getuid?.() === 0 ? UNPRIVILEGED : undefined;
  await mkdir(parent, { recursive: true });
  if (account !== undefined && !(await everyoneMayEnter(parent)))
    throw new Error(closedFolder(account, parent));
  const password = await readOrMakePassword(join(parent, `${basename(dataDir)}.password`));
  const binaries = await installBinaries({ parent, account });
  await prepareDataDir({ dataDir, account });
  if (!(await exists(join(dataDir, 'PG_VERSION')))) {
    await initialise({ initdb: binaries.initdb, dataDir, password, account, logFile: options.logFile });
  }
  await removeStalePidFile(dataDir);

  let stopping = false;
  const url = (database: string) => `postgres://${USER}:${password}@127.0.0.1:${options.port}/${database}`;
  const { child, exit } = await spawnReady(
    () => spawnServer({ postgres: binaries.postgres, dataDir, account, options }),
    async (exit) => {
      await waitUntilReady({ url: url('postgres'), exit, logFile: options.logFile });
      await ensureDatabase(url('postgres'));
    },
  );
  child.once('exit', (code, signal) => {
    if (!stopping) options.onExit?.(code, signal);
  });
  return {
    url: url(DATABASE),
    pid: child.pid ?? -1,
    stop: async () => {
      stopping = true;
      await stopChild(child, exit);
    },
  };
}

/** Again while processes of a server that was killed with -9 are still on their way out: they hold its shared memory. */
async function spawnReady(
  spawnOne: () => ChildProcess,
  untilReady: (exit: Exit) => Promise<void>,
): Promise<{ child: ChildProcess; exit: Exit }> {
  const deadline = Date.now() + PREVIOUS_SHUTDOWN_MS;
  for (;;) {
    const child = spawnOne();
    const exit = watchExit(child);
    try {
      await untilReady(exit);
      return { child, exit };
    } catch (error) {
      await stopChild(child, exit);
      if (!String(error).includes('pre-existing shared memory block') || Date.now() > deadline) throw error;
    }
    await delay(POLL_MS);
  }
}

function closedFolder({ uid }: Account, folder: string): string {
  return (
    `Postgres runs as user ${uid} when started by root, which may not enter ${folder}: ` +
    'open its parents to others (chmod o+x), or set APEL_HOME to another folder or DATABASE_URL to a server of yours.'
  );
}

async function readOrMakePassword(file: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  try {
    await writeFile(file, password, { mode: 0o600, flag: 'wx' });
    return password;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const kept = (await readFile(file, 'utf8')).trim();
  if (kept !== '') return kept;
  throw new Error(`The password file ${file} is empty; delete the data folder beside it to begin anew.`);
}

async function prepareDataDir(input: { dataDir: string; account: Account | undefined }): Promise<void> {
  await mkdir(input.dataDir, { recursive: true, mode: 0o700 });
  if (input.account === undefined) return;
  const { uid } = await lstat(input.dataDir);
  if (uid !== input.account.uid) await chownTree(input.dataDir, input.account);
}

/** Also covers data that another user's run (or a restore by root) left behind. */
async function chownTree(path: string, account: Account): Promise<void> {
  await chown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await chownTree(inner, account);
    else if (!entry.isSymbolicLink()) await chown(inner, account.uid, account.gid);
  }
}

interface InitialiseInput {
  initdb: string;
  dataDir: string;
  password: string;
  account: Account | undefined;
  logFile: string;
}

/** An initdb that was killed half way leaves a folder without PG_VERSION or a partial one; initdb wants it empty. */
async function initialise(input: InitialiseInput): Promise<void> {
  for (const entry of await readdir(input.dataDir)) {
    await rm(join(input.dataDir, entry), { recursive: true, force: true });
  }
  const passwordFile = join(input.dataDir, '..', `${basename(input.dataDir)}.initdb-password`);
  await writeFile(passwordFile, `${input.password}\n`, { mode: 0o600 });
  if (input.account) await chown(passwordFile, input.account.uid, input.account.gid);
  const log = openSync(input.logFile, 'a', 0o600);
  try {
    const child = spawn(
      input.initdb,
      [
        `--pgdata=${input.dataDir}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The builtin provider sorts by code point and does not change with the machine; pages sort by ICU `ro-RO`.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--lc-collate=C',
        '--lc-ctype=C',
      ],
      {
        ...input.account,
        cwd: input.dataDir,
        stdio: ['ignore', log, log],
        timeout: INITDB_TIMEOUT_MS,
        env: ENV,
      },
    );
    const code = await new Promise<number | null>((done, fail) => {
      child.once('error', fail);
      child.once('exit', done);
    });
    if (code !== 0) throw new Error(`initdb failed with code ${code}; see ${input.logFile}`);
  } finally {
    closeSync(log);
    await rm(passwordFile, { force: true });
  }
}

/** The server's own messages are read by people and by nobody's program: one language, no inherited PG* settings. */
const ENV: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

/**
 * After kill -9 the pid in `postmaster.pid` may belong to another program by now, and Postgres then refuses to start.
 * The file goes unless the process is a living postgres with this data folder.
 */
async function removeStalePidFile(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text.split('\n')[0]);
  // Its keeper may have died a moment ago and taken it along: a shutdown in progress is worth waiting for.
  const deadline = Date.now() + PREVIOUS_SHUTDOWN_MS;
  while (await runsOn(pid, dataDir)) {
    if (Date.now() > deadline) {
      throw new Error(`Postgres already runs on ${dataDir} as process ${pid}; end it first.`);
    }
    await delay(POLL_MS);
  }
  await rm(file, { force: true });
}

async function runsOn(pid: number, dataDir: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(dataDir);
}

interface SpawnInput {
  postgres: string;
  dataDir: string;
  account: Account | undefined;
  options: EmbeddedPostgresOptions;
}

function spawnServer({ postgres, dataDir, account, options }: SpawnInput): ChildProcess {
  const settings = {
    port: String(options.port),
    listen_addresses: '127.0.0.1',
    // No Unix socket: nothing of ours uses it, and its folder would have to be writable.
    unix_socket_directories: '',
    max_connections: String(options.maxConnections ?? 200),
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Values of statements hold numbers and names of people.
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...DURABILITY[options.durability ?? 'on'],
  };
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    return spawn(
      postgres,
      ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...account, cwd: dataDir, stdio: ['ignore', log, log], env: ENV },
    );
  } finally {
    closeSync(log);
  }
}

const DURABILITY = {
  on: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
  'off-for-tests': { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
};

interface Exit {
  happened: boolean;
  done: Promise<void>;
}

function watchExit(child: ChildProcess): Exit {
  const exit: Exit = { happened: false, done: Promise.resolve() };
  exit.done = new Promise((done) => {
    const over = () => {
      exit.happened = true;
      done();
    };
    child.once('exit', over);
    child.once('error', over);
  });
  return exit;
}

async function waitUntilReady(input: { url: string; exit: Exit; logFile: string }): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (input.exit.happened) throw new Error(await startFailure(input.logFile));
    const problem = await withClient(input.url, async () => {}).then(
      () => undefined,
      (error: unknown) => error as { code?: string; message: string },
    );
    if (problem === undefined) return;
    // 28P01, wrong password: a foreign server has the port (ours then ends), or the password file is not this data's.
    if (problem.code === '28P01') {
      await Promise.race([input.exit.done, delay(FOREIGN_SERVER_MS)]);
      if (input.exit.happened) throw new Error(await startFailure(input.logFile));
      throw new Error(
        'Postgres refuses our password: the password file beside the data folder is not its own.',
      );
    }
    if (Date.now() > deadline) throw new Error(`Postgres was not ready in time: ${problem.message}`);
    await delay(POLL_MS);
  }
}

/** The last complaint of the server, which names a taken port or a foreign version. */
async function startFailure(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const complaint = text
    .split('\n')
    .filter((line) => /FATAL|ERROR|LOG: {2}could not/.test(line))
    .at(-1);
  return `Postgres did not start: ${complaint ?? 'no message'} (log: ${logFile})`;
}

async function ensureDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

async function stopChild(child: ChildProcess, exit: Exit): Promise<void> {
  if (exit.happened) return;
  child.kill('SIGINT');
  const late = new AbortController();
  await Promise.race([
    exit.done,
    delay(STOP_TIMEOUT_MS, undefined, { signal: late.signal }).then(
      () => child.kill('SIGKILL'),
      () => false,
    ),
  ]);
  await exit.done;
  late.abort();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
