/**
 * The prebuilt workflow bundle: made once per state of the sources, so that no worker bundles at its start.
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exec } from '../shell/exec.ts';
import { hashFiles } from '../shell/hash-files.ts';
import { ROOT, type Home } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import { nodeArgs, nodeEnv } from './node-part.ts';
import type { Progress } from './tool-report.ts';

/** Wider than what the bundle is made of: a change too many costs a second, one too few a wrong bundle. */
const SOURCES = ['workflows', 'contracts', 'domain', 'temporal-config', 'package-lock.json'].map((name) =>
  join(ROOT, name),
);
const BUILD_TIMEOUT_MS = 180_000;

/** @returns path of the bundle. @throws UserError with the bundler's last lines */
export async function getWorkflowBundle(home: Home, progress: Progress): Promise<string> {
  const given = process.env['APEL_WORKFLOW_BUNDLE'];
  if (given) return given;
  const sources = hashFiles(SOURCES);
  const known = readStamp(home);
  if (known?.sources === sources && existsSync(known.path)) return known.path;
  const slow = setTimeout(() => progress('bundling the workflows'), 1_500);
  const main = fileURLToPath(new URL('./workflow-bundle-main.ts', import.meta.url));
  const { code, stdout, output } = await exec(process.execPath, [...nodeArgs(), main, home.path], {
    cwd: ROOT,
    env: nodeEnv(process.env),
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  clearTimeout(slow);
  const path = stdout.trim().split('\n').at(-1);
  if (code === 0 && path) {
    writeFileSync(stampOf(home), JSON.stringify({ sources, path }));
    return path;
  }
  throw new UserError(
    `the workflows could not be bundled:\n${output.trim().split('\n').slice(-8).join('\n')}`,
  );
}

function stampOf(home: Home): string {
  return join(home.path, 'workflow-bundle.stamp');
}

/** Asking the bundler's process costs a second of a start; the stamp answers when nothing has changed. */
function readStamp(home: Home): { sources: string; path: string } | undefined {
  try {
    return JSON.parse(readFileSync(stampOf(home), 'utf8')) as { sources: string; path: string };
  } catch {
    return undefined;
  }
}
