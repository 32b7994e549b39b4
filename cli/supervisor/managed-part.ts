/**
 * A part over all its runs: started, watched, started again when it dies, ended on request.
 *
 *     starting ──ready──> ready ──died──> restarting ──ready──> ready
 *        └──failed (first start)            └──configuration wrong──> failed
 *     any ──stop()──> stopped
 * @module
 */
import { killGroup } from '../shell/exec.ts';
import type { LogSink } from './log-sink.ts';
import { launchPart, type PartProcess } from './part-process.ts';
import type { PartSpec, PartState, PartStatus, ReadyDetails } from './part-spec.ts';
import { processRef } from './proc.ts';
import type { Reaper } from './reaper.ts';

/** The first restart is immediate: a call in progress waits for it. */
const BACKOFF_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** A part that held so long has earned an immediate restart again. */
const HEALTHY_AFTER_MS = 10_000;
/** `EX_CONFIG`, see platform/process.ts: another start would end the same way. */
const EXIT_BAD_CONFIG = 78;

export interface ManagedPartDeps {
  log: LogSink;
  reaper: Reaper;
  onChange: () => void;
}

export interface ManagedPart {
  status(): PartStatus;
  /** First start. Rejects with a line for the person when the part does not get ready. */
  start(): Promise<ReadyDetails>;
  stop(): Promise<void>;
  /** SIGKILL to the group, now. */
  kill(): void;
}

export function createManagedPart(spec: PartSpec, deps: ManagedPartDeps): ManagedPart {
  let state: PartState = 'starting';
  let current: PartProcess | undefined;
  let restarts = 0;
  let backoff = 0;
  let stopping = false;
  let wake: (() => void) | undefined;

  const become = (next: PartState): void => {
    state = next;
    deps.onChange();
  };
  const launch = async (): Promise<PartProcess> => {
    await spec.beforeStart?.();
    const run = launchPart(spec, (line) => deps.log.line(spec.name, line));
    current = run;
    if (run.pid) {
      deps.reaper.add(run.pid, Math.ceil(spec.stopTimeoutMs / 1000));
      void run.ended.then(() => deps.reaper.remove(run.pid));
    }
    deps.onChange();
    return run;
  };
  const watch = (run: PartProcess): void => {
    const readyAt = Date.now();
    void revive(run, readyAt);
  };
  const revive = async (run: PartProcess, readyAt: number): Promise<void> => {
    const { code, how } = await run.ended;
    if (stopping) return;
    deps.log.line('apel', `${spec.name} died (${how}), starting it again`);
    if (Date.now() - readyAt > HEALTHY_AFTER_MS) backoff = 0;
    await restart(code);
  };
  const restart = async (lastCode: number | null): Promise<void> => {
    let code: number | null | undefined = lastCode;
    while (code !== undefined) {
      if (stopping) return;
      if (code === EXIT_BAD_CONFIG) {
        deps.log.line('apel', `${spec.name} is not started again: its configuration is wrong`);
        return become('failed');
      }
      become('restarting');
      const waitMs = BACKOFF_MS[Math.min(backoff, BACKOFF_MS.length - 1)] ?? 0;
      backoff += 1;
      restarts += 1;
      if (waitMs > 0) {
        deps.log.line('apel', `${spec.name} is started again in ${waitMs / 1_000} s`);
        await pause(waitMs);
      }
      if (stopping) return;
      code = await tryRestart();
    }
  };
  /** Undefined when the part is ready again, else its exit code. */
  const tryRestart = async (): Promise<number | null | undefined> => {
    try {
      const run = await launch();
      // stop() may have come while the launch was being prepared.
      if (stopping) killGroup(run.pid, 'SIGTERM');
      const outcome = await run.ready.then(() => 'ready', String);
      if (outcome === 'ready') {
        become('ready');
        watch(run);
        return undefined;
      }
      if (stopping) return null;
      killGroup(run.pid, 'SIGKILL');
      const { code } = await run.ended;
      deps.log.line('apel', `${spec.name} did not come back: ${outcome}`);
      return code;
    } catch (error) {
      deps.log.line('apel', `${spec.name} did not come back: ${String(error)}`);
      return null;
    }
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    status: () => {
      const ref = current?.pid ? processRef(current.pid) : undefined;
      return { name: spec.name, state, restarts, ...(ref ? { process: ref } : {}) };
    },
    start: async () => {
      const run = await launch();
      try {
        const details = await run.ready;
        become('ready');
        watch(run);
        return details;
      } catch (cause) {
        stopping = true;
        killGroup(run.pid, 'SIGKILL');
        await run.ended;
        become('failed');
        throw cause;
      }
    },
    stop: async () => {
      stopping = true;
      wake?.();
      const run = current;
      if (run?.pid && processRef(run.pid)) await endRun(spec, run);
      become('stopped');
    },
    kill: () => {
      stopping = true;
      wake?.();
      killGroup(current?.pid, 'SIGKILL');
    },
  };
}

async function endRun(spec: PartSpec, run: PartProcess): Promise<void> {
  const bound = Date.now() + spec.stopTimeoutMs;
  if (spec.beforeStop) {
    await within(spec.stopTimeoutMs, spec.beforeStop()).catch(() => undefined);
  }
  killGroup(run.pid, spec.stopSignal ?? 'SIGTERM');
  await within(Math.max(bound - Date.now(), 500), run.ended).catch(() => undefined);
  killGroup(run.pid, 'SIGKILL');
  await within(2_000, run.ended).catch(() => undefined);
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('too slow')), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
