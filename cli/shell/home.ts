/**
 * Where things are: the checkout and the state folder.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout; commands work from any folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

export interface Home {
  /** State folder: `APEL_HOME`, else `.apel` in the checkout. */
  path: string;
  lock: string;
  runState: string;
  secrets: string;
  keys: string;
  logs: string;
  postgres: string;
  temporalDb: string;
  spool: string;
  recordings: string;
  imports: string;
  prompts: string;
}

export function homeOf(env: NodeJS.ProcessEnv): Home {
  const path = resolve(env['APEL_HOME'] || join(ROOT, '.apel'));
  return {
    path,
    lock: join(path, 'apel.lock'),
    runState: join(path, 'run.json'),
    secrets: join(path, 'secrets.json'),
    keys: env['APEL_KEYS_FILE'] ? resolve(env['APEL_KEYS_FILE']) : join(path, 'keys.json'),
    logs: join(path, 'logs'),
    postgres: join(path, 'postgres'),
    temporalDb: join(path, 'temporal.db'),
    spool: resolve(env['APEL_RECORDING_SPOOL'] || join(path, 'spool')),
    recordings: resolve(env['APEL_RECORDINGS'] || join(path, 'recordings')),
    imports: resolve(env['APEL_IMPORTS'] || join(path, 'imports')),
    prompts: resolve(env['APEL_PROMPTS'] || join(path, 'prompts')),
  };
}

/** The state folder may be passed through (embedded Postgres runs as another user), its secrets are 0600. */
export function makeFolders(home: Home): void {
  mkdirSync(home.path, { recursive: true, mode: 0o711 });
  for (const folder of [home.logs, home.spool, home.recordings, home.imports, home.prompts]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** Downloads and builds that outlive a checkout. */
export function userCache(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'apel');
}
