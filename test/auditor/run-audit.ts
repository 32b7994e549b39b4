/**
 * The auditor: ten invariants, judged from outside (docs/architecture.md, "What must always hold").
 * @module
 */
import { Client } from 'pg';
import type { AuditContext, AuditOptions } from './audit-context.ts';
import { readCarrierRecord } from './carrier-record.ts';
import { auditAgents } from './invariant-5-agents.ts';
import { auditCallRows } from './invariant-1-call-rows.ts';
import { auditDialingRules } from './invariant-2-dialing-rules.ts';
import { auditImports } from './invariant-9-imports.ts';
import { auditAnswers } from './invariant-8-answers.ts';
import { auditOrphans } from './invariant-6-orphans.ts';
import { auditOutcomes } from './invariant-3-outcomes.ts';
import { auditRecordings } from './invariant-7-recordings.ts';
import { auditRollups } from './invariant-4-rollups.ts';
import { auditWorkflows } from './invariant-10-workflows.ts';

export type InvariantId = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '10';

export interface AuditReport {
  ok: boolean;
  /** `findings` name calls, contacts and imports by id, never by number; at most `MAX_FINDINGS` each. */
  invariants: Record<InvariantId, { ok: boolean; findings: string[] }>;
  sumsEqual: boolean;
}

/** Enough to see the pattern; a broken run must not print a million lines. */
const MAX_FINDINGS = 20;

export async function runAudit(options: AuditOptions): Promise<AuditReport> {
  const db = new Client({ connectionString: options.databaseUrl, application_name: 'apel-auditor' });
  await db.connect();
  try {
    if (options.madeUpNode !== undefined) await hideCalls(db, options.madeUpNode);
    // One snapshot: rows must not move between two invariants.
    await db.query('begin isolation level repeatable read read only');
    const context = { db, carrier: await readCarrierRecord(options.carrierLogs), options };
    const audits: Record<InvariantId, (context: AuditContext) => Promise<string[]>> = {
      '1': auditCallRows,
      '2': auditDialingRules,
      '3': auditOutcomes,
      '4': auditRollups,
      '5': auditAgents,
      '6': auditOrphans,
      '7': auditRecordings,
      '8': auditAnswers,
      '9': auditImports,
      '10': auditWorkflows,
    };
    const invariants = {} as AuditReport['invariants'];
    for (const [id, audit] of Object.entries(audits) as [
      InvariantId,
      (c: AuditContext) => Promise<string[]>,
    ][]) {
      const findings = await audit(context);
      invariants[id] = { ok: findings.length === 0, findings: findings.slice(0, MAX_FINDINGS) };
    }
    return {
      ok: Object.values(invariants).every((invariant) => invariant.ok),
      invariants,
      sumsEqual: invariants['4'].ok,
    };
  } finally {
    await db.end();
  }
}

/** Views of this connection alone stand before the tables, for every statement that does not name the schema. */
async function hideCalls(db: Client, node: string): Promise<void> {
  await db.query(
    `create temp view calls as select * from public.calls where node <> ${db.escapeLiteral(node)}`,
  );
  for (const table of ['call_answers', 'call_corrections']) {
    await db.query(
      `create temp view ${table} as select * from public.${table} t
       where not exists (select from public.calls c where c.id = t.call_id and c.node = ${db.escapeLiteral(node)})`,
    );
  }
}
