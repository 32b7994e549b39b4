/**
 * `./apel demo` as a person starts it, in a state folder and on ports of its own; the passwords come from what it prints.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { RunState } from '../../cli/supervisor/run-state.ts';
import type { Person } from './pages-browser.ts';
import { until } from './site.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
/** A machine without node_modules or Temporal's CLI is not expected here; a busy one is. */
const START_MS = 170_000;
const END_MS = 45_000;
const PASSWORD_LINE = /^\s+(\S+)\s+([a-z0-9]{4}(?:-[a-z0-9]{4})+)\s+\((\w+)\)$/gm;

export interface DemoSite {
  url: string;
  db: Pool;
  /** The first run's log-in of a role. */
  person(role: string): Person;
  stop(): Promise<void>;
}

/** Resolves when the list is imported and dialing begins. */
export async function startDemoSite(): Promise<DemoSite> {
  const home = await mkdtemp(join(tmpdir(), 'apel-pages-'));
  // mkdtemp gives 0700, and Postgres runs as another user when we are root.
  await chmod(home, 0o711);
  const launcher = spawn(join(ROOT, 'apel'), ['demo', '--port-base', '0', '--quiet', '--history', '0'], {
    // As a person has it: the bundles are made by the launcher.
    env: { ...process.env, APEL_WORKFLOW_BUNDLE: undefined, APEL_PARTS: undefined, APEL_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  launcher.stdout.on('data', (chunk) => (printed += String(chunk)));
  launcher.stderr.on('data', (chunk) => (said += String(chunk)));

  async function end(): Promise<void> {
    if (launcher.exitCode === null && launcher.signalCode === null) {
      const exited = once(launcher, 'exit');
      launcher.kill('SIGTERM');
      const killer = setTimeout(() => launcher.kill('SIGKILL'), END_MS);
      await exited;
      clearTimeout(killer);
    }
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }

  try {
    await until('the demo dials', START_MS, () => {
      if (launcher.exitCode !== null) throw new Error(`apel demo ended with code ${launcher.exitCode}`);
      return printed.includes('Ctrl-C ends everything');
    });
  } catch (error) {
    await end();
    throw new Error(`${(error as Error).message}\n${said.slice(-4_000)}`, { cause: error });
  }
  const state = JSON.parse(readFileSync(join(home, 'run.json'), 'utf8')) as RunState;
  const people = new Map<string, Person>();
  for (const [, name = '', password = '', role = ''] of printed.matchAll(PASSWORD_LINE)) {
    people.set(role, { name, password });
  }
  const db = new Pool({ connectionString: state.env['DATABASE_URL'], max: 2 });
  db.on('error', () => {});
  return {
    url: state.addresses.page,
    db,
    person: (role) => {
      const person = people.get(role);
      if (!person) throw new Error(`no log-in of a ${role} was printed`);
      return person;
    },
    stop: async () => {
      await db.end();
      await end();
    },
  };
}
