/**
 * Debian packages: installed when we may, else the exact command to type.
 * @module
 */
import { exec } from '../shell/exec.ts';
import { UserError } from '../shell/user-error.ts';
import { which } from '../shell/which.ts';
import type { Progress } from './tool-report.ts';

const UPDATE_TIMEOUT_MS = 300_000;
const INSTALL_TIMEOUT_MS = 900_000;

export function aptCommand(packages: readonly string[]): string {
  const prefix = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${prefix}apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** How apt-get can be run here without asking for a password; undefined when it cannot. */
export async function aptPrefix(): Promise<string[] | undefined> {
  if (!which('apt-get')) return undefined;
  if (process.getuid?.() === 0) return [];
  if (!which('sudo')) return undefined;
  const { code } = await exec('sudo', ['-n', 'true'], { timeoutMs: 5_000 });
  return code === 0 ? ['sudo', '-n'] : undefined;
}

/** apt-get refuses a second one beside it; parts that start together may each miss something. */
let queue: Promise<unknown> = Promise.resolve();

/** @throws UserError with the command to type when we may not install, or with apt's reason when it failed */
export function aptInstall(packages: readonly string[], progress: Progress): Promise<void> {
  const turn = queue.then(() => install(packages, progress));
  queue = turn.catch(() => undefined);
  return turn;
}

async function install(packages: readonly string[], progress: Progress): Promise<void> {
  const prefix = await aptPrefix();
  if (!prefix) throw new UserError(`missing: ${packages.join(', ')}; type: ${aptCommand(packages)}`);
  // apt starts the service it installed; ours runs on its own ports, the distribution's is not wanted.
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  progress(`installing ${packages.join(', ')} with apt-get`);
  const first = await aptGet(prefix, command, INSTALL_TIMEOUT_MS, progress);
  if (first.code === 0) return;
  progress('updating the package lists');
  await aptGet(prefix, ['apt-get', 'update'], UPDATE_TIMEOUT_MS, progress);
  const second = await aptGet(prefix, command, INSTALL_TIMEOUT_MS, progress);
  if (second.code === 0) return;
  const reason =
    second.output.split('\n').findLast((line) => line.startsWith('E:')) ?? `exit code ${second.code}`;
  throw new UserError(`apt-get could not install ${packages.join(', ')}: ${reason}`);
}

function aptGet(
  prefix: readonly string[],
  command: readonly string[],
  timeoutMs: number,
  progress: Progress,
): ReturnType<typeof exec> {
  const [program = 'apt-get', ...args] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  return exec(program, args, {
    timeoutMs,
    onLine: (line) => {
      if (/^(Get:|Unpacking|Setting up)/.test(line)) progress(line.slice(0, 100));
    },
  });
}
