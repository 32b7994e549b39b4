import { Client, Connection, type WorkflowExecutionInfo } from '@temporalio/client';
import type { AuditContext } from './audit-context.ts';

/** A task that is tried for the fourth time does not fail by a worker's death any more. */
const MOST_TASK_ATTEMPTS = 3;
/** A busy machine answers a task after its 2 s, time and again: what fails by our code still does so after a minute. */
const STUCK_MS = 60_000;
const LOOK_AGAIN_MS = 500;
const OURS_FAILED = `ExecutionStatus = 'Failed' AND WorkflowType IN ('robotCall','outboundCall','workday','edgeNode','recordingUpkeep')`;

/** No workflow is stuck in a failing task, and none of ours has failed outright. */
export async function auditWorkflows({ options }: AuditContext): Promise<string[]> {
  const connection = await Connection.connect({
    address: options.temporalAddress,
    connectTimeout: '5 seconds',
  });
  try {
    const client = new Client({ connection, namespace: options.temporalNamespace ?? 'default' });
    const findings: string[] = [];
    for await (const run of client.workflow.list({ query: OURS_FAILED }))
      findings.push(`workflow ${run.workflowId}: failed, ${run.type}`);
    const deadline = Date.now() + STUCK_MS;
    for await (const run of client.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
      const attempt = await failingAttempt(client, run, deadline);
      if (attempt > MOST_TASK_ATTEMPTS)
        findings.push(`workflow ${run.workflowId}: its task fails, attempt ${attempt}`);
    }
    return findings;
  } finally {
    await connection.close();
  }
}

/** @returns attempts of the task that it is in; looked at again until the deadline while they are too many */
async function failingAttempt(
  client: Client,
  { workflowId, runId }: WorkflowExecutionInfo,
  deadline: number,
): Promise<number> {
  for (;;) {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
    if (attempt <= MOST_TASK_ATTEMPTS || Date.now() > deadline) return attempt;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
