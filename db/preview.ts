/**
 * A contact that an agent looks at before the call: dialed, skipped, or forgotten.
 * @module
 */
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import { openIntervalAt } from '../domain/calendar.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import { readAgentCall } from './agent-call.ts';
import { readCampaign } from './campaigns.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import type { AgentCall } from './agent-claim.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/**
 * Ends the preview: the call may be started, until the calendar closes. Asked again before the call has begun, it answers
 * the same: starting is safe to repeat.
 * @returns undefined when there is no such call any more, it has begun, or its time is over
 */
export async function dialPreviewed(
  db: Database,
  params: { callId: string; userId: number; now: Date },
): Promise<AgentCall | undefined> {
  const { callId, userId, now } = params;
  const call = await readAgentCall(db.pool, callId);
  if (!call) return undefined;
  const setup = await readCampaign(db.pool, { name: call.campaign.name });
  const closesAt = setup && openIntervalAt(setup.calendar, now)?.closesAt;
  const dialed = await rowsOf(
    db.pool,
    // A number dialed by hand against the calendar has no time to keep.
    `update live_calls set preview_until = null, stage_at = case when preview_until is null then stage_at else $3 end,
       place_before = case when preview_until is null then place_before else $4 end
     where call_id = $1 and agent_id = $2 and stage = 'claimed'
       and (place_before is null or (place_before > $3 and $4::timestamptz is not null))
     returning 1`,
    [callId, userId, now, closesAt ?? null],
  );
  return dialed.length === 0 ? undefined : call;
}

/**
 * The contact is not called now: `platform / skipped`, and it goes back into the queue.
 * @param params.reason of the agent; absent: the time for the preview was over
 * @returns false when nobody looks at this contact any more: it is being called, or was skipped before
 */
export async function skipPreviewed(
  db: Database,
  params: { callId: string; userId?: number; reason?: string; now: Date },
): Promise<boolean> {
  const { callId, userId, reason, now } = params;
  // From here on nobody can dial it. Taken and not committed (we died in between), it is the sweep's.
  const [held] = await rowsOf<EdgeRef>(
    db.pool,
    `update live_calls set stage = 'committing', stage_at = $3
     where call_id = $1 and ($2::int is null or agent_id = $2) and preview_until is not null
       and stage in ('claimed', 'committing')
     returning node, epoch`,
    [callId, userId ?? null, now],
  );
  if (!held) return false;
  const facts = await readCommitFacts(db.pool, callId);
  if (!facts || facts.committed) return false;
  const decision = decideCommit({ facts, placed: skipped(held, now), now });
  const note = reason === undefined ? {} : { note: reason };
  const { first } = await commitCall(db.pool, {
    ...decision,
    ...(decision.agent && { agent: { ...decision.agent, ...note } }),
  });
  return first;
}

function skipped(edge: EdgeRef, now: Date): PlacedCall {
  const at = now.toISOString();
  return {
    end: { result: 'platform', reason: 'skipped' },
    edge,
    endedAt: at,
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [{ at, kind: 'settled', detail: 'skipped' }],
  };
}

/** Previews whose time is over, oldest first: their desks are gone. */
export async function forgottenPreviews(
  on: Queryable,
  params: { now: Date; limit: number },
): Promise<string[]> {
  const rows = await rowsOf<{ callId: string }>(
    on,
    `select call_id as "callId" from live_calls
     where agent_id is not null and preview_until is not null and place_before <= $1
     order by place_before limit $2`,
    [params.now, params.limit],
  );
  return rows.map(({ callId }) => callId);
}
