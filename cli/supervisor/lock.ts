/**
 * One launcher per state folder. The lock names its holder by pid and start time, so that a lock left by a killed
 * launcher, or by a pid that is somebody else's now, is seen to be stale.
 * @module
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../shell/user-error.ts';
import { isRunning, processRef, type ProcessRef } from './proc.ts';

export interface Lock {
  release(): void;
}

/** The living holder of the lock, if any. */
export function lockHolder(path: string): ProcessRef | undefined {
  const ref = readLock(path);
  return ref && isRunning(ref) ? ref : undefined;
}

/**
 * Takes the lock.
 * @throws UserError naming the pid that holds it
 */
export function takeLock(path: string): Lock {
  mkdirSync(dirname(path), { recursive: true });
  const own = processRef(process.pid);
  if (!own) throw new Error('no /proc: Apel runs on Linux');
  const draft = `${path}.${own.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (;;) {
      if (tryLink(draft, path)) return { release: () => releaseLock(path, own) };
      const holder = lockHolder(path);
      if (holder) throw new UserError(`Apel already runs here (pid ${holder.pid}); end it with: ./apel down`);
      removeStale(path, own);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two launchers may see the same stale lock: whoever moved away a living one by mistake puts it back. */
function removeStale(path: string, own: ProcessRef): void {
  const aside = `${path}.stale.${own.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  if (moved && isRunning(moved)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function releaseLock(path: string, own: ProcessRef): void {
  const ref = readLock(path);
  if (ref?.pid === own.pid && ref.startTime === own.startTime) rmSync(path, { force: true });
}

function readLock(path: string): ProcessRef | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, startTime } = value as Partial<ProcessRef>;
    return typeof pid === 'number' && typeof startTime === 'string' ? { pid, startTime } : undefined;
  } catch {
    return undefined;
  }
}
