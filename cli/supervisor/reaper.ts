/**
 * Parent-death guard: a tiny shell process in its own group that learns each part's process group over a pipe and ends
 * them all when the pipe closes without a farewell. It works for programs that know nothing of us (Postgres, Temporal,
 * rtpengine) as well as for our own.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('reaper.sh', import.meta.url));

export interface Reaper {
  /** Guards a process group; `graceSeconds` from SIGTERM to SIGKILL. */
  add(pid: number, graceSeconds: number): void;
  remove(pid: number): void;
  /** All parts are ended: the guard leaves without killing anything. */
  dismiss(): void;
}

export function startReaper(): Reaper {
  const guarded = new Map<number, number>();
  let dismissed = false;
  let child: ChildProcess;

  const send = (line: string): void => {
    child.stdin?.write(`${line}\n`);
  };
  const launch = (): void => {
    child = spawn('/bin/sh', [SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
    child.unref();
    child.stdin?.on('error', () => undefined);
    // Without a guard a kill -9 of the launcher would leave orphans: replace it, with what it knew.
    child.once('exit', () => {
      if (!dismissed) launch();
    });
    for (const [pid, grace] of guarded) send(`add ${pid} ${grace}`);
  };
  launch();
  return {
    add: (pid, graceSeconds) => {
      guarded.set(pid, graceSeconds);
      send(`add ${pid} ${graceSeconds}`);
    },
    remove: (pid) => {
      guarded.delete(pid);
      send(`del ${pid}`);
    },
    dismiss: () => {
      dismissed = true;
      send('done');
      child.stdin?.end();
    },
  };
}
