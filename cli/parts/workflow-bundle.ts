/**
 * The prebuilt workflow bundle: made once per state of the sources, so that no worker bundles at its start.
 * @module
 */
import { join } from 'node:path';
import { exec } from '../shell/exec.ts';
import { ROOT, type Home } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import { nodeArgs, nodeEnv } from './node-part.ts';
import type { Progress } from './tool-report.ts';

const BUILD_TIMEOUT_MS = 180_000;

/** @returns path of the bundle. @throws UserError with the bundler's last lines */
export async function getWorkflowBundle(home: Home, progress: Progress): Promise<string> {
  const given = process.env['APEL_WORKFLOW_BUNDLE'];
  if (given) return given;
  const slow = setTimeout(() => progress('bundling the workflows'), 1_500);
  const main = join(ROOT, 'cli/parts/workflow-bundle-main.ts');
  const { code, stdout, output } = await exec(process.execPath, [...nodeArgs(), main, home.path], {
    cwd: ROOT,
    env: nodeEnv(process.env),
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  clearTimeout(slow);
  const path = stdout.trim().split('\n').at(-1);
  if (code === 0 && path) return path;
  throw new UserError(
    `the workflows could not be bundled:\n${output.trim().split('\n').slice(-8).join('\n')}`,
  );
}
