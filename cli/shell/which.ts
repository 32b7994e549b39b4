/**
 * Looks a program up on PATH.
 * @module
 */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's daemons live in sbin, which is not on everybody's PATH. */
const ALSO = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export function which(program: string, path = process.env['PATH'] ?? ''): string | undefined {
  return [...path.split(delimiter), ...ALSO].map((folder) => join(folder, program)).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
