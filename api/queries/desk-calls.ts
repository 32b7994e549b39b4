/**
 * Statements on one call of an agent's own.
 * @module
 */
import type { CallDraft } from '../../contracts/http/desk.ts';
import type { Database } from '../../db/client.ts';

/** Undefined when it is open, never was, or is somebody else's: which of them is nobody's business. */
export async function findCommittedCall(
  db: Database,
  input: { callId: string; userId: number },
): Promise<{ wrapUpId: string | null } | undefined> {
  const { rows } = await db.pool.query<{ wrapUpId: string | null }>(
    `select wrap_up_id as "wrapUpId" from calls where id = $1 and agent_id = $2 and committed_at is not null`,
    [input.callId, input.userId],
  );
  return rows[0];
}

/**
 * What is typed, unless something later is there already. @returns false when the agent has no such open call
 */
export async function writeDraft(
  db: Database,
  input: { callId: string; userId: number; draft: CallDraft; now: Date },
): Promise<boolean> {
  const { callId, userId, draft, now } = input;
  const { rows } = await db.pool.query<{ open: boolean }>(
    // Locked against the commit, which deletes call and draft: none must be left behind it.
    `with open as (select call_id from live_calls where call_id = $1 and agent_id = $2 for key share),
     kept as (
       insert into call_drafts as d (call_id, user_id, seq, body, saved_at)
       select call_id, $2, $3, $4, $5 from open
       on conflict (call_id) do update set seq = excluded.seq, body = excluded.body, saved_at = excluded.saved_at
       where d.seq < excluded.seq)
     select exists (select 1 from open) as open`,
    [callId, userId, draft.seq, JSON.stringify(draft), now],
  );
  return rows[0]?.open === true;
}

/** The page's clock of the wrap-up; once. */
export async function extendWrapUp(
  db: Database,
  input: { callId: string; seconds: number; now: Date },
): Promise<void> {
  await db.pool.query(
    `update live_calls set wrap_up_extended_at = $2, wrap_up_until = wrap_up_until + make_interval(secs => $3)
     where call_id = $1 and wrap_up_extended_at is null and wrap_up_until is not null`,
    [input.callId, input.now, input.seconds],
  );
}
