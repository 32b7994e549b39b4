/**
 * What a commit binds: the decision as values by name.
 * @module
 */
import type { CommitDecision } from '../domain/commit-facts.ts';
import { agentValues } from './commit-agent-parts.ts';
import type { CommitValue } from './commit-statement.ts';

/** By name, of which each text takes what it needs; what is absent becomes null. Instants as text in UTC, as in the result. */
export function valuesOf(
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

/** As Postgres reads it. */
export function textOf(value: string | number | boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}
