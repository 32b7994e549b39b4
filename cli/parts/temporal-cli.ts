/**
 * Finds the Temporal CLI, or gets it: environment, PATH, our cache, Go's folder, the official download, or a build from
 * the Go module proxy. Kept in a user cache, so that a fresh checkout does not build it again.
 * @module
 */
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exec } from '../shell/exec.ts';
import { userCache } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import { isExecutable, which } from '../shell/which.ts';
import type { Progress, ToolReport } from './tool-report.ts';

/** Newer tags have `replace` lines in go.mod and cannot be installed by `go install`. */
export const TEMPORAL_CLI_VERSION = 'v1.5.1';
const DOWNLOAD_TIMEOUT_MS = 300_000;
/** Two cores need a little over three minutes. */
const BUILD_TIMEOUT_MS = 1_800_000;

export interface FoundCli {
  path: string;
  origin: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'GOPATH';
}

/** Looks in all places; gets nothing. */
export async function findTemporalCli(env: NodeJS.ProcessEnv): Promise<FoundCli | undefined> {
  const given = env['TEMPORAL_CLI_PATH'];
  if (given) {
    if (isExecutable(given)) return { path: given, origin: 'TEMPORAL_CLI_PATH' };
    throw new UserError(`TEMPORAL_CLI_PATH: ${given} is not a program`);
  }
  const onPath = which('temporal', env['PATH']);
  if (onPath) return { path: onPath, origin: 'PATH' };
  const cached = join(userCache(env), 'temporal');
  if (isExecutable(cached)) return { path: cached, origin: 'cache' };
  const built = join(await goPath(env), 'bin', 'temporal');
  return isExecutable(built) ? { path: built, origin: 'GOPATH' } : undefined;
}

/** Finds the CLI or gets it. @throws UserError when it can be neither downloaded nor built */
export async function getTemporalCli(env: NodeJS.ProcessEnv, progress: Progress): Promise<FoundCli> {
  const found = await findTemporalCli(env);
  if (found) return found;
  const folder = userCache(env);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'temporal');
  if ((await downloadCli(path, progress)) || (await buildCli(env, folder, progress))) {
    return { path, origin: 'cache' };
  }
  throw new UserError(
    'the Temporal CLI is missing: it could be neither downloaded nor built (is Go installed?); ' +
      'install it and set TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a server',
  );
}

export async function reportTemporalCli(env: NodeJS.ProcessEnv): Promise<ToolReport> {
  const found = await findTemporalCli(env);
  if (!found) {
    return {
      name: 'Temporal CLI',
      state: 'missing',
      hint: `will be downloaded, or built with Go (${TEMPORAL_CLI_VERSION})`,
    };
  }
  const { stdout } = await exec(found.path, ['--version'], { timeoutMs: 10_000 });
  const version = /version (.+)/.exec(stdout)?.[1]?.replace(/^0\.0\.0-DEV /, `${TEMPORAL_CLI_VERSION} `);
  return {
    name: 'Temporal CLI',
    state: 'ok',
    origin: found.origin,
    location: found.path,
    ...(version ? { version } : {}),
  };
}

async function goPath(env: NodeJS.ProcessEnv): Promise<string> {
  if (!which('go', env['PATH'])) return join(homedir(), 'go');
  const { code, stdout } = await exec('go', ['env', 'GOPATH'], { timeoutMs: 10_000, env });
  return code === 0 && stdout.trim() ? stdout.trim() : join(homedir(), 'go');
}

async function downloadCli(target: string, progress: Progress): Promise<boolean> {
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const url = `https://temporal.download/cli/archive/${TEMPORAL_CLI_VERSION}?platform=linux&arch=${arch}`;
  const folder = mkdtempSync(`${target}-download-`);
  try {
    progress('downloading the Temporal CLI');
    const reply = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!reply.ok || !reply.body) return false;
    const archive = join(folder, 'temporal.tar.gz');
    await pipeline(Readable.fromWeb(reply.body as never), createWriteStream(archive));
    const { code } = await exec('tar', ['-xzf', archive, '-C', folder], { timeoutMs: 60_000 });
    const unpacked = join(folder, 'temporal');
    if (code !== 0) return false;
    chmodSync(unpacked, 0o755);
    const { code: works } = await exec(unpacked, ['--version'], { timeoutMs: 10_000 });
    if (works !== 0) return false;
    renameSync(unpacked, target);
    return true;
  } catch {
    progress('the download is not reachable from here');
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function buildCli(env: NodeJS.ProcessEnv, folder: string, progress: Progress): Promise<boolean> {
  if (!which('go', env['PATH'])) return false;
  const started = Date.now();
  progress(`building the Temporal CLI ${TEMPORAL_CLI_VERSION} with Go (some minutes, once per user)`);
  const ticker = setInterval(() => {
    progress(`still building the Temporal CLI (${Math.round((Date.now() - started) / 1000)} s)`);
  }, 15_000);
  try {
    const { code, output } = await exec(
      'go',
      ['install', `github.com/temporalio/cli/cmd/temporal@${TEMPORAL_CLI_VERSION}`],
      { env: { ...env, GOBIN: folder }, timeoutMs: BUILD_TIMEOUT_MS },
    );
    if (code !== 0) progress(`go install failed: ${output.trim().split('\n').at(-1) ?? code}`);
    return code === 0;
  } finally {
    clearInterval(ticker);
  }
}
