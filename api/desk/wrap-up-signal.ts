/**
 * What an agent typed -> what the call's workflow is told, checked against the script and the outcomes that the desk was shown.
 * @module
 */
import type { DeskCall, WrapUp } from '../../contracts/http/desk.ts';
import type { FieldIssue } from '../../contracts/http/problem.ts';
import type { WrapUpDetails, WrapUpMeta } from '../../contracts/model/wrap-up.ts';
import { callbackInstant } from '../../domain/callback-time.ts';
import { keptAnswers, validateAnswers } from '../../domain/script.ts';

export interface WrapUpInput {
  /** User id of whoever saves. */
  by: number;
  call: DeskCall;
  wrapUp: WrapUp;
  /** Required fields must be answered, if there was somebody to answer. */
  complete: boolean;
  now: Date;
}

export type WrapUpCheck =
  { ok: true; meta: WrapUpMeta; details: WrapUpDetails } | { ok: false; issues: FieldIssue[] };

/** What a hidden field holds is left out. */
export function wrapUpSignal(input: WrapUpInput): WrapUpCheck {
  const { call, wrapUp } = input;
  const { callback, quality, doNotCallReason } = wrapUp;
  const callbackAt = callback && callbackInstant(call.campaign.zone, callback.local, callback.fold);
  const issues = [...outcomeIssues(input), ...callbackIssues(input, callbackAt), ...answerIssues(input)];
  if (issues.length > 0) return { ok: false, issues };
  const note = wrapUp.note.trim();
  const reason = doNotCallReason?.trim() ?? '';
  return {
    ok: true,
    meta: {
      id: wrapUp.id,
      outcome: wrapUp.outcome,
      by: input.by,
      savedAt: wrapUp.savedAt,
      ...(callback && callbackAt && { callback: { at: callbackAt.toISOString(), for: callback.for } }),
      ...(quality && { quality }),
    },
    details: {
      answers: call.script === null ? {} : keptAnswers(call.script, wrapUp.answers),
      ...(note !== '' && { note }),
      ...(reason !== '' && { doNotCallReason: reason }),
    },
  };
}

function outcomeIssues({ call, wrapUp: { outcome } }: WrapUpInput): FieldIssue[] {
  if (call.outcomes.includes(outcome) || outcome === call.proposedOutcome) return [];
  return [{ path: 'outcome', message: 'cannot be chosen for this call' }];
}

/** Whether the time is over was judged when the agent saved: the browser may have kept it for a while, as nobody answered. */
function callbackIssues({ wrapUp, now }: WrapUpInput, at: Date | undefined): FieldIssue[] {
  const { outcome, callback } = wrapUp;
  const savedAt = Math.min(now.getTime(), Date.parse(wrapUp.savedAt));
  if (callback === undefined) {
    return outcome === 'callback' ? [{ path: 'callback', message: 'required' }] : [];
  }
  if (at === undefined) return [{ path: 'callback.local', message: 'is no date and time' }];
  return at.getTime() > savedAt ? [] : [{ path: 'callback.local', message: 'is over' }];
}

/** A call that was not answered has nothing to be complete. */
function answerIssues({ call, wrapUp, complete }: WrapUpInput): FieldIssue[] {
  if (call.script === null) return [];
  const all = complete && call.answeredAt !== null;
  return validateAnswers(call.script, wrapUp.answers, { complete: all }).map(({ field, code }) => ({
    path: `answers.${field}`,
    message: code,
  }));
}
