/**
 * A Temporal dev server for one test file, with our search attributes, converter and codec.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { defineSearchAttributeKey } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { register } from 'tsx/cjs/api';
import type { Keys } from '../../platform/keys.ts';
import { CALLS_QUEUE } from '../../contracts/temporal/queues.ts';
import { SEARCH_ATTRIBUTES } from '../../contracts/temporal/search-attributes.ts';
import { createDataConverter } from '../../temporal-config/data-converter.ts';
import { buildWorkflowBundle } from '../../temporal-config/workflow-bundle.ts';
import { WORKFLOW_WORKER_OPTIONS } from '../../temporal-config/worker-options.ts';
import { findTemporalCli } from './temporal-binary.ts';

// The SDK `require`s the payload converter by path; processes of ours run under tsx, test processes do not.
register();
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** The same in every run: stored histories hold what was encrypted with it. */
export const testKeys: Pick<Keys, 'codec'> = {
  codec: { current: 'test', keys: { test: Buffer.alloc(32, 'apel') } },
};

/**
 * A dev server in memory. To be closed with `env.teardown()`.
 * @param settings more dynamic configuration, `name=value` with the value in JSON
 */
export function startTestTemporal(settings: readonly string[] = []): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createLocal({
    client: { dataConverter: createDataConverter(testKeys) },
    server: {
      executable: { type: 'existing-path', path: findTemporalCli() },
      searchAttributes: Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) =>
        defineSearchAttributeKey(name, type),
      ),
      // One history shard polls 20 times a second only: 45 ms for each hop of each call.
      extraArgs: [
        'history.transferProcessorMaxPollRPS=400',
        'history.timerProcessorMaxPollRPS=400',
        ...settings,
      ].flatMap((setting) => ['--dynamic-config-value', setting]),
    },
  });
}

let bundle: ReturnType<typeof buildWorkflowBundle> | undefined;

/** The workflows as they are on disk, bundled once: by a run with whole sites (`global-bundle.ts`), else per test process. */
export function testBundle(): ReturnType<typeof buildWorkflowBundle> {
  const given = process.env['APEL_WORKFLOW_BUNDLE'];
  return (bundle ??= given ? readFile(given, 'utf8').then((code) => ({ code })) : buildWorkflowBundle());
}

/** A worker with the real workflows on `CALLS_QUEUE` and the given activities. */
export async function createWorkflowWorker(
  env: TestWorkflowEnvironment,
  activities: object,
  options: Partial<WorkerOptions> = {},
): Promise<Worker> {
  return Worker.create({
    connection: env.nativeConnection,
    ...(env.namespace !== undefined && { namespace: env.namespace }),
    taskQueue: CALLS_QUEUE,
    workflowBundle: await testBundle(),
    dataConverter: createDataConverter(testKeys),
    activities,
    ...WORKFLOW_WORKER_OPTIONS,
    ...options,
  });
}

/** A worker without workflows, for the queues of edges and of the dial loop. */
export function createActivityWorker(
  env: TestWorkflowEnvironment,
  taskQueue: string,
  activities: object,
  options: Partial<WorkerOptions> = {},
): Promise<Worker> {
  return Worker.create({
    connection: env.nativeConnection,
    ...(env.namespace !== undefined && { namespace: env.namespace }),
    taskQueue,
    dataConverter: createDataConverter(testKeys),
    activities,
    ...options,
  });
}

/** Makes the workers, runs them while `work` runs, and ends them whatever comes of it. */
export async function whileRunning<T>(
  making: readonly Promise<Worker>[],
  work: () => Promise<T>,
): Promise<T> {
  const workers = await Promise.all(making);
  const runs = workers.map((worker) => worker.run());
  try {
    return await Promise.race([
      work(),
      ...runs.map((run) => run.then(() => Promise.reject(new Error('worker ended')))),
    ]);
  } finally {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(runs);
  }
}

/** A promise that a test settles from outside. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
