/**
 * Runs a program to its end. Every run has a time-out; on time-out the whole process group is killed.
 * @module
 */
import { spawn } from 'node:child_process';

export interface ExecOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
  uid?: number;
  gid?: number;
  /** Called with each complete line of standard output and standard error, for progress. */
  onLine?: (line: string) => void;
}

export interface ExecResult {
  /** Exit code; 127 when the program does not exist, 124 on time-out, 128 + n after a signal. */
  code: number;
  stdout: string;
  /** Standard output and error as they came. */
  output: string;
}

/** More than any tool we run prints in earnest. */
const MAX_OUTPUT_CHARS = 4_000_000;

/** Never throws: a program that cannot be run is `code` 127. */
export function exec(command: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
    let stdout = '';
    let output = '';
    let timedOut = false;
    let rest = '';
    const take = (chunk: string): void => {
      if (output.length < MAX_OUTPUT_CHARS) output += chunk;
      if (!options.onLine) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine(line);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (stdout.length < MAX_OUTPUT_CHARS) stdout += chunk;
      take(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', take);
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid, 'SIGKILL');
    }, options.timeoutMs);
    // A child in its own group would outlive us on Ctrl-C.
    const onExit = (): void => killGroup(child.pid, 'SIGKILL');
    process.once('exit', onExit);
    const finish = (code: number): void => {
      clearTimeout(timer);
      process.off('exit', onExit);
      if (rest && options.onLine) options.onLine(rest);
      resolve({ code, stdout, output });
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      output += error.message;
      finish(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('close', (code, signal) => finish(timedOut ? 124 : (code ?? (signal ? 128 : 1))));
  });
}

/** Signals a process group; a group that is gone already is no error. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  // 0 would be our own group, -1 everybody.
  if (pid === undefined || pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: already gone.
  }
}
