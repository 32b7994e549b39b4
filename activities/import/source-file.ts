/**
 * The operator's file: inside the import folder, and readable.
 * @module
 */
import { constants, type BigIntStats } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { toFailure } from '../failure.ts';
import { wrong } from './input.ts';

/** About 17 million rows; larger files are better split. */
const MAX_FILE_BYTES = 1024 ** 3;

/** The operator's file, and what it was when it was opened. */
export interface SourceFile {
  file: FileHandle;
  /** Bytes to read; what is appended later is not read, but found out. */
  size: number;
  /** @throws ApplicationFailure `file-unusable` when what was read cannot be one state of the file */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file of the import folder. Neither `..` nor an absolute path nor a symbolic link leads out of it; the handle is
 * opened on the resolved path without following links again.
 * @throws ApplicationFailure naming `file`
 */
export async function openSourceFile(importFolder: string, name: string): Promise<SourceFile> {
  if (isAbsolute(name) || name.includes('\0') || name.split(/[\\/]/).includes('..')) {
    throw wrong(
      'file',
      'numele trebuie să fie al unui fișier din dosarul de importuri, fără „..” și fără cale absolută',
    );
  }
  const root = await realpath(importFolder).catch(() => {
    throw toFailure('file-unusable', 'file: dosarul de importuri nu există pe această mașină');
  });
  const path = await resolveInside(root, name);
  // Asked before the file is opened, because some devices mind being opened; and again of what was opened.
  checkKind(await stat(path, { bigint: true }).catch(throwUnreadable));
  // A FIFO put there in between would otherwise wait for its writer, for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(throwUnreadable);
  try {
    const before = await file.stat({ bigint: true });
    checkKind(before);
    // A folder on the way may have been a link for a moment: what was opened must be what lies inside.
    const inside = await stat(await resolveInside(root, name), { bigint: true }).catch(throwUnreadable);
    if (inside.ino !== before.ino || inside.dev !== before.dev) {
      throw toFailure('file-unusable', 'file: fișierul a fost înlocuit chiar acum; porniți importul din nou');
    }
    return {
      file,
      size: Number(before.size),
      assertUnchanged: () => assertUnchanged({ file, path, before }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Links are followed before the comparison. */
async function resolveInside(root: string, name: string): Promise<string> {
  const path = await realpath(resolve(root, name)).catch(throwUnreadable);
  const inside = relative(root, path);
  if (inside === '' || inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside)) {
    throw wrong('file', 'fișierul este în afara dosarului de importuri (legătură simbolică)');
  }
  return path;
}

function checkKind(info: BigIntStats): void {
  if (!info.isFile()) throw toFailure('file-unusable', 'file: nu este un fișier');
  if (info.size === 0n) throw toFailure('file-unusable', 'file: fișierul este gol');
  if (info.size > MAX_FILE_BYTES) {
    throw toFailure('file-unusable', 'file: fișierul este mai mare de 1 GiB; împărțiți-l');
  }
}

interface Opened {
  file: FileHandle;
  path: string;
  before: BigIntStats;
}

/** A list that is still being written must not be imported in part: half of it old, half of it new, or none of its end. */
async function assertUnchanged({ file, path, before }: Opened): Promise<void> {
  const now = await file.stat({ bigint: true });
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  const change = changeOf(before, now, there);
  if (change === undefined) return;
  throw toFailure(
    'file-unusable',
    `file: fișierul ${change} în timp ce era citit; nimic nu a fost importat. Porniți importul din nou când este complet`,
  );
}

function changeOf(before: BigIntStats, now: BigIntStats, there: BigIntStats | undefined): string | undefined {
  if (now.size > before.size) return 'a crescut';
  if (now.size < before.size) return 's-a scurtat';
  if (there === undefined) return 'a fost șters';
  if (there.ino !== before.ino || there.dev !== before.dev) return 'a fost înlocuit';
  // ctime as well: copying tools set mtime back.
  if (now.mtimeNs !== before.mtimeNs || now.ctimeNs !== before.ctimeNs) return 'a fost modificat';
  return undefined;
}

function throwUnreadable(error: unknown): never {
  throw unreadable(error);
}

function unreadable(error: unknown) {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return toFailure('file-unusable', 'file: fișierul nu există în dosarul de importuri', error);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return toFailure('file-unusable', 'file: fișierul nu poate fi citit (drepturi)', error);
  }
  return toFailure('file-unusable', `file: fișierul nu poate fi citit (${code ?? 'necunoscut'})`, error);
}
