import { Client, Connection } from '@temporalio/client';
import type { AuditContext } from './run-audit.ts';

/** No workflow is stuck in a failing task, and none of ours has failed outright. */
export async function auditWorkflows({ options }: AuditContext): Promise<string[]> {
  const connection = await Connection.connect({
    address: options.temporalAddress,
    connectTimeout: '5 seconds',
  });
  try {
    const client = new Client({ connection, namespace: options.temporalNamespace ?? 'default' });
    const findings: string[] = [];
    const queries = [
      `TemporalReportedProblems IN ('category=WorkflowTaskFailed','category=WorkflowTaskTimedOut') AND ExecutionStatus = 'Running'`,
      `ExecutionStatus = 'Failed' AND WorkflowType IN ('robotCall','workday','edgeNode')`,
    ];
    for (const query of queries)
      for await (const run of client.workflow.list({ query })) {
        findings.push(`workflow ${run.workflowId}: ${run.status.name.toLowerCase()}, ${run.type}`);
        if (findings.length > 50) return findings;
      }
    return findings;
  } finally {
    await connection.close();
  }
}
