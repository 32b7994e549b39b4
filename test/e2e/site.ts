/**
 * The whole product, started as a person starts it, in a state folder and on ports of its own.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { Client, Connection } from '@temporalio/client';
import { readLiveRunState, type RunState } from '../../cli/supervisor/run-state.ts';
import type { AuditOptions } from '../auditor/audit-context.ts';
import { runAudit, type AuditReport } from '../auditor/run-audit.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface TestSite {
  home: string;
  db: Pool;
  temporal: Client;
  /** What `apel up` wrote down: addresses, environment, process ids. */
  state(): RunState;
  /** Runs `./apel …` against this site; fails with its output. */
  apel(...args: string[]): Promise<string>;
  /** Writes a file below the home folder and returns its path. */
  write(path: string, text: string): Promise<string>;
  /** kill -9 of one part; the launcher starts it again. */
  kill(part: string): void;
  audit(carrierLogs: readonly string[], more?: AuditMore): Promise<AuditReport>;
  stop(): Promise<void>;
}

type AuditMore = Partial<Pick<AuditOptions, 'now' | 'stalledMs' | 'acknowledged'>>;

/** A new folder that Postgres may enter as another user: mkdtemp gives 0700. */
export async function makeTestHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'apel-e2e-'));
  await chmod(home, 0o711);
  return home;
}

/**
 * @param variables on top of this process's environment, as a person would set them
 * @param folder one of `makeTestHome`, for a test that prepares it; removed at the end
 */
export async function startTestSite(variables: NodeJS.ProcessEnv = {}, folder?: string): Promise<TestSite> {
  const home = folder ?? (await makeTestHome());
  const env = { ...process.env, APEL_HOME: home, LOG_LEVEL: 'info', ...variables };
  const launcher = spawn(join(ROOT, 'apel'), ['up', '--port-base', '0', '--quiet'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  launcher.stdout.on('data', (chunk) => output.push(String(chunk)));
  launcher.stderr.on('data', (chunk) => output.push(String(chunk)));
  const runFile = join(home, 'run.json');
  try {
    await until('the site is ready', 150_000, async () => {
      if (launcher.exitCode !== null)
        throw new Error(`apel up ended with code ${launcher.exitCode}:\n${output.join('')}`);
      return readLiveRunState(runFile)?.ready === true;
    });
  } catch (error) {
    await end(launcher);
    throw new Error(`${(error as Error).message}\n${output.join('').slice(-4_000)}`, { cause: error });
  }
  const state = (): RunState => JSON.parse(readFileSync(runFile, 'utf8')) as RunState;
  const { env: siteEnv } = state();
  const db = new Pool({ connectionString: siteEnv['DATABASE_URL'], max: 4 });
  // The pool outlives kill -9 of Postgres: an idle client's error is no failure of the test.
  db.on('error', () => {});
  const connection = await Connection.connect({ address: siteEnv['TEMPORAL_ADDRESS'] ?? '' });
  return {
    home,
    db,
    temporal: new Client({ connection }),
    state,
    apel: (...args) => runApel(args, env),
    write: async (path, text) => {
      const file = join(home, path);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    kill: (part) => {
      const pid = state().parts.find((p) => p.name === part)?.process?.pid;
      if (!pid) throw new Error(`no process of part ${part} is running`);
      process.kill(pid, 'SIGKILL');
    },
    audit: (carrierLogs, more = {}) =>
      runAudit({
        databaseUrl: siteEnv['DATABASE_URL'] ?? '',
        carrierLogs,
        recordingsDir: siteEnv['APEL_RECORDINGS'] ?? '',
        temporalAddress: siteEnv['TEMPORAL_ADDRESS'] ?? '',
        rtpengineNg: siteEnv['RTPENGINE_NG'] ?? '',
        now: new Date(),
        ...more,
      }),
    stop: async () => {
      await connection.close();
      await db.end();
      await end(launcher);
      if (process.env['APEL_KEEP_HOME']) process.stderr.write(`state folder kept: ${home}\n`);
      else await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Polls until `check` is true; never a fixed sleep. */
export async function until(
  what: string,
  timeoutMs: number,
  check: () => Promise<boolean> | boolean,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function end(launcher: ChildProcess): Promise<void> {
  if (launcher.exitCode !== null || launcher.signalCode !== null) return;
  const exited = once(launcher, 'exit');
  launcher.kill('SIGTERM');
  const killer = setTimeout(() => launcher.kill('SIGKILL'), 45_000);
  await exited;
  clearTimeout(killer);
}

async function runApel(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(join(ROOT, 'apel'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  child.stderr.on('data', (chunk) => (text += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`apel ${args.join(' ')} ended with code ${code}:\n${text}`);
  return text;
}
