/**
 * What every correction of a committed call does: lock it, write the row of the correction, move one count, replace the
 * answers. For `corrections.ts`, `correct-answers.ts` and `late-wrap-up.ts`, inside their transactions.
 * @module
 */
import type pg from 'pg';
import type { Answers } from '../contracts/model/script.ts';
import type { CorrectedCall } from '../domain/correction.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { WAIT_SUMS, waitsOfRow } from './rollups.ts';

/** A committed call; when `lockCommitted` gave it, nobody else corrects it meanwhile. */
export interface CommittedCall extends CorrectedCall {
  id: string;
  agentId: number | null;
  campaignId: number;
  contactId: number | null;
  numberId: number;
  /** By hand: with the commit or since. */
  decided: boolean;
  wrapUpId: string | null;
  committedAt: Date;
}

export async function readCommitted(on: Queryable, callId: string): Promise<CommittedCall | undefined> {
  const [call] = await rowsOf<CommittedCall>(on, CALL, [callId]);
  return call;
}

export async function lockCommitted(
  client: pg.PoolClient,
  callId: string,
): Promise<CommittedCall | undefined> {
  // The lock first: what is read in the same statement may be older than it.
  const held = await rowsOf(
    client,
    'select 1 from calls where id = $1 and committed_at is not null for no key update',
    [callId],
  );
  return held.length === 0 ? undefined : readCommitted(client, callId);
}

const CALL = `
  select c.id, c.kind, c.answered_at is not null as answered, c.result, c.invited_at is not null as invited,
    s.code as status, coalesce(
      (select o.code from call_corrections k join statuses o on o.id = k.before_status_id
       where k.call_id = c.id order by k.id limit 1), s.code) as original,
    c.agent_id as "agentId", c.campaign_id as "campaignId", c.contact_id as "contactId", c.number_id as "numberId",
    c.status_by is not null or exists (
      select from call_corrections k where k.call_id = c.id and k.source = 'person') as decided,
    c.wrap_up_id as "wrapUpId", c.committed_at as "committedAt"
  from calls c join statuses s on s.id = c.status_id where c.id = $1 and c.committed_at is not null`;

export interface NewCorrection {
  callId: string;
  /** Id of the status; the present one: only answers are corrected. */
  statusId: number;
  source: 'person' | 'late-wrap-up';
  reason: string;
  by: string;
  now: Date;
  answers?: { before: Answers; after: Answers };
}

/** The trail, the status, its count, the answers. */
export async function writeCorrection(client: Queryable, correction: NewCorrection): Promise<void> {
  const { callId, statusId, source, reason, by, now, answers } = correction;
  const [row] = await rowsOf<{ moved: boolean }>(client, CORRECT, [
    callId,
    statusId,
    source,
    reason,
    by,
    now,
    answers ? JSON.stringify(answers.before) : null,
    answers ? JSON.stringify(answers.after) : null,
  ]);
  if (row?.moved === true) {
    await rowsOf(client, 'update calls set status_id = $2 where id = $1', [callId, statusId]);
    await rowsOf(client, MOVE_COUNTS, [callId]);
  }
  if (answers) await replaceAnswers(client, callId, answers.after);
}

const CORRECT = `
  insert into call_corrections (call_id, before_status_id, after_status_id, source, reason, by, at, answers_before, answers_after)
  select id, status_id, $2, $3, $4, $5, $6, $7, $8 from calls where id = $1
  returning before_status_id <> after_status_id as moved`;

/** One count goes from where it was to where it is: reports move with the next fold, and already before by the deltas. */
const MOVE_COUNTS = `
  insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms,
                             wrap_up_ms, ${WAIT_SUMS})
  select date_trunc('hour', coalesce(c.invited_at, c.claimed_at), 'UTC'), c.campaign_id, coalesce(c.list_id, 0),
    coalesce(c.agent_id, 0), c.kind, moved.status_id, moved.sign, case when c.answered_at is null then 0 else moved.sign end,
    moved.sign * c.talk_ms, moved.sign * coalesce(c.hold_ms, 0), moved.sign * coalesce(c.wrap_up_ms, 0),
    ${waitsOfRow('c.', 'moved.sign')}
  from calls c
  cross join lateral (
    select k.before_status_id, k.after_status_id from call_corrections k where k.call_id = c.id order by k.id desc limit 1) last
  cross join lateral (values (last.before_status_id, -1), (last.after_status_id, 1)) moved (status_id, sign)
  where c.id = $1`;

export async function readAnswers(on: Queryable, callId: string): Promise<Answers> {
  const [row] = await rowsOf<{ answers: Answers | null }>(
    on,
    'select jsonb_object_agg(field, value) as answers from call_answers where call_id = $1',
    [callId],
  );
  return row?.answers ?? {};
}

async function replaceAnswers(client: Queryable, callId: string, answers: Answers): Promise<void> {
  await rowsOf(client, 'delete from call_answers where call_id = $1', [callId]);
  await rowsOf(
    client,
    'insert into call_answers (call_id, field, value) select $1, a.key, a.value from jsonb_each($2::jsonb) a',
    [callId, JSON.stringify(answers)],
  );
}
