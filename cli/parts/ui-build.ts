/**
 * The pages, built once for each state of their sources.
 * @module
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from '../shell/exec.ts';
import { hashFiles } from '../shell/hash-files.ts';
import { ROOT } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import type { Progress } from './tool-report.ts';

const SOURCES = ['ui', 'contracts', 'domain', 'package-lock.json'].map((name) => join(ROOT, name));
const DIST = join(ROOT, 'ui/dist');
const STAMP = join(DIST, '.sources');
const BUILD_TIMEOUT_MS = 300_000;

export function isUiBuilt(): boolean {
  return readStamp() === hashFiles(SOURCES);
}

/** @throws UserError with the builder's last lines */
export async function buildUi(progress: Progress): Promise<void> {
  const hash = hashFiles(SOURCES);
  if (readStamp() === hash) return;
  progress('building the pages');
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const { code, output } = await exec(process.execPath, [vite, 'build', 'ui', '--logLevel', 'warn'], {
    cwd: ROOT,
    // A test runner's or a developer's own would make a development build, a quarter larger, and it would be kept.
    env: { ...process.env, NODE_ENV: 'production' },
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (code !== 0) {
    throw new UserError(`the pages could not be built:\n${output.trim().split('\n').slice(-8).join('\n')}`);
  }
  writeFileSync(STAMP, hash);
}

function readStamp(): string | undefined {
  return statSync(STAMP, { throwIfNoEntry: false }) ? readFileSync(STAMP, 'utf8') : undefined;
}
