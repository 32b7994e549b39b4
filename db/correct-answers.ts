/**
 * Other answers for a committed call: as `corrections.ts`, the status stays.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import type { Answers } from '../contracts/model/script.ts';
import { keptAnswers, validateAnswers, type AnswerProblem } from '../domain/script.ts';
import { writeAudit } from './audit.ts';
import { readCallForm } from './call-form.ts';
import type { Database } from './client.ts';
import { lockCommitted, readAnswers, writeCorrection } from './correction-rows.ts';
import { rowsOf } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface CorrectAnswersParams {
  callId: string;
  /** All answers that the person saw, and all that shall be. */
  expected: Answers;
  answers: Answers;
  reason: string;
  /** User name. */
  by: string;
  now: Date;
}

export type CorrectAnswersResult =
  | { state: 'corrected' | 'same' }
  /** There is no such call, it is not committed, or it had no script. */
  | { state: 'unknown' }
  /** They are not `expected` any more. */
  | { state: 'changed' }
  | { state: 'wrong'; problems: AnswerProblem[] };

/** By the rule of the desk: a positive outcome needs its required answers. @throws RangeError without a reason */
export async function correctAnswers(
  db: Pick<Database, 'pool'>,
  params: CorrectAnswersParams,
): Promise<CorrectAnswersResult> {
  const { callId, reason, by, now } = params;
  if (reason.trim() === '') throw new RangeError('answers are corrected with a reason only');
  return inTransaction(db, async (client) => {
    const call = await lockCommitted(client, callId);
    const form = call && (await readCallForm(client, callId));
    if (!call || !form?.script) return { state: 'unknown' };
    const before = await readAnswers(client, callId);
    if (!isDeepStrictEqual(before, { ...params.expected })) return { state: 'changed' };
    const [status] = await rowsOf<{ id: number; positive: boolean }>(
      client,
      'select id, positive from statuses where code = $1',
      [call.status],
    );
    if (!status) throw new Error(`there is no status ${call.status}`);
    const complete = status.positive && call.answered;
    const problems = validateAnswers(form.script, params.answers, { complete });
    if (problems.length > 0) return { state: 'wrong', problems };
    const after = keptAnswers(form.script, params.answers);
    if (isDeepStrictEqual(before, after)) return { state: 'same' };
    await writeCorrection(client, {
      callId,
      statusId: status.id,
      source: 'person',
      reason,
      by,
      now,
      answers: { before, after },
    });
    await writeAudit(client, {
      actor: by,
      action: 'call.correct-answers',
      objectKind: 'call',
      objectId: callId,
      before: { answers: before },
      after: { answers: after, reason },
      at: now,
    });
    return { state: 'corrected' };
  });
}
