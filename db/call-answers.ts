/**
 * Answers of a call outside its commit.
 * @module
 */
import type { Answers } from '../contracts/model/script.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/** Of a wrap-up that was acknowledged and came too late for the commit; a call that has answers keeps them. */
export async function keepLateAnswers(
  on: Queryable,
  params: { callId: string; answers: Answers },
): Promise<void> {
  await rowsOf(
    on,
    `insert into call_answers (call_id, field, value)
     select $1, a.key, a.value from jsonb_each($2::jsonb) a
     where not exists (select from call_answers where call_id = $1)
     on conflict (call_id, field) do nothing`,
    [params.callId, JSON.stringify(params.answers)],
  );
}
