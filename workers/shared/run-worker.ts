/**
 * A worker that outlives its dependencies: where Temporal is not there at the start, it waits; where a worker fails for
 * good, the process ends and the launcher starts another.
 * @module
 */
import type { Worker } from '@temporalio/worker';
import type { ProcessContext } from '../../platform/process.ts';

const RETRY_MS = 1_000;

/** Tries `make` until it works or the process stops. Logs the first failure and every tenth. */
export async function untilThere<T>(
  what: string,
  context: ProcessContext,
  make: () => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 0; !context.signal.aborted; failures++) {
    try {
      return await make();
    } catch (error) {
      if (failures % 10 === 0)
        context.logger.warn({ err: error, what, failures }, 'waiting for a dependency');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return undefined;
}

/** Runs a worker until the process stops; a worker that ends by itself ends the process. */
export function runWorker(name: string, worker: Worker, context: ProcessContext): void {
  const ended = worker.run().then(
    () => undefined,
    (error: unknown) => {
      context.logger.error({ err: error, worker: name }, 'worker failed');
      context.stop(1);
    },
  );
  context.onShutdown(name, async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await ended;
  });
}
