/**
 * The rows behind the live page. Each statement is small enough to be asked once a second.
 * @module
 */
import type { CallStage } from '../../contracts/model/call.ts';
import { MAX_LIVE_CALLS, type ImportView, type LiveCall, type QueueView } from '../../contracts/http/live.ts';
import type { ListKind } from '../../contracts/model/import.ts';
import type { Database } from '../../db/client.ts';

interface LiveCallRow {
  call_id: string;
  attempt: number;
  stage: CallStage;
  stage_at: Date;
  claimed_at: Date;
  answered_at: Date | null;
  number: string;
  node: string;
}

/** Calls in progress of a campaign, oldest first. */
export async function findLiveCalls(db: Database, campaignId: number): Promise<LiveCall[]> {
  const found = await db.pool.query<LiveCallRow>(
    `select l.call_id, l.attempt, l.stage, l.stage_at, l.claimed_at, l.answered_at, n.e164 as number, l.node
     from live_calls l join numbers n on n.id = l.number_id
     where l.campaign_id = $1 order by l.claimed_at, l.call_id limit ${MAX_LIVE_CALLS}`,
    [campaignId],
  );
  return found.rows.map((row) => ({
    callId: row.call_id,
    attempt: row.attempt,
    stage: row.stage,
    since: row.stage_at.toISOString(),
    claimedAt: row.claimed_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
    number: row.number,
    node: row.node,
  }));
}

/** Counts the queue of a campaign: an index-only scan, too long to be asked every second for a million contacts. */
export async function countQueue(db: Database, input: { campaignId: number; now: Date }): Promise<QueueView> {
  const found = await db.pool.query<Omit<QueueView, 'nextDueAt'> & { next_due_at: Date | null }>(
    `select count(*) filter (where call_id is null and due_at <= $2) as due,
            count(*) filter (where call_id is null and due_at <= $2 and rank = 0) as "duePriority",
            count(*) filter (where call_id is null and due_at > $2) as later,
            count(*) filter (where call_id is not null) as "onCall",
            min(due_at) filter (where call_id is null and due_at > $2) as next_due_at
     from dial_queue where campaign_id = $1`,
    [input.campaignId, input.now],
  );
  const { next_due_at, ...counts } = found.rows[0] ?? {
    due: 0,
    duePriority: 0,
    later: 0,
    onCall: 0,
    next_due_at: null,
  };
  return { ...counts, nextDueAt: next_due_at?.toISOString() ?? null };
}

interface ImportRow {
  id: string;
  workflow_id: string;
  state: ImportView['state'];
  file: string;
  kind: ListKind;
  rows_done: number;
  accepted: number;
  duplicate: number;
  invalid: number;
  suppressed: number;
  bytes_done: number;
  bytes_total: number;
  started_at: Date;
  finished_at: Date | null;
}

export async function findImports(
  db: Database,
  input: { campaignId: number; now: Date },
): Promise<ImportView[]> {
  const found = await db.pool.query<ImportRow>(
    `select id, workflow_id, state, input->>'file' as file, input->>'kind' as kind, rows_done, accepted, duplicate,
            invalid, suppressed, bytes_done, bytes_total, started_at, finished_at
     from imports
     where campaign_id = $1 and (state = 'open' or finished_at > $2::timestamptz - interval '24 hours')
     order by started_at desc limit 10`,
    [input.campaignId, input.now],
  );
  return found.rows.map((row) => ({
    importId: row.id,
    workflowId: row.workflow_id,
    state: row.state,
    file: row.file,
    kind: row.kind,
    rows: row.rows_done,
    accepted: row.accepted,
    duplicate: row.duplicate,
    invalid: row.invalid,
    suppressed: row.suppressed,
    bytesDone: row.bytes_done,
    bytesTotal: row.bytes_total,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }));
}

export interface TrunkStateRow {
  backoff_until: Date | null;
  suspended_at: Date | null;
  suspended_reason: string | null;
  failures_since: Date | null;
  channels_in_use: number;
}

export async function findTrunkState(db: Database, trunkId: number): Promise<TrunkStateRow> {
  const found = await db.pool.query<TrunkStateRow>(
    `select h.backoff_until, h.suspended_at, h.suspended_reason, h.failures_since,
            (select count(*) from live_calls where trunk_id = $1) as channels_in_use
     from (select 1) one left join trunk_health h on h.id = $1`,
    [trunkId],
  );
  return (
    found.rows[0] ?? {
      backoff_until: null,
      suspended_at: null,
      suspended_reason: null,
      failures_since: null,
      channels_in_use: 0,
    }
  );
}

/** How the orchestration workers call themselves; Postgres forgets them the moment they die. */
export const DIALER_APPLICATION = 'apel-orchestration';

export interface SiteState {
  edges: { node: string; refusing: string | null; draining: boolean }[];
  /** Oldest rollup delta that nobody has folded yet. */
  oldestDelta: number | null;
  /** Processes with dial loops that hold a connection to this database now. */
  dialers: number;
}

export async function findSiteState(db: Database): Promise<SiteState> {
  const found = await db.pool.query<SiteState>(
    `select coalesce((select json_agg(json_build_object(
              'node', node, 'refusing', refusing, 'draining', draining_at is not null) order by node, epoch)
              from edges where ended_at is null), '[]') as edges,
            (select min(id) from rollup_deltas) as "oldestDelta",
            (select count(*) from pg_stat_activity
             where datname = current_database() and application_name = '${DIALER_APPLICATION}') as dialers`,
  );
  return found.rows[0] ?? { edges: [], oldestDelta: null, dialers: 0 };
}
