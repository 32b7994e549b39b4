/**
 * Saving a call: checked, written into the outbox, then marked; in this order, so that nothing is lost between.
 * @module
 */
import type { DeskCall, WrapUp } from '../../../contracts/http/desk.ts';
import type { StatusView } from '../../../contracts/http/statuses.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DraftStore } from './draft-store.ts';
import type { Outbox } from './outbox.ts';
import type { PhoneStore } from './phone-store.ts';
import { CALLBACK, problemsOf, wrapUpOf, type FormProblems } from './wrap-up-form.ts';

/** Codes of `SEEDED_STATUSES`. */
const NO_ANSWER = 'no-answer';
const NONEXISTENT = 'nonexistent';

export interface SaveDeps {
  call: DeskCall;
  draft: DraftStore;
  outbox: Outbox;
  userId: number;
  clock: Pick<Clock, 'now'>;
  phone: Pick<PhoneStore, 'talkQuality'>;
  statusOf: (code: string) => StatusView | undefined;
  uuid: () => string;
}

/** Null: saved. Problems: what is missing. `not-now`: saved before, or there is nothing to save yet. */
export async function saveCall(deps: SaveDeps): Promise<FormProblems | null | 'not-now'> {
  const { call, draft } = deps;
  const written = writeWrapUp(deps);
  if (!('wrapUp' in written)) return written.problems;
  const { wrapUp, at, label } = written;
  const { id } = wrapUp;
  // The outbox first: should the tab die between the two, the wrap-up is sent and the form is only not marked.
  await deps.outbox.add({ id, callId: call.id, userId: deps.userId, wrapUp, at, label });
  await draft.markSaved(id);
  return null;
}

export interface Written {
  wrapUp: WrapUp;
  /** ms */
  at: number;
  /** Whom the call was to. */
  label: string;
}

/**
 * The wrap-up as it stands in the form, checked; turns to the first page of the script that misses something.
 * @param another the contact's other number, to be called at once; nothing answered and nothing chosen means no answer
 */
export function writeWrapUp(
  deps: Omit<SaveDeps, 'outbox' | 'userId'>,
  another?: { number: string },
): Written | { problems: FormProblems | 'not-now' } {
  const { call, draft, clock } = deps;
  if (draft.saved.peek() !== null || call.stage === 'claimed') return { problems: 'not-now' };
  const unanswered = another !== undefined && call.answeredAt === null ? NO_ANSWER : null;
  const form = {
    answers: draft.answers.peek(),
    note: draft.note.peek(),
    outcome: draft.outcome.peek() ?? call.proposedOutcome ?? unanswered,
    callback: draft.callback.peek(),
    doNotCallReason: draft.doNotCallReason.peek(),
  };
  const { outcome } = form;
  const status = outcome === null ? undefined : deps.statusOf(outcome);
  const ends = another !== undefined && endsWork(outcome, status);
  const problems = ends
    ? { answers: {}, outcome: 'ends' as const }
    : problemsOf(call, form, status, clock.now());
  if (problems !== null || outcome === null) {
    const wrong = problems?.answers ?? {};
    const first = draft.pages
      .peek()
      .find(({ fields }) => fields.some(({ name }) => wrong[name] !== undefined));
    if (first) draft.goTo(first.page.name);
    return { problems: problems ?? 'not-now' };
  }
  const id = deps.uuid();
  const at = clock.now();
  const more = { id, savedAt: new Date(at).toISOString(), quality: deps.phone.talkQuality() };
  const wrapUp = wrapUpOf(call, { ...form, outcome }, status, more);
  return {
    wrapUp: another === undefined ? wrapUp : { ...wrapUp, another },
    at,
    label: call.customer?.fullName ?? call.number.shown,
  };
}

/** With these the contact is not called again, or not now: the server takes no other number with them. */
function endsWork(outcome: string | null, status: Pick<StatusView, 'final'> | undefined): boolean {
  return outcome === CALLBACK || ((status?.final ?? false) && outcome !== NONEXISTENT);
}
