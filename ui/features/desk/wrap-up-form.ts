/**
 * From what was typed to what is saved: what is missing, in codes that the page has words for, and the wrap-up itself.
 * @module
 */
import type { DeskCall, WrapUp } from '../../../contracts/http/desk.ts';
import type { FieldIssue } from '../../../contracts/http/problem.ts';
import type { StatusView } from '../../../contracts/http/statuses.ts';
import type { CallQuality } from '../../../contracts/model/wrap-up.ts';
import type { AnswerValue } from '../../../contracts/model/script.ts';
import {
  ANSWER_PROBLEMS,
  keptAnswers,
  prefilledAnswers,
  validateAnswers,
  type AnswerProblem,
} from '../../../domain/script.ts';
import { knownOf } from './known.ts';
import { localInstants } from './local-time.ts';

/** Code of the status that needs a time, and of the one that needs a reason (`SEEDED_STATUSES`). */
export const CALLBACK = 'callback';
export const OPTED_OUT = 'opted-out';

export interface FormState {
  answers: Readonly<Record<string, AnswerValue>>;
  note: string;
  outcome: string | null;
  callback: WrapUp['callback'] | null;
  doNotCallReason: string;
}

export interface FormProblems {
  /** By field name of the script. */
  answers: Readonly<Record<string, AnswerProblem>>;
  /** `ends`: with it no other number of the contact is called. */
  outcome?: 'missing' | 'refused' | 'ends';
  callback?: 'missing' | 'no-such-time' | 'past';
  doNotCallReason?: 'missing';
}

/** What the server found wrong, at the places where the form shows it. */
export function problemsFromIssues(issues: readonly FieldIssue[]): FormProblems {
  const answers: Record<string, AnswerProblem> = {};
  const problems: FormProblems = { answers };
  for (const { path, message } of issues) {
    const [head, field = ''] = path.split('.');
    if (head === 'answers') {
      const code = ANSWER_PROBLEMS.find((known) => known === message) ?? 'wrong-type';
      answers[field] = { field, code };
    } else if (head === 'callback') {
      problems.callback =
        message === 'is over' ? 'past' : message === 'required' ? 'missing' : 'no-such-time';
    } else if (head === 'doNotCallReason') problems.doNotCallReason = 'missing';
    else problems.outcome = 'refused';
  }
  if (issues.length === 0) problems.outcome = 'refused';
  return problems;
}

/** Null: it can be saved. */
export function problemsOf(
  call: Pick<DeskCall, 'script' | 'campaign' | 'answeredAt'>,
  form: FormState,
  status: Pick<StatusView, 'positive'> | undefined,
  now: number,
): FormProblems | null {
  const answers: Record<string, AnswerProblem> = {};
  if (call.script !== null) {
    for (const problem of validateAnswers(call.script, form.answers, {
      complete: isComplete(call, status),
    })) {
      if (problem.code !== 'unknown-field') answers[problem.field] ??= problem;
    }
  }
  const problems: FormProblems = { answers };
  if (form.outcome === null) problems.outcome = 'missing';
  if (form.outcome === CALLBACK) {
    const wrong = callbackProblem(form.callback, call.campaign.zone, now);
    if (wrong !== undefined) problems.callback = wrong;
  }
  if (form.outcome === OPTED_OUT && form.doNotCallReason.trim() === '') problems.doNotCallReason = 'missing';
  return Object.keys(answers).length === 0 && Object.keys(problems).length === 1 ? null : problems;
}

function callbackProblem(
  callback: WrapUp['callback'] | null,
  zone: string,
  now: number,
): FormProblems['callback'] | undefined {
  if (!callback || callback.local === '') return 'missing';
  const instants = localInstants(callback.local, zone);
  const at = instants[callback.fold ?? 0] ?? instants[0];
  if (at === undefined) return 'no-such-time';
  return at <= now ? 'past' : undefined;
}

/**
 * What is saved. What was known of the contact and filled in before is an answer only where the whole script was gone
 * through: nobody who was busy has told us their name.
 */
export function wrapUpOf(
  call: Pick<DeskCall, 'script' | 'customer' | 'answeredAt'>,
  form: FormState & { outcome: string },
  status: Pick<StatusView, 'positive'> | undefined,
  more: { id: string; savedAt: string; quality: CallQuality | undefined },
): WrapUp {
  return {
    id: more.id,
    outcome: form.outcome,
    answers: (isComplete(call, status) ? keptOf(call, form) : typedOf(call, form)) as WrapUp['answers'],
    note: form.note.trim(),
    savedAt: more.savedAt,
    ...(form.outcome === CALLBACK && form.callback ? { callback: form.callback } : {}),
    ...(form.outcome === OPTED_OUT ? { doNotCallReason: form.doNotCallReason.trim() } : {}),
    ...(more.quality === undefined ? {} : { quality: more.quality }),
  };
}

/** A call that was not answered has nothing to be complete. */
function isComplete(
  { answeredAt }: Pick<DeskCall, 'answeredAt'>,
  status: Pick<StatusView, 'positive'> | undefined,
): boolean {
  return (status?.positive ?? false) && answeredAt !== null;
}

type Answers = FormState['answers'];

function keptOf({ script }: Pick<DeskCall, 'script'>, { answers }: Pick<FormState, 'answers'>): Answers {
  return script === null ? {} : keptAnswers(script, answers);
}

function typedOf(call: Pick<DeskCall, 'script' | 'customer'>, form: Pick<FormState, 'answers'>): Answers {
  const known = call.script === null ? {} : prefilledAnswers(call.script, knownOf(call));
  return Object.fromEntries(
    Object.entries(keptOf(call, form)).filter(([name, value]) => known[name] !== value),
  );
}
