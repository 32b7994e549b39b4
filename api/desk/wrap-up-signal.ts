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
  /** Number and customer are looked at for `another` only. */
  call: Pick<DeskCall, 'script' | 'outcomes' | 'proposedOutcome' | 'answeredAt'> & {
    campaign: Pick<DeskCall['campaign'], 'zone'>;
  } & Partial<Pick<DeskCall, 'number' | 'customer'>>;
  wrapUp: WrapUp;
  /** Required fields must be answered, if there was somebody to answer. */
  complete: boolean;
  /** The outcome ends the work on the contact. */
  final: boolean;
  now: Date;
}

export type WrapUpCheck =
  { ok: true; meta: WrapUpMeta; details: WrapUpDetails } | { ok: false; issues: FieldIssue[] };

/** What a hidden field holds is left out. */
export function wrapUpSignal(input: WrapUpInput): WrapUpCheck {
  const { call, wrapUp } = input;
  const { callback, quality, doNotCallReason } = wrapUp;
  const callbackAt = callback && callbackInstant(call.campaign.zone, callback.local, callback.fold);
  const issues = [
    ...outcomeIssues(input),
    ...callbackIssues(input, callbackAt),
    ...answerIssues(input),
    ...anotherIssues(input),
  ];
  if (issues.length > 0) return { ok: false, issues };
  const note = wrapUp.note.trim();
  const reason = doNotCallReason?.trim() ?? '';
  const position = positionOf(input);
  return {
    ok: true,
    meta: {
      id: wrapUp.id,
      outcome: wrapUp.outcome,
      by: input.by,
      savedAt: wrapUp.savedAt,
      ...(callback && callbackAt && { callback: { at: callbackAt.toISOString(), for: callback.for } }),
      ...(position !== undefined && { another: { position } }),
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

/** Of the number that is called next, as its digits must not be read in histories. */
function positionOf({ call, wrapUp }: WrapUpInput): number | undefined {
  const { another } = wrapUp;
  if (another === undefined) return undefined;
  return call.customer?.numbers.find(({ e164 }) => e164 === another.number)?.position;
}

function anotherIssues(input: WrapUpInput): FieldIssue[] {
  const { call, wrapUp, final } = input;
  const { another, callback, outcome } = wrapUp;
  if (another === undefined) return [];
  const issue = (path: string, message: string): FieldIssue[] => [{ path, message }];
  if (positionOf(input) === undefined || another.number === call.number?.e164) {
    return issue('another.number', 'is no other number of this contact');
  }
  if (call.customer?.state !== 'open') return issue('another', 'the contact is closed');
  if (callback !== undefined) return issue('another', 'not with a callback');
  return final && outcome !== 'nonexistent' ? issue('another', 'not with an outcome that is final') : [];
}
