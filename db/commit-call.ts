/**
 * Makes a call's result true: one statement, all of it or nothing.
 *
 * ```
 *  calls (committed_at null -> now) ── `done`, empty when it was committed before: then nothing below does anything
 *    ├─ live_calls row removed: number, channel and place are free
 *    ├─ dial_queue moved or removed, contacts
 *    ├─ numbers: caps, do-not-call; contact_numbers: inactive; campaign_numbers: unanswered run, `Nu mai suna`
 *    ├─ rollup_deltas
 *    └─ trunk_health, only when something is or was wrong
 * ```
 * @module
 */
import type pg from 'pg';
import type { CommitDecision } from '../domain/commit-facts.ts';
import { agentValues } from './commit-agent-parts.ts';
import { runPipelined, type PipelinedStatement } from './commit-pipeline.ts';
import { commitStatement, type CommitValue } from './commit-statement.ts';

export { readCommitFacts } from './commit-facts.ts';

export interface CommitResult {
  /** False when the call had been committed before (or does not exist): nothing was changed. */
  first: boolean;
}

type Pool = Pick<pg.Pool, 'connect'>;

/** One call in a transaction of its own. The product commits through `commit-group.ts`. */
export async function commitCall(pool: Pool, decision: CommitDecision): Promise<CommitResult> {
  const [answer] = await runPipelined(pool, [statementOf(decision)]);
  return { first: answer === TRUE };
}

/**
 * All of them in one transaction, or none. Not for those that `sharesRows`.
 * @param lockTimeoutMs when there are several: none of them may hold up the others for longer
 * @returns in the order of `decisions`; the same call twice is committed once
 */
export async function commitCalls(
  pool: Pool,
  decisions: readonly CommitDecision[],
  { lockTimeoutMs }: { lockTimeoutMs: number },
): Promise<CommitResult[]> {
  const [one] = decisions;
  if (one === undefined) return [];
  if (decisions.length === 1) return [await commitCall(pool, one)];
  const inOrder = [...decisions.entries()].sort(([, a], [, b]) => lockOrder(a, b));
  const statements = inOrder.map(([, decision]) => statementOf(decision));
  const [, ...answers] = await runPipelined(pool, [lockTimeout(lockTimeoutMs), ...statements]);
  const results: CommitResult[] = decisions.map(() => ({ first: false }));
  for (const [at, [given]] of inOrder.entries()) results[given] = { first: answers[at] === TRUE };
  return results;
}

/** A boolean as Postgres writes it. */
const TRUE = 't';

/** Two groups that meet take the rows they share in the same order: those of a number, and of it in a campaign. */
function lockOrder(a: CommitDecision, b: CommitDecision): number {
  return (
    a.call.numberId - b.call.numberId ||
    a.call.campaignId - b.call.campaignId ||
    (a.callId < b.callId ? -1 : Number(a.callId > b.callId))
  );
}

/** For this transaction only. */
function lockTimeout(ms: number): PipelinedStatement {
  const text = `select set_config('lock_timeout', $1::text, true)`;
  return { name: 'commit-lock-timeout', text, values: [String(ms)] };
}

function statementOf(decision: CommitDecision): PipelinedStatement {
  const { values, ...statement } = commitStatement(decision);
  const all = valuesOf(decision);
  return { ...statement, values: values.map((name) => textOf(all[name])) };
}

function textOf(value: string | number | boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}

/** By name, of which each text takes what it needs; what is absent becomes null. Instants as text in UTC, as in the result. */
function valuesOf(
  decision: CommitDecision,
): Partial<Record<CommitValue, string | number | boolean | undefined>> {
  const { placed, contact, call } = decision;
  const recording = placed.recording;
  const ready = recording.state === 'ready' ? recording : undefined;
  return {
    call_id: decision.callId,
    now: decision.now.toISOString(),
    status_id: decision.status.id,
    status_by: decision.statusBy,
    result: placed.end.result,
    reason: placed.end.reason,
    sip_status: placed.end.sipStatus,
    invited_at: placed.invitedAt,
    ringing_at: placed.ringingAt,
    answered_at: placed.answeredAt,
    ended_at: placed.endedAt,
    talk_ms: Math.round(placed.talkMs),
    prompt_ms: placed.robot && Math.round(placed.robot.promptMs),
    heard_ms: placed.robot && Math.round(placed.robot.heardMs),
    menu_key: placed.robot?.key,
    recording_state: recording.state,
    recording_reason: ready ? undefined : (recording as { reason: string }).reason,
    recording_path: ready?.path,
    recording_sha256: ready?.sha256,
    recording_ms: ready && Math.round(ready.durationMs),
    recording_bytes: ready?.bytes,
    timeline: JSON.stringify(placed.timeline),
    campaign_id: call.campaignId,
    list_id: call.listId ?? 0,
    agent_id: call.agentId ?? 0,
    kind: call.kind,
    number_id: call.numberId,
    contact_id: call.contactId,
    trunk_id: call.trunkId,
    close_reason: contact?.next === 'close' ? contact.reason : undefined,
    due_at: contact?.next === 'retry' ? contact.dueAt.toISOString() : undefined,
    position: contact?.next === 'retry' ? contact.position : undefined,
    wait_reason: contact?.next === 'retry' ? contact.waitReason : undefined,
    keep_rank: contact?.next === 'retry' && contact.keepRank,
    cap_day: decision.capDay,
    unanswered: decision.unanswered?.count,
    stop: decision.unanswered?.stop === true,
    signal: decision.trunkSignal,
    retry_after: placed.end.retryAfterSeconds,
    hour: decision.hour.toISOString(),
    rings_until: decision.ringsUntil?.toISOString(),
    ...agentValues(decision),
  };
}
