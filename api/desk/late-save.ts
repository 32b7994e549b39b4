/**
 * A wrap-up whose call is committed: known already, the agent's own that came late, or refused.
 * @module
 */
import type { DeskCall, WrapUp, WrapUpReply } from '../../contracts/http/desk.ts';
import { readCallForm } from '../../db/call-form.ts';
import { saveLateWrapUp, type LateWrapUpResult } from '../../db/late-wrap-up.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../http/problem.ts';
import { wrapUpSignal } from './wrap-up-signal.ts';

export interface LateSave {
  callId: string;
  wrapUp: WrapUp;
  /** Of the outcome: required answers must be there; it ends the work on the contact. */
  positive: boolean;
  final: boolean;
  /** Where the call is not committed, or not the agent's. */
  otherwise: ApiProblem;
}

/**
 * Checked as in time, by the script and the outcomes that the call had. The contact's other number is not looked at here: the
 * call is over, and whether that number may be called is asked again when it is.
 * @throws ApiProblem conflict when it was saved otherwise, too-late, invalid-request naming fields
 */
export async function saveLate(
  deps: Pick<ApiDeps, 'db' | 'clock'>,
  { userId }: Pick<SessionUser, 'userId'>,
  save: LateSave,
): Promise<WrapUpReply> {
  const { callId, wrapUp, otherwise } = save;
  const form = await readCallForm(deps.db.pool, callId);
  if (form?.agentId !== userId) throw otherwise;
  const now = deps.clock.now();
  const { another: _, ...alone } = wrapUp;
  const { script, outcomes, proposedOutcome } = form;
  const call: Pick<DeskCall, 'script' | 'outcomes' | 'proposedOutcome'> = {
    script,
    outcomes,
    proposedOutcome,
  };
  const check = wrapUpSignal({
    by: userId,
    call: { ...call, answeredAt: form.answeredAt?.toISOString() ?? null, campaign: { zone: form.zone } },
    wrapUp: alone,
    complete: save.positive,
    final: save.final,
    now,
  });
  // Whether it is the call's own already comes first: what was saved is not refused when it is told again.
  if (!check.ok && form.wrapUpId === null) {
    throw new ApiProblem('invalid-request', { issues: check.issues });
  }
  if (!check.ok && form.wrapUpId !== wrapUp.id) throw new ApiProblem('conflict');
  const saved = check.ok ? check : emptyOf(wrapUp, userId);
  return replyOf(
    await saveLateWrapUp(deps.db, {
      callId,
      wrapUp: { meta: saved.meta, details: saved.details },
      withinHours: form.lateSaveHours,
      now,
    }),
    otherwise,
  );
}

/** Only its id is looked at. */
function emptyOf({ id, outcome, savedAt }: WrapUp, by: number) {
  return { meta: { id, outcome, by, savedAt }, details: { answers: {} } };
}

function replyOf(result: LateWrapUpResult, otherwise: ApiProblem): WrapUpReply {
  if (result.state === 'saved') return { state: 'late', outcome: result.status };
  if (result.state === 'known') {
    return result.late ? { state: 'late', outcome: result.status } : { state: 'saved' };
  }
  throw refusalOf(result.state, otherwise);
}

function refusalOf(
  state: Exclude<LateWrapUpResult['state'], 'saved' | 'known'>,
  otherwise: ApiProblem,
): ApiProblem {
  switch (state) {
    case 'taken':
      return new ApiProblem('conflict');
    case 'too-late':
      return new ApiProblem('too-late');
    case 'not-allowed':
      return new ApiProblem('invalid-request', {
        issues: [{ path: 'outcome', message: 'cannot be chosen for this call' }],
      });
    case 'unknown':
    default:
      return otherwise;
  }
}
