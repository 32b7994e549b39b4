/**
 * @module
 */
import { setWorkflowOptions } from '@temporalio/workflow';
import type { VersioningBehavior } from '@temporalio/common';

/**
 * Says beside a workflow how its running executions meet a new build: calls and days stay on theirs (PINNED), long-lived
 * ones move (AUTO_UPGRADE, with `patched()` where their commands change).
 *
 * Takes effect only where a worker has a deployment version; without one it is sent nowhere.
 */
export function declareVersioning<A, R>(
  behavior: VersioningBehavior,
  workflow: (input: A) => Promise<R>,
): void {
  setWorkflowOptions({ versioningBehavior: behavior }, workflow);
}
