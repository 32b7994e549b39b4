/**
 * Files of a site, copied and checked by their hashes.
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileEntry } from './manifest.ts';

export type FileProblem = 'missing' | 'mismatch';

/** @returns undefined when there is no such file */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string } | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Undefined when the file is the hashed one. */
export async function checkFile(path: string, sha256: string): Promise<FileProblem | undefined> {
  const found = await hashFile(path);
  if (!found) return 'missing';
  return found.sha256 === sha256 ? undefined : 'mismatch';
}

/**
 * Copies a file and flushes it; its folders are made. A file that is there and has the same hash is left alone, so that
 * an interrupted copy can be done again.
 */
export async function copyChecked(
  from: string,
  to: string,
  sha256: string,
): Promise<FileEntry | FileProblem> {
  const there = await hashFile(to);
  if (there?.sha256 === sha256) return { path: to, ...there };
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await copyFile(from, to);
  } catch (error) {
    if (isAbsent(error)) return 'missing';
    throw error;
  }
  const handle = await open(to, 'r+');
  await handle.chmod(0o600);
  await handle.sync();
  await handle.close();
  const copied = await hashFile(to);
  return copied?.sha256 === sha256 ? { path: to, ...copied } : 'mismatch';
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
