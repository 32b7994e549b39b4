/**
 * What all our workers have in common.
 * @module
 */
import type { WorkerOptions } from '@temporalio/worker';

/**
 * For workers with workflows.
 *
 * - A dead worker's cached workflows wait for the sticky queue's time-out before another may take them: 1 s (the default
 *   cost 10.2 s after a kill).
 * - `reuseV8Context`: 97 KB a parked call instead of 0.7 MB.
 * - Local activities are commits; the bound keeps them within the database pool.
 * - A workflow task's 2 s run from when it was fetched, and all of them share one thread: no more at once than ten times
 *   too busy a machine gets done in 1 s (4 ms each on a quiet one). The rest may wait in the server's queue, which has no
 *   time-out; a task that is too late is done again, and so makes others late. Not fewer, because a task holds its place
 *   while its commit waits for Postgres.
 */
export const WORKFLOW_WORKER_OPTIONS = {
  stickyQueueScheduleToStartTimeout: '1 second',
  reuseV8Context: true,
  maxCachedWorkflows: 2_000,
  maxConcurrentWorkflowTaskExecutions: 20,
  maxConcurrentLocalActivityExecutions: 40,
  maxConcurrentActivityTaskExecutions: 40,
} as const satisfies Partial<WorkerOptions>;

/**
 * For the worker of the `dial` activity. The throttle bounds how soon the server hears of a heartbeat and the activity of
 * a cancellation; told to stop, it hands its campaigns over at once.
 */
export const DIAL_WORKER_OPTIONS = {
  maxHeartbeatThrottleInterval: '500 milliseconds',
  defaultHeartbeatThrottleInterval: '500 milliseconds',
  maxConcurrentActivityTaskExecutions: 200,
  shutdownGraceTime: '100 milliseconds',
} as const satisfies Partial<WorkerOptions>;

/** For the upkeep of recordings: one thing at a time, and told to stop it lets go of the recording at hand at once. */
export const RECORDINGS_WORKER_OPTIONS = {
  maxConcurrentActivityTaskExecutions: 1,
  maxConcurrentActivityTaskPolls: 1,
  shutdownGraceTime: '100 milliseconds',
} as const satisfies Partial<WorkerOptions>;

/** Within the launcher's 8 s: activities that do not end by then are done again by the next worker. */
export const SHUTDOWN_OPTIONS = {
  shutdownGraceTime: '4 seconds',
  shutdownForceTime: '6 seconds',
} as const satisfies Partial<WorkerOptions>;

/**
 * For workers with workflows, where releases run side by side: calls, days and imports stay on the version they began on,
 * `edgeNode` moves to the current one (`workflows/versioning.ts`). Without a deployment every worker takes every task.
 *
 * @param release the deployment's name, and what tells this release from the others
 */
export function deploymentOptions(release?: { deployment: string; buildId: string }): Partial<WorkerOptions> {
  if (!release) return {};
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: release.deployment, buildId: release.buildId },
      defaultVersioningBehavior: 'PINNED',
    },
  };
}
