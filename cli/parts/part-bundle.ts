/**
 * The programs of our processes, bundled once per state of the sources (docs/adr/0013): Node starts a few files instead of
 * having tsx transform hundreds.
 * @module
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exec } from '../shell/exec.ts';
import { hashFiles } from '../shell/hash-files.ts';
import { ROOT, type Home } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import { nodeArgs, nodeEnv } from './node-part.ts';
import type { Progress } from './tool-report.ts';

/** Relative to the checkout, wider than what is in the bundle: a change too many costs a second, one too few an old program. */
export const PART_SOURCES = [
  'activities',
  'api',
  'cli',
  'contracts',
  'db',
  'demo',
  'domain',
  'platform',
  'sip-server',
  'telephony',
  'temporal-config',
  'test/auditor',
  'workers',
  'package-lock.json',
  'tsconfig.base.json',
];
const PREFIX = 'parts-';
const BUILD_TIMEOUT_MS = 180_000;

/**
 * To be called by the one who holds the state folder's lock: bundles of earlier sources are removed.
 * @returns folder with the programs of `part-programs.ts`, each where it is in the checkout: `APEL_PARTS`, else one in `home`
 * @throws UserError with the bundler's last lines
 */
export async function getParts(home: Pick<Home, 'path'>, progress: Progress): Promise<string> {
  const given = process.env['APEL_PARTS'];
  if (given) return given;
  const name = `${PREFIX}${hashFiles(PART_SOURCES.map((path) => join(ROOT, path)))}`;
  const folder = join(home.path, name);
  if (existsSync(folder)) return folder;
  const slow = setTimeout(() => progress('bundling the programs'), 1_500);
  const main = fileURLToPath(new URL('./part-bundle-main.ts', import.meta.url));
  const { code, output } = await exec(process.execPath, [...nodeArgs(), main, folder], {
    cwd: ROOT,
    env: nodeEnv(process.env),
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  clearTimeout(slow);
  if (code !== 0) {
    const lines = output.trim().split('\n').slice(-8).join('\n');
    throw new UserError(`the programs could not be bundled:\n${lines}`);
  }
  for (const other of readdirSync(home.path)) {
    if (other.startsWith(PREFIX) && other !== name) rmSync(join(home.path, other), { recursive: true });
  }
  return folder;
}
