/**
 * Identity of a process: a pid alone may be somebody else's by now, pid and start time are not.
 * @module
 */
import { readFileSync } from 'node:fs';
import { killGroup } from '../shell/exec.ts';

export interface ProcessRef {
  pid: number;
  /** Clock ticks after boot, field 22 of `/proc/<pid>/stat` (proc(5)). */
  startTime: string;
}

/** Undefined when the process is gone or a zombie. */
export function processRef(pid: number): ProcessRef | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, stands in brackets and may hold blanks and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    return state === 'Z' || startTime === undefined ? undefined : { pid, startTime };
  } catch {
    return undefined;
  }
}

export function isRunning(ref: ProcessRef): boolean {
  return processRef(ref.pid)?.startTime === ref.startTime;
}

/** Waits until the process is gone; false when it is still there after `timeoutMs`. */
export async function waitUntilGone(ref: ProcessRef, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(ref)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}

/** Ends a process group that an earlier launcher left behind: SIGTERM, then SIGKILL. */
export async function endLeftover(ref: ProcessRef, graceMs: number): Promise<void> {
  if (!isRunning(ref)) return;
  killGroup(ref.pid, 'SIGTERM');
  if (await waitUntilGone(ref, graceMs)) return;
  killGroup(ref.pid, 'SIGKILL');
  await waitUntilGone(ref, 2_000);
}
