/**
 * @module
 */
import { statfs } from 'node:fs/promises';

/** Bytes that we may still write on the disk of a folder; undefined when nobody can say (no such folder). */
export async function freeBytes(folder: string): Promise<number | undefined> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk && disk.bavail * disk.bsize;
}
