/**
 * What an unattended demo did, and whether everything holds.
 * @module
 */
import { Client } from 'pg';
import { runAudit, type AuditReport } from '../../test/auditor/run-audit.ts';
import type { Site } from './bring-up.ts';

/** The last line of `demo --json`. */
export interface DemoSummary {
  imported: number;
  calls: number;
  /** Those of them that had an agent. */
  agentCalls: number;
  /** By the status's Romanian label, as people read it. */
  byStatus: Record<string, number>;
  recordings: { ready: number; lost: number };
  invariants: Record<string, boolean>;
  sumsEqual: boolean;
}

export interface DemoOutcome {
  summary: DemoSummary;
  audit: AuditReport;
}

export async function summariseDemo(site: Site): Promise<DemoOutcome> {
  const databaseUrl = site.env['DATABASE_URL'] ?? '';
  const audit = await runAudit({
    databaseUrl,
    carrierLogs: site.addresses.carrierLog ? [site.addresses.carrierLog] : [],
    recordingsDir: site.home.recordings,
    temporalAddress: site.env['TEMPORAL_ADDRESS'] ?? '',
    temporalNamespace: site.env['TEMPORAL_NAMESPACE'] ?? 'default',
    rtpengineNg: site.env['RTPENGINE_NG'] ?? '',
    now: new Date(),
  });
  const counts = await readCounts(databaseUrl);
  const invariants = Object.entries(audit.invariants).map(([id, { ok }]) => [id, ok] as const);
  return {
    audit,
    summary: { ...counts, invariants: Object.fromEntries(invariants), sumsEqual: audit.sumsEqual },
  };
}

async function readCounts(databaseUrl: string): Promise<Omit<DemoSummary, 'invariants' | 'sumsEqual'>> {
  const client = new Client({ connectionString: databaseUrl, query_timeout: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const statuses = await client.query<{ label: string; calls: string }>(BY_STATUS);
    const totals = await client.query<Record<Total, string>>(TOTALS);
    const total = (name: Total): number => Number(totals.rows[0]?.[name] ?? 0);
    return {
      imported: total('imported'),
      calls: total('calls'),
      agentCalls: total('agent_calls'),
      byStatus: Object.fromEntries(statuses.rows.map(({ label, calls }) => [label, Number(calls)])),
      recordings: { ready: total('ready'), lost: total('lost') },
    };
  } finally {
    await client.end();
  }
}

type Total = 'imported' | 'calls' | 'agent_calls' | 'ready' | 'lost';

const BY_STATUS = `
  select s.label_ro as label, count(*) as calls
  from calls c join statuses s on s.id = c.status_id
  group by s.label_ro, s.sort order by s.sort`;
const TOTALS = `
  select (select coalesce(sum(accepted), 0) from imports) as imported,
    count(*) as calls,
    count(*) filter (where kind = 'outbound') as agent_calls,
    count(*) filter (where recording_state = 'ready') as ready,
    count(*) filter (where recording_state = 'lost') as lost
  from calls`;

/** For a person; findings name calls by id only. */
export function outcomeText({ summary, audit }: DemoOutcome): string {
  const lines = [
    '',
    `imported ${summary.imported}, calls ${summary.calls} (with an agent ${summary.agentCalls}), recordings ready ${summary.recordings.ready}, lost ${summary.recordings.lost}`,
    ...Object.entries(summary.byStatus).map(([label, calls]) => `  ${String(calls).padStart(5)}  ${label}`),
    ...Object.entries(audit.invariants).flatMap(([id, { ok, findings }]) => [
      `${ok ? '✓' : '✗'} invariant ${id}`,
      ...findings.map((finding) => `    ${finding}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
