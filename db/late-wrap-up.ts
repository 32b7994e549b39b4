/**
 * What an agent saved after the call was committed without it (the time was over): a correction of their own call, once.
 * @module
 */
import type pg from 'pg';
import type { CallEnd } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { WrapUpDetails, WrapUpMeta } from '../contracts/model/wrap-up.ts';
import { SKIPPED_STATUS } from '../domain/agent-commit.ts';
import type { CorrectionEffect } from '../domain/correction.ts';
import { decideLate, type LateDecision } from '../domain/late-wrap-up.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { readCommitFacts } from './commit-facts.ts';
import { lockCommitted, readAnswers, writeCorrection, type CommittedCall } from './correction-rows.ts';
import { applyLate } from './late-effects.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface LateWrapUpParams {
  callId: string;
  wrapUp: { meta: WrapUpMeta; details: WrapUpDetails };
  /** Not later than so long after the commit; absent: whenever, it was acknowledged in time. */
  withinHours?: number;
  now: Date;
}

export type LateWrapUpResult =
  /** `status` is the one that counts: somebody else may have decided it since, then only answers and note are kept. */
  | { state: 'saved'; status: string }
  /** This very wrap-up is in the call already; `late`: by a correction. */
  | { state: 'known'; status: string; late: boolean }
  /** The call has another wrap-up. */
  | { state: 'taken' }
  | { state: 'too-late' }
  /** The outcome does not agree with what happened. */
  | { state: 'not-allowed' }
  /** There is no such committed call of that agent. */
  | { state: 'unknown' };

const HOUR_MS = 3_600_000;

export async function saveLateWrapUp(
  db: Pick<Database, 'pool'>,
  params: LateWrapUpParams,
): Promise<LateWrapUpResult> {
  return inTransaction(db, async (client) => {
    const { wrapUp, withinHours, now } = params;
    const call = await lockCommitted(client, params.callId);
    if (!call || call.agentId === null) return { state: 'unknown' };
    if (call.wrapUpId === wrapUp.meta.id) {
      return { state: 'known', status: call.status, late: await isLate(client, call.id) };
    }
    if (call.wrapUpId !== null) return { state: 'taken' };
    if (withinHours !== undefined && now.getTime() > call.committedAt.getTime() + withinHours * HOUR_MS) {
      return { state: 'too-late' };
    }
    if (call.status === SKIPPED_STATUS) return { state: 'not-allowed' };
    return saveLocked(client, call, params);
  });
}

async function saveLocked(
  client: pg.PoolClient,
  call: CommittedCall,
  { wrapUp, now }: LateWrapUpParams,
): Promise<LateWrapUpResult> {
  const { meta, details } = wrapUp;
  const late = call.decided ? undefined : await decide(client, call, wrapUp);
  if (!call.decided && !late) return { state: 'not-allowed' };
  const by = await nameOf(client, meta.by);
  const status = late?.decision.status;
  const before = await readAnswers(client, call.id);
  const answered = Object.keys(details.answers).length > 0 && Object.keys(before).length === 0;
  await writeCorrection(client, {
    callId: call.id,
    statusId: status?.id ?? (await statusIdOf(client, call.id)),
    source: 'late-wrap-up',
    reason: '',
    by,
    now,
    ...(answered && { answers: { before, after: details.answers } }),
  });
  await rowsOf(client, KEEP, [
    call.id,
    meta.id,
    details.note ?? null,
    meta.quality ? JSON.stringify(meta.quality) : null,
  ]);
  const effects: CorrectionEffect[] = late
    ? await applyLate(client, { call, late, by, now, doNotCallReason: details.doNotCallReason })
    : [];
  await writeAudit(client, {
    actor: by,
    action: 'call.save-late',
    objectKind: 'call',
    objectId: call.id,
    before: { status: call.status, ...(answered && { answers: before }) },
    after: { status: status?.code ?? call.status, effects, ...(answered && { answers: details.answers }) },
    at: now,
  });
  return { state: 'saved', status: status?.code ?? call.status };
}

async function decide(
  client: Queryable,
  call: CommittedCall,
  wrapUp: LateWrapUpParams['wrapUp'],
): Promise<LateDecision | undefined> {
  const facts = await readCommitFacts(client, call.id);
  const [row] = await rowsOf<PlacedRow>(client, PLACED, [call.id]);
  if (!facts || !row) throw new Error(`call ${call.id} has no campaign any more`);
  const { committedAt, status: committed } = call;
  const { stoppedByIt } = row;
  return decideLate({ facts, placed: placedOf(row), committed, committedAt, stoppedByIt, wrapUp });
}

interface PlacedRow extends CallEnd {
  node: string;
  epoch: number;
  invitedAt: Date | null;
  answeredAt: Date | null;
  endedAt: Date | null;
  talkMs: number | null;
  stoppedByIt: boolean;
}

const PLACED = `
  select c.result, c.reason, c.node, c.epoch, c.invited_at as "invitedAt", c.answered_at as "answeredAt",
    c.ended_at as "endedAt", c.talk_ms as "talkMs",
    exists (select from campaign_numbers k where k.campaign_id = c.campaign_id and k.number_id = c.number_id
      and k.stopped_by = 'rule' and k.stopped_at = c.committed_at) as "stoppedByIt"
  from calls c where c.id = $1`;

/** As much of it as decides about contact and number; recording and timeline are committed. */
function placedOf(row: PlacedRow): PlacedCall {
  const { result, reason, node, epoch, invitedAt, answeredAt, endedAt, talkMs } = row;
  return {
    end: { result, reason },
    edge: { node, epoch },
    ...(invitedAt && { invitedAt: invitedAt.toISOString() }),
    ...(answeredAt && { answeredAt: answeredAt.toISOString() }),
    endedAt: (endedAt ?? answeredAt ?? invitedAt ?? new Date(0)).toISOString(),
    talkMs: talkMs ?? 0,
    recording: { state: 'none', reason: 'recording-off' },
    timeline: [],
  };
}

/** The outcome of a committed call may not change by these columns; its wrap-up may come. */
const KEEP = `
  update calls set wrap_up_id = $2, note = coalesce(note, $3), quality = coalesce(quality, $4::jsonb) where id = $1`;

async function isLate(on: Queryable, callId: string): Promise<boolean> {
  const rows = await rowsOf(
    on,
    `select 1 from call_corrections where call_id = $1 and source = 'late-wrap-up' limit 1`,
    [callId],
  );
  return rows.length > 0;
}

async function nameOf(on: Queryable, userId: number): Promise<string> {
  const [user] = await rowsOf<{ name: string }>(on, 'select name from users where id = $1', [userId]);
  return user?.name ?? `user:${userId}`;
}

async function statusIdOf(on: Queryable, callId: string): Promise<number> {
  const [row] = await rowsOf<{ id: number }>(on, 'select status_id as id from calls where id = $1', [callId]);
  return row?.id ?? 0;
}
