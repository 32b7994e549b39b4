/**
 * One run of a part: spawned as the leader of its own process group, its output cut into lines, its readiness awaited.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { killGroup } from '../shell/exec.ts';
import type { PartSpec, ReadyDetails } from './part-spec.ts';

/** A line that never ends (a part gone mad) must not fill the memory. */
const MAX_LINE_CHARS = 64_000;
const PROBE_EVERY_MS = 50;

export interface PartProcess {
  pid: number;
  /** Resolves when the process is ready; rejects with a reason in words when it ends or takes too long. */
  ready: Promise<ReadyDetails>;
  /** Resolves with words such as `exit code 1` or `signal SIGKILL`. */
  ended: Promise<{ code: number | null; how: string }>;
}

/** @throws never; a program that cannot be started shows up in `ready` and `ended` */
export function launchPart(spec: PartSpec, onLine: (line: string) => void): PartProcess {
  const child = spawn(spec.command, [...spec.args], {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
  });
  const watchers = new Set<(line: string) => void>([onLine]);
  const emit = (line: string): void => {
    for (const watcher of watchers) watcher(line);
  };
  cutLines(child.stdout, emit);
  cutLines(child.stderr, emit);
  const ended = waitForEnd(child);
  const ready = waitForReady({ spec, ended, watchers });
  // Both are looked at later; a rejection before that is not "unhandled".
  ready.catch(() => undefined);
  return { pid: child.pid ?? 0, ready, ended };
}

function waitForEnd(child: ChildProcess): PartProcess['ended'] {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ code: 127, how: error.code === 'ENOENT' ? 'the program is missing' : error.message });
    });
    child.once('exit', (code, signal) => {
      // Helpers of the dead part hold its ports and its pipes.
      killGroup(child.pid, 'SIGKILL');
      resolve({ code, how: signal ? `signal ${signal}` : `exit code ${code}` });
    });
  });
}

function waitForReady(run: {
  spec: PartSpec;
  ended: PartProcess['ended'];
  watchers: Set<(line: string) => void>;
}): Promise<ReadyDetails> {
  const { ready, readyTimeoutMs } = run.spec;
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      run.watchers.delete(watch);
      act();
    };
    const watch = (line: string): void => {
      const details = ready.kind === 'line' ? ready.match(line) : undefined;
      if (details) settle(() => resolve(details));
    };
    const timer = setTimeout(
      () => settle(() => reject(new Error(`not ready after ${readyTimeoutMs / 1000} s`))),
      readyTimeoutMs,
    );
    void run.ended.then(({ how }) => settle(() => reject(new Error(how))));
    if (ready.kind === 'line') run.watchers.add(watch);
    else void pollUntil(ready.probe, () => settled).then(() => settle(() => resolve({})));
  });
}

async function pollUntil(probe: () => Promise<boolean>, stop: () => boolean): Promise<void> {
  while (!stop()) {
    if (await probe().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
}

function cutLines(stream: NodeJS.ReadableStream | null, emit: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARS);
    for (const line of lines) if (line.trim()) emit(line.trimEnd());
  });
  stream?.on('end', () => {
    if (rest.trim()) emit(rest);
  });
}
