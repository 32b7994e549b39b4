/**
 * What the agent writes about the call of the moment, from the first key to the commit: the draft, its problems, and the
 * outbox of what was saved.
 * @module
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { DeskCall, WrapUp, WrapUpReply } from '../../../contracts/http/desk.ts';
import type { StatusView } from '../../../contracts/http/statuses.ts';
import type { DeskApi } from '../../api/desk.ts';
import type { Clock } from '../../lib/clock.ts';
import { createDraftStore, type DraftStore } from './draft-store.ts';
import type { Kept, QueuedWrapUp } from './kept.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { PhoneStore } from './phone-store.ts';
import { saveCall, writeWrapUp } from './save-call.ts';
import { problemsFromIssues, type FormProblems } from './wrap-up-form.ts';

/** The page saves this long before the server's own deadline, so that what was typed arrives. */
const SAVE_AHEAD_MS = 1_500;

export interface CallForm {
  /** Of the call of the moment. */
  draft: ReadonlySignal<DraftStore | undefined>;
  outbox: ReadonlySignal<Outbox | undefined>;
  /** False: this browser keeps nothing over a reload. */
  durable: ReadonlySignal<boolean>;
  problems: ReadonlySignal<FormProblems | null>;
  /** When the last call of this page was committed, ms. */
  savedAt: ReadonlySignal<number | undefined>;
  /** Checks, writes into the outbox; false: something is missing, `problems` says what. */
  save: () => Promise<boolean>;
}

export interface CallFormStore extends CallForm {
  /** The wrap-up with the contact's other number in it; undefined: something is missing, `problems` says what. */
  writeAnother: (number: string, id: string) => WrapUp | undefined;
  /** Another call, or none: what was typed about the last one has done its work. */
  turnTo: (call: DeskCall | null) => void;
  /** The time for the wrap-up is nearly over: what is there is saved. */
  tick: (now: number) => void;
  flush: () => void;
  dispose: () => void;
}

export interface LateSaved {
  /** Whom the call was to. */
  label: string;
  /** Codes: what was saved, and what counts. */
  outcome: string;
  counts: string;
}

export interface CallFormDeps {
  api: Pick<DeskApi, 'wrapUp' | 'saveDraft'>;
  userId: number;
  kept: Promise<Kept>;
  clock: Pick<Clock, 'now'>;
  phone: Pick<PhoneStore, 'talkQuality'>;
  statusOf: (code: string) => StatusView | undefined;
  uuid: () => string;
  /** The call as it is now. */
  call: () => DeskCall | null;
  /** A wrap-up has reached the server. */
  onSent: () => void;
  /** The call had been committed without it: the agent is told what counts now. */
  onLate?: ((late: LateSaved) => void) | undefined;
  /** A commit was seen. */
  onSaved?: (() => void) | undefined;
}

export function createCallForm(deps: CallFormDeps): CallFormStore {
  const { kept } = deps;
  const draft = signal<DraftStore | undefined>(undefined);
  const outbox = signal<Outbox | undefined>(undefined);
  const durable = signal(true);
  const problems = signal<FormProblems | null>(null);
  const savedAt = signal<number | undefined>(undefined);
  let saving = false;

  void kept.then((store) => {
    durable.value = store.durable;
    outbox.value = createOutbox({
      kept: store,
      userId: deps.userId,
      send: deps.api.wrapUp,
      onSent: (item, reply) => {
        deps.onSent();
        tellLate(item, reply);
      },
    });
    return outbox.value.flush();
  });

  function tellLate({ label, wrapUp }: QueuedWrapUp, reply: WrapUpReply): void {
    if (reply.state === 'late') deps.onLate?.({ label, outcome: wrapUp.outcome, counts: reply.outcome });
  }

  function turnTo(call: DeskCall | null): void {
    const old = draft.peek();
    old?.dispose();
    problems.value = null;
    draft.value =
      call === null
        ? undefined
        : createDraftStore({ call, userId: deps.userId, kept: () => kept, put: deps.api.saveDraft });
    void draft.peek()?.load();
    if (old === undefined || old.saved.peek() === null) return;
    // The commit was seen: what the browser kept is not needed any more.
    savedAt.value = deps.clock.now();
    deps.onSaved?.();
    void kept.then((store) => store.dropDraft(old.callId));
  }

  async function save(): Promise<boolean> {
    const call = deps.call();
    const typed = draft.peek();
    const queue = outbox.peek();
    // Twice the key is one wish: the second would be a wrap-up of its own.
    if (!call || !typed || !queue || saving) return false;
    saving = true;
    try {
      const result = await saveCall({ ...deps, call, draft: typed, outbox: queue });
      if (result !== 'not-now') problems.value = result;
      return result === null;
    } finally {
      saving = false;
    }
  }

  function writeAnother(number: string, id: string): WrapUp | undefined {
    const call = deps.call();
    const typed = draft.peek();
    if (!call || !typed || saving) return undefined;
    const written = writeWrapUp({ ...deps, uuid: () => id, call, draft: typed }, { number });
    if ('wrapUp' in written) return written.wrapUp;
    if (written.problems !== 'not-now') problems.value = written.problems;
    return undefined;
  }

  function tick(now: number): void {
    const until = deps.call()?.wrapUpUntil ?? null;
    const typed = draft.peek();
    if (until === null || typed === undefined || typed.saved.peek() !== null) return;
    const left = Date.parse(until) - now;
    const something = typed.outcome.peek() !== null || typed.note.peek().trim() !== '';
    if (left <= SAVE_AHEAD_MS && left > -SAVE_AHEAD_MS && something) void save();
  }

  /** A wrap-up that came back refused is mended where it was typed. */
  const stop = effect(() => {
    const refusal = outbox.value?.refusal.value;
    const typed = draft.value;
    if (!refusal || typed === undefined || refusal.item.callId !== typed.callId) return;
    void outbox.peek()?.drop(refusal.item.id);
    void typed.markSaved(null);
    problems.value = problemsFromIssues(refusal.issues);
  });

  return {
    draft,
    outbox,
    durable,
    problems,
    savedAt,
    save,
    turnTo,
    writeAnother,
    tick,
    flush: () => void outbox.peek()?.flush(),
    dispose: () => {
      stop();
      draft.peek()?.dispose();
      outbox.peek()?.dispose();
    },
  };
}
