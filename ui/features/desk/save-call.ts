/**
 * Saving a call: checked, written into the outbox, then marked; in this order, so that nothing is lost between.
 * @module
 */
import type { DeskCall } from '../../../contracts/http/desk.ts';
import type { StatusView } from '../../../contracts/http/statuses.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DraftStore } from './draft-store.ts';
import type { Outbox } from './outbox.ts';
import type { PhoneStore } from './phone-store.ts';
import { problemsOf, wrapUpOf, type FormProblems } from './wrap-up-form.ts';

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
  const { call, draft, clock } = deps;
  if (draft.saved.peek() !== null || call.stage === 'claimed') return 'not-now';
  const form = {
    answers: draft.answers.peek(),
    note: draft.note.peek(),
    outcome: draft.outcome.peek() ?? call.proposedOutcome,
    callback: draft.callback.peek(),
    doNotCallReason: draft.doNotCallReason.peek(),
  };
  const { outcome } = form;
  const status = outcome === null ? undefined : deps.statusOf(outcome);
  const problems = problemsOf(call, form, status, clock.now());
  if (problems !== null || outcome === null) {
    const wrong = problems?.answers ?? {};
    const first = draft.pages
      .peek()
      .find(({ fields }) => fields.some(({ name }) => wrong[name] !== undefined));
    if (first) draft.goTo(first.page.name);
    return problems;
  }
  const id = deps.uuid();
  const at = clock.now();
  const more = { id, savedAt: new Date(at).toISOString(), quality: deps.phone.talkQuality() };
  const wrapUp = wrapUpOf(call, { ...form, outcome }, status, more);
  const label = call.customer?.fullName ?? call.number.shown;
  // The outbox first: should the tab die between the two, the wrap-up is sent and the form is only not marked.
  await deps.outbox.add({ id, callId: call.id, userId: deps.userId, wrapUp, at, label });
  await draft.markSaved(id);
  return null;
}
