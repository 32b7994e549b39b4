/**
 * Where things are: the checkout and the state folder.
 * @module
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, rmdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresPlace } from './postgres-place.ts';
import { UserError } from './user-error.ts';

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
  /** Data of the embedded Postgres. */
  postgres: string;
  /** Set when Postgres cannot live in the state folder: the folder that holds its data instead. */
  postgresOutside?: string;
  temporalDb: string;
  spool: string;
  recordings: string;
  imports: string;
  prompts: string;
}

export function homeOf(env: NodeJS.ProcessEnv): Home {
  const path = resolve(env['APEL_HOME'] || join(ROOT, '.apel'));
  const { data, outside } = postgresPlace(path);
  return {
    path,
    lock: join(path, 'apel.lock'),
    runState: join(path, 'run.json'),
    secrets: join(path, 'secrets.json'),
    keys: env['APEL_KEYS_FILE'] ? resolve(env['APEL_KEYS_FILE']) : join(path, 'keys.json'),
    logs: join(path, 'logs'),
    postgres: data,
    ...(outside === undefined ? {} : { postgresOutside: outside }),
    temporalDb: join(path, 'temporal.db'),
    spool: resolve(env['APEL_RECORDING_SPOOL'] || join(path, 'spool')),
    recordings: resolve(env['APEL_RECORDINGS'] || join(path, 'recordings')),
    imports: resolve(env['APEL_IMPORTS'] || join(path, 'imports')),
    prompts: resolve(env['APEL_PROMPTS'] || join(path, 'prompts')),
  };
}

/** The state folder may be passed through (embedded Postgres runs as another user), its secrets are 0600. */
const PASSABLE = 0o711;

/** @throws UserError when a folder cannot be made */
export function makeFolders(home: Home): void {
  try {
    makeAll(home);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new UserError(`folder ${path ?? home.path} cannot be made (${code ?? 'unknown reason'})`);
  }
}

function makeAll(home: Home): void {
  makePassable(home.path);
  if (home.postgresOutside !== undefined) makePassable(home.postgresOutside);
  for (const folder of [home.logs, home.spool, home.recordings, home.imports, home.prompts]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** A strict umask would take the bits away again; folders that were there keep what they have. */
function makePassable(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: PASSABLE });
  if (first === undefined) return;
  for (let path = folder; path.length >= first.length; path = dirname(path)) chmodSync(path, PASSABLE);
}

/**
 * Somebody deleted a state folder and begins anew at the same path: the database left outside belongs to keys that are
 * gone. It is kept under another name.
 * @returns that name
 */
export function setAsideOrphanedData(home: Home, now: Date): string | undefined {
  const { postgresOutside: outside } = home;
  if (outside === undefined || existsSync(home.secrets) || !existsSync(home.postgres)) return undefined;
  const aside = `${outside}.${now.toISOString().replaceAll(/\W/g, '').slice(0, 15)}`;
  renameSync(outside, aside);
  return aside;
}

/** Everything that `makeFolders` and the parts made. */
export function removeHome(home: Home): void {
  rmSync(home.path, { recursive: true, force: true });
  if (home.postgresOutside === undefined) return;
  rmSync(home.postgresOutside, { recursive: true, force: true });
  try {
    rmdirSync(dirname(home.postgresOutside));
  } catch {
    // Other sites have their data there.
  }
}

/** Downloads and builds that outlive a checkout. */
export function userCache(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'apel');
}
