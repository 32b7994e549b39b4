/**
 * How imports are started by the page: as the operator's command does it (docs/operator-imports.md).
 * @module
 */
import type { WorkflowStartOptions } from '@temporalio/client';
import type { ImportListInput } from '../contracts/model/import.ts';
import { importWorkflowId, trialImportWorkflowId, undoWorkflowId } from '../contracts/temporal/ids.ts';
import { IMPORTS_QUEUE } from '../contracts/temporal/queues.ts';

/** Options of `client.workflow.start('importList', …)`: an id that runs or has succeeded is refused, a failed one may come again. */
export function importWorkflowOptions(name: string, input: ImportListInput) {
  return {
    workflowId: importWorkflowId(name),
    taskQueue: IMPORTS_QUEUE,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'FAIL',
    staticSummary: `Listă ${input.kind === 'priority' ? 'prioritară' : 'normală'} ${name}`,
    args: [input],
  } satisfies WorkflowStartOptions;
}

/** Of a dry run from the page: as often as somebody likes, one at a time. */
export function trialImportOptions(upload: string, input: ImportListInput) {
  return {
    ...importWorkflowOptions('', input),
    workflowId: trialImportWorkflowId(upload),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: 'Probă de import',
  } satisfies WorkflowStartOptions;
}

/** Options of `client.workflow.start('undoImport', …)`: running it again changes nothing. */
export function undoWorkflowOptions(importId: string) {
  return {
    workflowId: undoWorkflowId(importId),
    taskQueue: IMPORTS_QUEUE,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ importId }],
  } satisfies WorkflowStartOptions;
}
