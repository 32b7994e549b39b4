/**
 * What an unattended demo did, and whether everything holds.
 * @module
 */
import { Client } from 'pg';
import { HISTORY_CAMPAIGNS } from '../../demo/history/config.ts';
import { HISTORY_NODE } from '../../demo/history/world.ts';
import { runAudit, type AuditReport } from '../../test/auditor/run-audit.ts';
import type { Site } from './bring-up.ts';

/** The last line of `demo --json`. Of the calls that were dialed: the made-up history is not counted. */
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
    // The carrier never saw them. Their sums are judged with all others.
    madeUpNode: HISTORY_NODE,
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
    const statuses = await client.query<{ label: string; calls: string }>(BY_STATUS, [HISTORY_NODE]);
    const totals = await client.query<Record<Total, string>>(TOTALS, [
      HISTORY_NODE,
      HISTORY_CAMPAIGNS.map(({ name }) => name),
    ]);
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
  where c.node <> $1
  group by s.label_ro, s.sort order by s.sort`;
const TOTALS = `
  select (select coalesce(sum(i.accepted), 0) from imports i join campaigns p on p.id = i.campaign_id where p.name <> all($2)) as imported,
    count(*) as calls,
    count(*) filter (where kind = 'outbound') as agent_calls,
    count(*) filter (where recording_state = 'ready') as ready,
    count(*) filter (where recording_state = 'lost') as lost
  from calls where node <> $1`;

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
