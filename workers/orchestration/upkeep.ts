/**
 * Loops beside the workers: fold rollups, sweep, keep Schedules and search attributes in step.
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.ts';

export interface UpkeepTask {
  name: string;
  /** From the end of one run to the begin of the next. */
  everyMs: number;
  /** Throws when a dependency is away: logged, and tried again. */
  run(): Promise<unknown>;
}

/** A dependency that is away would fill the log: after the first failure only every tenth is written. */
const LOG_EVERY = 10;
/** After a failure a task that runs rarely is tried sooner. */
const RETRY_MS = 5_000;

/** Runs each task by itself, at once and then again and again. Safe in several processes if each task is. */
export function startUpkeep(tasks: readonly UpkeepTask[], logger: Logger): { stop(): Promise<void> } {
  const abort = new AbortController();
  const loops = tasks.map((task) => repeat(task, logger, abort.signal));
  return {
    stop: async () => {
      abort.abort();
      await Promise.all(loops);
    },
  };
}

async function repeat(task: UpkeepTask, logger: Logger, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await task.run();
      if (failures > 0) logger.info({ task: task.name, failures }, 'upkeep works again');
      failures = 0;
    } catch (error) {
      if (failures % LOG_EVERY === 0)
        logger.warn({ err: error, task: task.name, failures }, 'upkeep failed, trying again');
      failures += 1;
    }
    const ms = failures > 0 ? Math.min(RETRY_MS, task.everyMs) : task.everyMs;
    await wait(ms, undefined, { signal }).catch(() => undefined);
  }
}
