/**
 * The operator's file: inside the import folder, and readable.
 * @module
 */
import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { toFailure } from '../failure.ts';
import { wrong } from './input.ts';

/** About 17 million rows; larger files are better split. */
const MAX_FILE_BYTES = 1024 ** 3;

/**
 * Opens a file of the import folder. Neither `..` nor an absolute path nor a symbolic link leads out of it; the handle is
 * opened on the resolved path without following links again.
 * @throws ApplicationFailure naming `file`
 */
export async function openSourceFile(importFolder: string, name: string): Promise<FileHandle> {
  if (isAbsolute(name) || name.includes('\0') || name.split(/[\\/]/).includes('..')) {
    throw wrong(
      'file',
      'numele trebuie să fie al unui fișier din dosarul de importuri, fără „..” și fără cale absolută',
    );
  }
  const root = await realpath(importFolder).catch(() => {
    throw toFailure('file-unusable', 'file: dosarul de importuri nu există pe această mașină');
  });
  const path = await realpath(resolve(root, name)).catch((error: unknown) => {
    throw unreadable(error);
  });
  const inside = relative(root, path);
  if (inside === '' || inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside)) {
    throw wrong('file', 'fișierul este în afara dosarului de importuri (legătură simbolică)');
  }
  const info = await stat(path);
  if (!info.isFile()) throw toFailure('file-unusable', 'file: nu este un fișier');
  if (info.size === 0) throw toFailure('file-unusable', 'file: fișierul este gol');
  if (info.size > MAX_FILE_BYTES) {
    throw toFailure('file-unusable', 'file: fișierul este mai mare de 1 GiB; împărțiți-l');
  }
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw unreadable(error);
  });
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
