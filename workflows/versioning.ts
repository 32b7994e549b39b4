/**
 * @module
 */
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { VersioningBehavior } from '@temporalio/common';

/**
 * Says beside a workflow how its running executions meet a new build: calls and days stay on theirs (PINNED), long-lived
 * ones move (AUTO_UPGRADE, with `patched()` where their commands change).
 *
 * Declared only where the worker has a deployment version: the server refuses every task of a worker that names a behavior
 * without one (tried: "versioning behavior cannot be specified without deployment options").
 */
export function declareVersioning(
  behavior: VersioningBehavior,
  workflow: (input: never) => Promise<unknown>,
): void {
  setWorkflowOptions(
    () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: behavior } : {}),
    workflow,
  );
}
