/**
 * Where the embedded Postgres keeps its data. It refuses to run as root and then runs as an unprivileged user, who must
 * get in: on a fresh machine the checkout often lies in /root, which is 0700.
 * @module
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** State that must not depend on a checkout (FHS 3.0, §5.8). */
const OUTSIDE = '/var/lib/apel';
const OTHERS_EXECUTE = 0o001;
const HASH_CHARS = 10;

export interface PostgresPlace {
  /** The data folder; the password and, where needed, copies of the programs lie beside it. */
  data: string;
  /** Folder made for it outside of the state folder, which `reset` deletes as well. */
  outside?: string;
}

export interface PlaceFacts {
  /** Of this process; undefined where there are no users. */
  uid: number | undefined;
  /** Permission bits of a folder, undefined when there is none yet. */
  modeOf(path: string): number | undefined;
}

/**
 * Data stay where they were made, whatever permissions become of it: a site must never come up empty beside its data.
 * @param stateFolder absolute
 */
export function postgresPlace(stateFolder: string, facts: PlaceFacts = REAL): PostgresPlace {
  const inside = join(stateFolder, 'postgres');
  const outside = outsideFolder(stateFolder);
  const outsideData = join(outside, 'postgres');
  const isMade = (data: string): boolean => facts.modeOf(join(data, 'PG_VERSION')) !== undefined;
  if (isMade(inside)) return { data: inside };
  if (isMade(outsideData)) return { data: outsideData, outside };
  if (facts.uid !== 0 || othersMayEnter(stateFolder, facts)) return { data: inside };
  return { data: outsideData, outside };
}

/** Named after the checkout or the state folder for people, and by its whole path for uniqueness. */
function outsideFolder(stateFolder: string): string {
  const own = basename(stateFolder);
  const name = own === '.apel' ? basename(dirname(stateFolder)) : own;
  const hash = createHash('sha256').update(stateFolder).digest('hex').slice(0, HASH_CHARS);
  return join(OUTSIDE, `${name.replaceAll(/[^\w-]/g, '') || 'site'}-${hash}`);
}

/** Folders that do not exist yet will be made enterable. */
function othersMayEnter(folder: string, facts: PlaceFacts): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const mode = facts.modeOf(path);
    if (mode !== undefined && (mode & OTHERS_EXECUTE) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

const REAL: PlaceFacts = {
  uid: process.getuid?.(),
  modeOf: (path) => {
    try {
      return statSync(path).mode;
    } catch {
      return undefined;
    }
  },
};
