/**
 * Another status for a committed call: the row of the correction, the counts, what follows for the contact, the audit, all in
 * one transaction. Corrections of one call wait for one another; who saw something else than what is there now is told so.
 * @module
 */
import type pg from 'pg';
import type { CallKind } from '../contracts/model/call.ts';
import type { Answers, ScriptDef } from '../contracts/model/script.ts';
import { correctableTo, effectsOf, type CorrectionEffect } from '../domain/correction.ts';
import { writeAudit } from './audit.ts';
import { readCallForm } from './call-form.ts';
import type { Database } from './client.ts';
import { applyEffects } from './correction-effects.ts';
import {
  lockCommitted,
  readAnswers,
  readCommitted,
  writeCorrection,
  type CommittedCall,
  type NewCorrection,
} from './correction-rows.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface CorrectCallParams {
  callId: string;
  /** Status codes: what the person saw, and what it shall be. */
  expected: string;
  status: string;
  reason: string;
  /** User name. */
  by: string;
  now: Date;
}

export type CorrectCallResult =
  | { state: 'corrected'; effects: CorrectionEffect[] }
  /** There is no such call, or it is not committed. */
  | { state: 'unknown' }
  /** It is not `expected` any more. */
  | { state: 'changed'; status: string }
  /** Does not agree with what happened, or there is no such status. */
  | { state: 'not-allowed' };

/** @throws RangeError without a reason */
export async function correctCall(
  db: Pick<Database, 'pool'>,
  params: CorrectCallParams,
): Promise<CorrectCallResult> {
  if (params.reason.trim() === '') throw new RangeError('an outcome is corrected with a reason only');
  return inTransaction(db, async (client) => {
    const call = await lockCommitted(client, params.callId);
    if (!call) return { state: 'unknown' };
    if (call.status !== params.expected) return { state: 'changed', status: call.status };
    return correctLocked(client, call, params);
  });
}

interface StatusRow {
  id: number;
  code: string;
  reachedPerson: boolean;
  system: boolean;
  final: boolean;
  allowedFor: CallKind[];
}

/** Of a call that `lockCommitted` gave, in its transaction. */
async function correctLocked(
  client: pg.PoolClient,
  call: CommittedCall,
  correction: Pick<CorrectCallParams, 'status' | 'reason' | 'by' | 'now'>,
): Promise<Extract<CorrectCallResult, { state: 'corrected' | 'not-allowed' }>> {
  const statuses = await readStatuses(client);
  const status = statuses.find(({ code }) => code === correction.status);
  if (!status || !correctableTo(statuses, call).includes(status.code)) return { state: 'not-allowed' };
  const { by, now, reason } = correction;
  const source = 'person';
  await writeCorrection(client, { callId: call.id, statusId: status.id, source, reason, by, now });
  const effects = await applyEffects(client, {
    call,
    wanted: effectsOf(status),
    by,
    now,
  });
  await writeAudit(client, {
    actor: by,
    action: 'call.correct',
    objectKind: 'call',
    objectId: call.id,
    before: { status: call.status },
    after: { status: status.code, reason, source, effects },
    at: now,
  });
  return { state: 'corrected', effects };
}

async function readStatuses(on: Queryable): Promise<StatusRow[]> {
  return rowsOf<StatusRow>(
    on,
    `select id, code, reached_person as "reachedPerson", system, final,
       case when retired_at is null then allowed_for else '{}' end as "allowedFor"
     from statuses order by sort, code`,
  );
}

export interface CorrectionRow extends Pick<NewCorrection, 'source' | 'reason' | 'by'> {
  before: string;
  after: string;
  at: Date;
  /** Null: they were left as they were. */
  answersBefore: Answers | null;
  answersAfter: Answers | null;
}

export interface Corrections {
  /** Whose call it was; null of a robot's. */
  agentId: number | null;
  /** The status that counts; null while the call is open. */
  status: string | null;
  /** Oldest first. */
  trail: CorrectionRow[];
  /** What the outcome may become, in the order of the statuses. */
  allowed: string[];
  /** The script that the call had; null of a robot's, and without one. */
  script: ScriptDef | null;
  answers: Answers;
}

/** Undefined when there is no such call. */
export async function readCorrections(on: Queryable, callId: string): Promise<Corrections | undefined> {
  const [known] = await rowsOf<{ agentId: number | null }>(
    on,
    'select agent_id as "agentId" from calls where id = $1',
    [callId],
  );
  if (!known) return undefined;
  // Without a status there is no row: it is not committed.
  const call = await readCommitted(on, callId);
  if (!call) return { ...known, status: null, trail: [], allowed: [], script: null, answers: {} };
  const trail = await rowsOf<CorrectionRow>(on, TRAIL, [callId]);
  return {
    ...known,
    status: call.status,
    trail,
    allowed: correctableTo(await readStatuses(on), call),
    script: (await readCallForm(on, callId))?.script ?? null,
    answers: await readAnswers(on, callId),
  };
}

const TRAIL = `
  select b.code as before, a.code as after, k.source, k.reason, k.by, k.at,
    k.answers_before as "answersBefore", k.answers_after as "answersAfter"
  from call_corrections k join statuses b on b.id = k.before_status_id join statuses a on a.id = k.after_status_id
  where k.call_id = $1 order by k.id limit 200`;
