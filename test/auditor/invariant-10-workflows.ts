import { Client, Connection } from '@temporalio/client';
import type { AuditContext } from './audit-context.ts';

/** A task that is tried for the fourth time does not fail by a worker's death any more. */
const MOST_TASK_ATTEMPTS = 3;
const OURS_FAILED = `ExecutionStatus = 'Failed' AND WorkflowType IN ('robotCall','outboundCall','workday','edgeNode')`;

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
    for await (const run of client.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
      const { raw } = await client.workflow.getHandle(run.workflowId, run.runId).describe();
      const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
      if (attempt > MOST_TASK_ATTEMPTS)
        findings.push(`workflow ${run.workflowId}: its task fails, attempt ${attempt}`);
    }
    return findings;
  } finally {
    await connection.close();
  }
}
